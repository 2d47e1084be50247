// `npm run simulate -- --seed N` replays one life as a table and says what broke. `--lives N [--from SEED] [--workers N]` runs many,
// says which seeds break what, and closes with what there was of it all; `--mutants [--only WORDS]` shows which checker catches
// which breach. It exits 1 where a law was broken or a mutant lives.

import { parseArgs } from 'node:util';
import { liveAll } from './fleet.ts';
import { live } from './life.ts';
import { MUTANTS } from './mutants.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    lives: { type: 'string' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    mutants: { type: 'boolean' },
    only: { type: 'string', default: '' },
  },
});

if (values.mutants === true) await hunt(whole('lives', values.lives ?? '200'));
else if (values.seed !== undefined) await replay(values.seed);
else await many(whole('from', values.from), whole('lives', values.lives ?? '100'), whole('workers', values.workers));

function whole(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  process.stderr.write(`--${option} takes a whole number from 1 on, not ${JSON.stringify(text)}\n`);
  process.exit(64);
}

/** By which seed each mutant is caught first. */
async function hunt(lives: number): Promise<void> {
  for (const mutant of MUTANTS.filter(({ story }) => story.includes(values.only))) {
    const others = new Set<string>();
    let seed = Number(values.from);
    let caught = false;
    for (; seed < Number(values.from) + lives && !caught; seed += 1) {
      const { breach } = await live(String(seed), mutant);
      caught = breach?.checker === mutant.caughtBy;
      if (breach !== null && !caught) others.add(breach.checker);
    }
    const found = caught ? `seed ${seed - 1}` : 'NOT CAUGHT';
    process.stdout.write(`${mutant.story}: ${mutant.caughtBy}: ${found} (${[...others].join(', ')})\n`);
  }
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
