// Loaded into a controller ahead of the program (`node --import`): its wall clock is wrong by as many milliseconds as
// the file TIDEGATE_RIG_CLOCK says, read at the start and again at each SIGUSR2. Monotonic clocks stay as they are,
// as on a real machine.

import { readFileSync } from 'node:fs';

const file = process.env['TIDEGATE_RIG_CLOCK'];
if (file !== undefined) {
  let shiftMs = Number(readFileSync(file, 'utf8'));
  const real = Date.now;
  const now = (): number => real() + shiftMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new Date(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  });
  process.on('SIGUSR2', () => {
    shiftMs = Number(readFileSync(file, 'utf8'));
  });
}
