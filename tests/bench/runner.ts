// What the runner and its supervisor, log and limits included, add to the bare processes of a step.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { openBench } from '../unit/runner/bench.ts';

const JOBS = 100;
const AT_ONCE = 2;
const ROUNDS = 5;
const SCRIPT = ': ; true';

export async function runner(): Promise<readonly string[]> {
  const bench = openBench({ concurrency: AT_ONCE });
  try {
    const runAll = () => Promise.all(Array.from({ length: JOBS }, () => bench.run(randomUUID(), SCRIPT)));
    await runAll();
    // In turns, and the best of each: others work on this machine too.
    const bare: number[] = [];
    const ours: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      bare.push(await timed(spawnAll));
      ours.push(await timed(runAll));
    }
    const [bareMs, oursMs] = [Math.min(...bare), Math.min(...ours)];
    return [
      `${JOBS} jobs, ${AT_ONCE} at once: ${oursMs.toFixed(0)} ms; bare processes ${bareMs.toFixed(0)} ms; ` +
        `${(oursMs / bareMs).toFixed(2)} times as long`,
    ];
  } finally {
    await bench.dispose();
  }
}

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
