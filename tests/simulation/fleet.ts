// Many lives in several processes. Seeds are handed out a few at a time, so that no process ends long before the
// others; a life knows nothing of which process it is lived in, nor after which others, so that it is the same set of
// lives with any number.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What is told of a life when it is over. */
export type Report = {
  readonly seed: string;
  readonly breach: { readonly checker: string; readonly sentence: string } | null;
  readonly runs: number;
  /** SHA-256 of its table. */
  readonly digest: string;
};

export type Fleet = {
  readonly from: number;
  readonly lives: number;
  readonly workers: number;
  readonly onReport: (report: Report) => void;
};

/** Resolves when all lives are over. Rejects when a process dies: its life would be missing. */
export async function liveAll({ from, lives, workers, onReport }: Fleet): Promise<void> {
  let next = from;
  const end = from + lives;
  const hand = (child: ChildProcess): void => {
    const seeds = Array.from({ length: Math.min(SEEDS_AT_ONCE, end - next) }, (_, index) => String(next + index));
    next += seeds.length;
    if (seeds.length > 0) child.send(seeds);
    else child.disconnect();
  };
  const children = Array.from({ length: Math.max(1, workers) }, () => fork(WORKER, [], { execArgv: NODE_OPTIONS }));
  try {
    await Promise.all(
      children.map(async (child) => {
        child.on('message', (reports: readonly Report[]) => {
          for (const report of reports) onReport(report);
          hand(child);
        });
        hand(child);
        const [code, signal] = await once(child, 'exit');
        if (code !== 0)
          throw new Error(`a worker ended with ${signal ?? `code ${code}`}; its last seeds are not lived`);
      }),
    );
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill();
  }
}

const WORKER = fileURLToPath(new URL('fleet-worker.ts', import.meta.url));

/** Lives leave much behind that dies young: a larger nursery is swept less often. */
const NODE_OPTIONS = ['--max-semi-space-size=64'];

const SEEDS_AT_ONCE = 10;
