// `npm run simulate -- --seed N` replays one life as a table and says what broke; `--lives N [--from SEED]` runs many and stops
// at the first breach, with the seed that shows it again.

import { parseArgs } from 'node:util';
import { live } from './life.ts';
import { MUTANTS } from './mutants.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    lives: { type: 'string' },
    from: { type: 'string', default: '1' },
    mutants: { type: 'boolean' },
    only: { type: 'string', default: '' },
  },
});

if (values.mutants === true) await hunt(Number(values.lives ?? '200'));
else if (values.seed !== undefined) await replay(values.seed);
else await many(Number(values.from), Number(values.lives ?? '100'));

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

async function many(from: number, lives: number): Promise<void> {
  const beganAt = performance.now();
  let runs = 0;
  for (let seed = from; seed < from + lives; seed += 1) {
    const lived = await live(String(seed));
    runs += lived.runs;
    const done = seed - from + 1;
    if (lived.breach !== null) {
      process.stdout.write(`seed ${seed} breaks ${lived.breach.checker}: ${lived.breach.sentence}\n`);
      process.stdout.write(`replay it: npm run simulate -- --seed ${seed}\n`);
      process.exitCode = 1;
      return;
    }
    if (done % 500 === 0 || done === lives) {
      const rate = (done / (performance.now() - beganAt)) * 1_000;
      process.stdout.write(`${done} lives, ${runs} runs, ${rate.toFixed(1)} lives/s\n`);
    }
  }
}
