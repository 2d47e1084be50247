import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bench, carriersOf, openBench } from './bench.ts';
import { until } from './until.ts';

let bench: Bench;
// Of this test alone: others run beside it and are looked for by the same mark.
let a: string;
let b: string;
beforeEach(() => {
  bench = openBench();
  a = `a-${randomUUID()}`;
  b = `b-${randomUUID()}`;
});
afterEach(() => bench.dispose());

/** Once the script has said so, everything that it starts is there. */
async function saidReady(id: string): Promise<void> {
  const log = () => (fs.existsSync(bench.place(id).log) ? bench.log(id) : '');
  expect(await until(log, (text) => text.includes('ready'))).toContain('ready');
}

const STUBBORN = `trap '' TERM; echo ready; while :; do sleep 0.05; done`;
const ESCAPEE = `setsid sh -c 'trap "" TERM; exec sleep 600' & sh -c '(setsid sleep 600 &) ; exit 0'; echo ready; wait`;
// Fifteen of them, each of which has put a letter there when it begins.
const FOREST = `tree() { printf x >> trees; if [ $1 -gt 0 ]; then tree $(($1 - 1)) & tree $(($1 - 1)) & fi; sleep 600; }
  tree 3 & until [ "$(cat trees)" = xxxxxxxxxxxxxxx ]; do sleep 0.01; done; echo ready; wait`;

describe('a stop', () => {
  test.each([
    ['a child that does not listen', STUBBORN],
    ['children in sessions of their own, with and without parents', ESCAPEE],
    ['a forest of children', FOREST],
    ['a child that is itself stopped', `sh -c 'kill -STOP $$; sleep 600' & echo ready; wait`],
  ])('leaves nothing of %s', async (_, script) => {
    const job = bench.run(a, script, { graceMs: 200 });
    await saidReady(a);
    expect(carriersOf(`TIDEGATE_JOB=${a}`).length).toBeGreaterThan(0);
    await bench.runner.stop(a, 'cancelled');
    expect(carriersOf(`TIDEGATE_JOB=${a}`)).toEqual([]);
    expect(await job).toMatchObject({ outcome: 'cancelled' });
  });

  test('asks first, and waits while a child cleans up', async () => {
    const job = bench.run(
      a,
      // TERM reaches the sleep too, and a script ends where a command fails.
      `trap 'sleep 0.3; echo cleaned up; exit 0' TERM; echo ready; while :; do sleep 0.05 || :; done`,
      // More than this test's patience: nobody waits for it when everything has ended.
      { graceMs: 600_000 },
    );
    await saidReady(a);
    await bench.runner.stop(a, 'cancelled');
    expect(await job).toMatchObject({ outcome: 'cancelled', exitCode: 0 });
    expect((await job).tail).toContain('cleaned up');
  });

  test('of one job leaves the others alone', async () => {
    const other = bench.run(b, 'echo ready; sleep 600');
    const escapee = bench.run(a, ESCAPEE, { graceMs: 100 });
    await Promise.all([saidReady(a), saidReady(b)]);
    await bench.runner.stop(a, 'cancelled');
    expect(carriersOf(`TIDEGATE_JOB=${b}`).length).toBeGreaterThan(0);
    await bench.runner.stop(b, 'cancelled');
    expect(await escapee).toMatchObject({ outcome: 'cancelled' });
    expect(await other).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('a time limit', () => {
  test('ends the whole tree, and is said', async () => {
    const end = await bench.run(a, ESCAPEE, { timeoutMs: 300, graceMs: 100 });
    expect(end).toMatchObject({ outcome: 'timed-out' });
    expect(end.sentence).toBe('still running after 300 ms, its time limit; stopped');
    expect(carriersOf(`TIDEGATE_JOB=${a}`)).toEqual([]);
  });
});

describe('when the step itself has ended', () => {
  test('what it left in its group is ended, also what does not listen', async () => {
    const end = await bench.run(
      a,
      `sleep 600 & sh -c 'trap "" TERM; : > deaf; while :; do sleep 0.05; done' & until [ -e deaf ]; do sleep 0.01; done`,
    );
    expect(end).toMatchObject({ outcome: 'succeeded' });
    expect(carriersOf(`TIDEGATE_JOB=${a}`)).toEqual([]);
  });

  test('a daemon in a session of its own stays, and does not delay the end by holding the output open', async () => {
    const daemon = path.join(bench.directory, 'daemon.pid');
    const end = await bench.run(
      a,
      `setsid sh -c 'echo $$ > ${daemon}; exec sleep 600' & until [ -s ${daemon} ]; do sleep 0.01; done`,
    );
    const pid = Number(fs.readFileSync(daemon, 'utf8'));
    try {
      expect(end).toMatchObject({ outcome: 'succeeded' });
      expect(carriersOf(`TIDEGATE_JOB=${a}`)).toEqual([pid]);
      // The next job gets a pipe that nobody else writes to.
      expect(await bench.run(b, 'echo mine')).toMatchObject({ tail: 'mine\n' });
      await bench.runner.close();
      expect(carriersOf(`TIDEGATE_JOB=${a}`)).toEqual([pid]);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});
