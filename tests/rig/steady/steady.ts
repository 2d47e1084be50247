// `npm run steady -- --commits 3600 --seed 1`: fifty environments, a commit as soon as the controller keeps up,
// random faults; prints what it took, whether memory stood still, and what was lost (nothing). `--environments N`,
// `--rate N` (commits a second at most), `--backlog N` (environments that may have work before them), `--faults N`
// (about so many commits from one to the next). Exits 1 when a bound is broken, or memory could not be judged.

import { parseArgs } from 'node:util';
import '../../support/hermetic.ts';
import { playSteady } from './play.ts';
import { hasHeld, steadyTable } from './table.ts';

const { values } = parseArgs({
  options: {
    commits: { type: 'string', default: '3600' },
    seed: { type: 'string', default: '1' },
    environments: { type: 'string', default: '50' },
    rate: { type: 'string' },
    backlog: { type: 'string', default: '20' },
    faults: { type: 'string', default: '45' },
  },
});

const asked = new AbortController();
// A world has processes: it is never just left.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => asked.abort());
const begun = performance.now();
const options = {
  seed: values.seed,
  environments: numberOf('environments', values.environments),
  commits: numberOf('commits', values.commits),
  rate: values.rate === undefined ? null : numberOf('rate', values.rate),
  backlog: numberOf('backlog', values.backlog),
  faultEvery: numberOf('faults', values.faults),
  faultMsMax: 3_000,
  sampleEveryMs: 1_000,
  memoryMustBeJudged: true,
  signal: asked.signal,
  onProgress: (sentence: string) =>
    say(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${sentence}`),
};
try {
  const played = await playSteady(options);
  say(`\n${steadyTable(played)}`);
  if (!hasHeld(played)) process.exitCode = 1;
} catch (cause) {
  if (!asked.signal.aborted) throw cause;
  say('ended before its time: nothing was judged');
  process.exitCode = 130;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} ${text} is not a number above zero`);
  return number;
}
