// Speed is measured, never asserted: `npm run bench` prints what each benchmark found, `npm run bench -- runner` one
// of them. A machine with other work on it gives other numbers, so compare only what was measured on the same one, in
// turns.

import { runner } from './runner.ts';
import { verdicts } from './verdicts.ts';
import { trains, windows } from './windows.ts';

/** Each does its work and answers lines for a person. */
const BENCHES: Readonly<Record<string, () => Promise<readonly string[]>>> = { runner, windows, trains, verdicts };

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
for (const name of wanted) {
  const bench = BENCHES[name];
  if (bench === undefined) {
    console.error(`There is no benchmark ${name}; there are ${Object.keys(BENCHES).join(', ')}.`);
    process.exitCode = 64;
    continue;
  }
  for (const line of await bench()) console.log(`${name}: ${line}`);
}
