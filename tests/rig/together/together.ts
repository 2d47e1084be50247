// `npm run together -- --rounds 10 --seed 1`: three controllers on one repository, one of them struck while it
// deploys, so many rounds of each scenario; prints a table. `--only name,name` (parts of their names) plays only
// those, `--from N` begins with that round of the seed, `--renew 2 --expires 8` are the leases and `--bound 13` what
// a takeover may take, in seconds. Exits 1 on any breach.

import { parseArgs } from 'node:util';
import '../../support/hermetic.ts';
import { takeoverBoundMs } from './judges.ts';
import { playScenario, scenariosNamed } from './play.ts';
import type { Played } from './round.ts';
import { togetherTable } from './table.ts';
import { POLL_MS } from './world.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    renew: { type: 'string', default: '2' },
    expires: { type: 'string', default: '8' },
    bound: { type: 'string' },
  },
});

const lease = { renewMs: Number(values.renew) * 1_000, expiresMs: Number(values.expires) * 1_000 };
const takeoverMsMax =
  values.bound === undefined ? takeoverBoundMs(lease.expiresMs, POLL_MS) : Number(values.bound) * 1_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
const all: Played[] = [];
const asked = new AbortController();
// A world has networks and processes: it is never just left.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());
for (const scenario of scenariosNamed(values.only.split(',').filter((name) => name !== ''))) {
  if (asked.signal.aborted) break;
  const why = scenario.impossible();
  if (why !== null) {
    say(`skipped: ${scenario.name}: ${why}`);
    continue;
  }
  const played = await playScenario(scenario, {
    seed: values.seed,
    from: Number(values.from),
    rounds: Number(values.rounds),
    signal: asked.signal,
    lease,
    takeoverMsMax,
    onPlayed: (round, { takeoversMs, refused, breaches }) => {
      const times = takeoversMs.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', ');
      say(`${scenario.name} ${round}: taken over after ${times === '' ? '-' : times}; ${refused} refused`);
      for (const { kind, sentence } of breaches) say(`  ${kind}: ${sentence}`);
      if (breaches.length === 0) return;
      say(
        `  play it again: npm run together -- --seed ${values.seed} --only '${scenario.name}' --from ${round} --rounds 1`,
      );
      process.exitCode = 1;
    },
  });
  all.push(...played);
}
say(`\n${togetherTable(all, takeoverMsMax)}`);
