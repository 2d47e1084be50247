// `npm run crash -- --rounds 200 --seed 1`: kills a controller that works, with everything else that can go wrong
// around it, and prints what was lost (nothing), a line for each kind of misfortune. `--only kind,kind` (parts of
// their names) plays only those; `--from N` begins with that round of the seed; `--minutes N` begins no round after
// that; `--recovery N` allows so many seconds. `--self-test` plays no round: it plants a fault for every check and
// sees whether the check names it. Exits 1 on any breach.

import { parseArgs } from 'node:util';
import '../support/hermetic.ts';
import { crashTable } from './crash-table.ts';
import { play } from './play.ts';
import { selfTest } from './self-test.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '600' },
    recovery: { type: 'string', default: '10' },
    'self-test': { type: 'boolean', default: false },
  },
});

const say = (line: string) => process.stdout.write(`${line}\n`);
if (values['self-test']) process.exitCode = (await selfTest(say)) ? 0 : 1;
else await playRounds();

async function playRounds(): Promise<void> {
  const asked = new AbortController();
  // A world has mounts and processes: it is never just left.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());
  const played = await play({
    signal: asked.signal,
    seed: values.seed,
    from: Number(values.from),
    rounds: Number(values.rounds),
    only: values.only.split(',').filter((name) => name !== ''),
    minutesMax: Number(values.minutes),
    recoveryMsMax: Number(values.recovery) * 1_000,
    // Well before a lease of 8 s runs out, which ends jobs too: the end of the controller alone has to do it.
    orphansMsMax: 4_000,
    onSkipped: (kind, why) => say(`skipped: ${kind}: ${why}`),
    onPlayed: (round, { kinds, commits, records, recoveryMs, killsOfPushes, caught, breaches }) => {
      const kills = killsOfPushes === 0 ? '' : `, ${killsOfPushes} pushes killed`;
      say(
        `round ${round}: ${kinds.join(' + ')}: ${records} records in ${commits} pushes, ${caught ? 'killed at work' : 'killed between steps'}, back in ${Math.round(recoveryMs)} ms${kills}`,
      );
      for (const { kind, sentence } of breaches) say(`  ${kind}: ${sentence}`);
      if (breaches.length > 0) {
        const only = values.only === '' ? '' : ` --only '${values.only}'`;
        say(`  play it again: npm run crash -- --seed ${values.seed} --from ${round} --rounds 1${only}`);
        process.exitCode = 1;
      }
    },
  });
  say(`\n${crashTable(played)}`);
}
