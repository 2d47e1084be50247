// One process of a fleet: lives the seeds that it is sent, reports, and waits for more until its parent lets go of
// it.

import { createHash } from 'node:crypto';
import type { Report } from './fleet.ts';
import { live } from './life.ts';

process.on('message', (seeds: readonly string[]) => {
  void work(seeds);
});

async function work(seeds: readonly string[]): Promise<void> {
  const reports: Report[] = [];
  for (const seed of seeds) {
    const { breach, runs, table } = await live(seed);
    reports.push({ seed, breach, runs, digest: createHash('sha256').update(table()).digest('hex') });
  }
  process.send?.(reports);
}
