// `npm run simulate -- --seed N` replays one life as a table and says what broke. `--lives N [--from SEED] [--workers
// N]` runs many, says which seeds break what, and closes with what there was of it all; `--mutants [--only WORDS]`
// shows which checker catches which breach. It exits 1 where a law was broken or a mutant lives.

import { parseArgs } from 'node:util';
import { liveAll } from './fleet.ts';
import { live } from './life.ts';
import { MUTANTS } from './mutants.ts';
import { CHECKERS } from './witness.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    lives: { type: 'string' },
    from: { type: 'string' },
    workers: { type: 'string', default: '1' },
    mutants: { type: 'boolean' },
    only: { type: 'string', default: '' },
  },
});

// Anyone who reads may stop reading, as `head` does.
process.stdout.on('error', () => process.exit());

if (values.mutants === true) {
  const from = values.from === undefined ? null : whole('from', values.from);
  await hunt(from, whole('lives', values.lives ?? '200'));
} else if (values.seed !== undefined) await replay(values.seed);
else
  await many(
    whole('from', values.from ?? '1'),
    whole('lives', values.lives ?? '100'),
    whole('workers', values.workers),
  );

function whole(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  process.stderr.write(`--${option} takes a whole number from 1 on, not ${JSON.stringify(text)}\n`);
  process.exit(64);
}

/** By which checker each mutant is caught, and how many lives that took. */
async function hunt(from: number | null, lives: number): Promise<void> {
  const alive: string[] = [];
  for (const mutant of MUTANTS.filter(({ story }) => story.includes(values.only))) {
    const first = from ?? mutant.from;
    const others = new Map<string, number>();
    let tried = 0;
    let isCaught = false;
    while (tried < lives && !isCaught) {
      const { breach } = await live(String(first + tried), mutant);
      tried += 1;
      isCaught = breach?.checker === mutant.caughtBy;
      if (breach !== null && !isCaught) others.set(breach.checker, (others.get(breach.checker) ?? 0) + 1);
    }
    if (!isCaught) alive.push(mutant.story);
    const found = isCaught ? `after ${tried}, seed ${first + tried - 1}` : `NOT CAUGHT in ${tried} lives`;
    const before = [...others].map(([checker, times]) => `${checker} ${times}`).join(', ');
    process.stdout.write(
      `${mutant.caughtBy.padEnd(14)}  ${mutant.story}: ${found}${before && `; before it ${before}`}\n`,
    );
  }
  const unproven = CHECKERS.filter((checker) => !MUTANTS.some(({ caughtBy }) => caughtBy === checker));
  for (const checker of unproven) process.stdout.write(`${checker.padEnd(14)}  HAS NO MUTANT\n`);
  process.stdout.write(`${MUTANTS.length} mutants, ${alive.length} alive; ${unproven.length} checkers without one\n`);
  if (alive.length + unproven.length > 0) process.exitCode = 1;
}

async function replay(seed: string): Promise<void> {
  const lived = await live(seed);
  process.stdout.write(`${lived.table()}\n\n`);
  process.stdout.write(
    lived.breach === null ? `seed ${seed}: nothing broke\n` : `seed ${seed}: ${lived.breach.sentence}\n`,
  );
  if (lived.breach !== null) process.exitCode = 1;
}

async function many(from: number, lives: number, workers: number): Promise<void> {
  const beganAt = performance.now();
  const broken = new Map<string, string[]>();
  let done = 0;
  let runs = 0;
  const soFar = () => {
    const seconds = (performance.now() - beganAt) / 1_000;
    const breaches = [...broken.values()].reduce((sum, seeds) => sum + seeds.length, 0);
    const counted = `${done} lives, ${runs} runs, ${breaches} breaches`;
    return `${counted}, ${seconds.toFixed(1)} s, ${(done / seconds).toFixed(1)} lives/s`;
  };
  await liveAll({
    from,
    lives,
    workers,
    onReport: ({ seed, breach, runs: own }) => {
      done += 1;
      runs += own;
      if (breach !== null) {
        broken.set(breach.checker, [...(broken.get(breach.checker) ?? []), seed]);
        process.stdout.write(`seed ${seed} breaks ${breach.checker}: ${breach.sentence}\n`);
        process.exitCode = 1;
      }
      if (done % 500 === 0 && done < lives) process.stdout.write(`${soFar()}\n`);
    },
  });
  process.stdout.write(`${soFar()}\n`);
  for (const [checker, seeds] of [...broken].sort(([a], [b]) => (a < b ? -1 : 1)))
    process.stdout.write(`${checker}: ${seeds.length}: seeds ${sorted(seeds).join(' ')}\n`);
  if (broken.size > 0) process.stdout.write('replay one: npm run simulate -- --seed N\n');
}

function sorted(seeds: readonly string[]): readonly string[] {
  return [...seeds].sort((a, b) => Number(a) - Number(b));
}
