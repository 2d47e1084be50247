// Keeps the cache quick, in the background and never in anyone's way: the commit-graph with path filters (9 ms for a
// path's history on 100,000 commits), and few packs (each write makes one; at 100 of them a write takes 70 ms instead
// of 10). Its failures are nobody's: the next fetch tries again. Nothing is ever pruned.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Git } from './exec.ts';

type Upkeep = {
  /** After a fetch that brought something; `first` for the one that filled an empty cache. */
  fetched(first: boolean): void;
  /** After commits were written. */
  wrote(): void;
  /** Resolves when what was started has ended. */
  settled(): Promise<void>;
};

const PACKS_MAX = 40;
const FETCHES_PER_GRAPH = 100;
const LOOSE_FOLDERS_SEEN_MAX = 20;
const UPKEEP_TIMEOUT_MS = 600_000;

export function createUpkeep(
  git: Git,
  directory: string,
  flushRefs: () => Promise<void>,
  onRepacked: () => void,
): Upkeep {
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  let changes = 0;
  let fetchesSinceGraph = 0;

  function start(work: () => Promise<void>): void {
    if (isRunning) return;
    isRunning = true;
    running = work()
      .catch(() => undefined)
      .finally(() => {
        isRunning = false;
      });
  }

  async function writeGraph(): Promise<void> {
    await flushRefs();
    const args = ['commit-graph', 'write', '--reachable', '--changed-paths', '--split', '--no-progress'];
    await git.run(args, { timeoutMs: UPKEEP_TIMEOUT_MS });
  }

  async function repack(): Promise<void> {
    await flushRefs();
    // Geometric: rolls the small packs up and leaves the large ones alone. Unreachable objects are kept.
    const args = ['repack', '-d', '-q', '--geometric=2', '--write-midx'];
    await git.run(['-c', 'pack.threads=1', ...args], { timeoutMs: UPKEEP_TIMEOUT_MS });
    onRepacked();
  }

  function changed(): void {
    changes += 1;
    if (changes % 10 === 0 && isUntidy(directory)) start(repack);
  }

  return {
    fetched(first) {
      fetchesSinceGraph += 1;
      if (first || fetchesSinceGraph >= FETCHES_PER_GRAPH) {
        fetchesSinceGraph = 0;
        start(writeGraph);
      }
      changed();
    },
    wrote: changed,
    settled: () => running,
  };
}

/** Many packs, or (as `git gc --auto` estimates) many loose objects, from one folder of 256. */
function isUntidy(directory: string): boolean {
  const packs = list(path.join(directory, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  return packs > PACKS_MAX || list(path.join(directory, 'objects', '17')).length > LOOSE_FOLDERS_SEEN_MAX;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
