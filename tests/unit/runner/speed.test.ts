import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openBench } from './bench.ts';

const JOBS = 100;
const AT_ONCE = 2;
const SCRIPT = ': ; true';

/** Milliseconds for all of them. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function spawnAll(): Promise<void> {
  let left = JOBS;
  const env = { PATH: process.env['PATH'] };
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      await new Promise((resolve) => {
        const child = spawn('/bin/sh', ['-c', SCRIPT], { env, detached: true });
        child.stdout.resume();
        child.stderr.resume();
        child.once('close', resolve);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

test('the whole way through runner and supervisor costs little more than the bare processes', async () => {
  const bench = openBench({ concurrency: AT_ONCE });
  try {
    const runAll = () => Promise.all(Array.from({ length: JOBS }, () => bench.run(randomUUID(), SCRIPT)));
    await runAll();
    // In turns, and the best of each: others work on this machine too.
    const bare: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < 5; round++) {
      bare.push(await timed(spawnAll));
      ours.push(await timed(runAll));
    }
    expect(Math.min(...ours) / Math.min(...bare)).toBeLessThan(2.5);
  } finally {
    await bench.dispose();
  }
});
