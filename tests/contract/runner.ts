// What every runner does, the real one and the one in memory. Two scripts are known to both: `true` ends well, `sleep
// 600` runs until it is stopped.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JobSpec } from '../../engine/model/job.ts';
import type { JobPlace, Runner } from '../../engine/ports/runner.ts';

export type RunnerHarness = {
  readonly runner: Runner;
  place(id: string): JobPlace;
  /** Ids of jobs that have begun and not ended, once there are `count` of them. */
  running(count: number): Promise<readonly string[]>;
  /** Lets the runner's clock go on. */
  elapse(ms: number): Promise<void>;
  dispose(): Promise<void>;
};

export function runnerContract(
  name: string,
  open: (options: { concurrency: number; env: Record<string, string> }) => Promise<RunnerHarness>,
): void {
  describe(`${name} keeps the runner's contract`, () => {
    let harness: RunnerHarness;
    beforeEach(async () => {
      harness = await open({ concurrency: 2, env: { TOKEN: 'a-very-secret-token' } });
    });
    afterEach(() => harness.dispose());

    const start = (id: string, script: string, more: Partial<JobSpec> = {}) =>
      harness.runner.start(processJob(id, script, more), harness.place(id));

    test('a job that ends well has succeeded', async () => {
      expect(await start('a', 'true').ended).toMatchObject({ outcome: 'succeeded' });
    });

    test('a second start of an id finds the first, while it runs and after it has ended', async () => {
      const first = start('run-1/test/1/0', 'sleep 600');
      expect(start('run-1/test/1/0', 'true').ended).toBe(first.ended);
      await harness.runner.stop('run-1/test/1/0', 'cancelled');
      expect(start('run-1/test/1/0', 'true').ended).toBe(first.ended);
      expect(await first.ended).toMatchObject({ outcome: 'cancelled' });
    });

    test('jobs beyond the bound wait, and begin in the order in which they were asked for', async () => {
      for (const id of ['a', 'b', 'c', 'd']) start(id, 'sleep 600');
      expect(await harness.running(2)).toEqual(['a', 'b']);
      await harness.runner.stop('b', 'cancelled');
      expect(await harness.running(2)).toEqual(['a', 'c']);
      harness.runner.setConcurrency(3);
      expect(await harness.running(3)).toEqual(['a', 'c', 'd']);
    });

    test('a job that waits for its turn can be stopped and is never begun', async () => {
      start('a', 'sleep 600');
      start('b', 'sleep 600');
      const third = start('c', 'sleep 600');
      await harness.runner.stop('c', 'cancelled');
      expect(await third.ended).toMatchObject({ outcome: 'cancelled', exitCode: null, logDigest: null });
      expect(await harness.running(2)).toEqual(['a', 'b']);
    });

    test('work that is no process takes no slot', async () => {
      start('a', 'sleep 600');
      start('b', 'sleep 600');
      const spec: JobSpec = {
        ...processJob('w', ''),
        work: [{ type: 'in-process', kind: 'wait', input: { waitMs: 1 } }],
      };
      expect(await harness.runner.start(spec, harness.place('w')).ended).toMatchObject({ outcome: 'succeeded' });
    });

    test('stopping says why, and what nobody knows can be stopped too', async () => {
      const job = start('a', 'sleep 600');
      await harness.runner.stop('a', 'lease-lost');
      expect(await job.ended).toMatchObject({ outcome: 'cancelled', lapsed: true });
      expect((await job.ended).sentence).toContain('another controller');
      const other = start('b', 'sleep 600');
      await harness.runner.stop('b', 'cancelled');
      expect(await other.ended).not.toHaveProperty('lapsed');
      await harness.runner.stop('nobody', 'cancelled');
    });

    test('an id that was forgotten is of another job when it comes again', async () => {
      const first = start('a', 'sleep 600');
      await harness.runner.stop('a', 'cancelled');
      expect(await first.ended).toMatchObject({ outcome: 'cancelled' });
      harness.runner.forget('a');
      expect(await start('a', 'true').ended).toMatchObject({ outcome: 'succeeded' });
    });

    test('a named secret that is not there is an error before anything starts', async () => {
      const ending = await start('a', 'true', { secrets: ['TOKEN', 'MISSING'] }).ended;
      expect(ending).toMatchObject({ outcome: 'errored', logDigest: null });
      expect(ending.sentence).toContain('MISSING');
      expect(ending.sentence).not.toContain('TOKEN');
    });

    test('jobs of an environment whose lease runs out are stopped, and no others', async () => {
      const bound = start('a', 'sleep 600', { environment: 'production' });
      start('b', 'sleep 600', { environment: 'staging' });
      expect(await harness.running(2)).toEqual(['a', 'b']);
      harness.runner.renew('production', 150);
      await harness.elapse(200);
      expect(await bound.ended).toMatchObject({ lapsed: true });
      expect((await bound.ended).sentence).toContain('lease was not renewed');
      expect(await harness.running(1)).toEqual(['b']);
      expect((await start('c', 'true', { environment: 'production' }).ended).sentence).toContain(
        'lease was not renewed',
      );
    });

    test('a renewal that comes in time keeps them, and one that comes again lets new ones begin', async () => {
      harness.runner.renew('production', 1);
      harness.runner.renew('production', 60_000);
      const job = start('a', 'true', { environment: 'production' });
      expect(await job.ended).toMatchObject({ outcome: 'succeeded' });
    });

    test('closing stops what runs and what waits, and nothing is begun afterwards', async () => {
      const jobs = ['a', 'b', 'c'].map((id) => start(id, 'sleep 600'));
      await harness.running(2);
      await harness.runner.close();
      for (const job of jobs) expect(await job.ended).toMatchObject({ outcome: 'cancelled' });
      expect(await start('d', 'true').ended).toMatchObject({ outcome: 'cancelled' });
    });
  });
}

export function processJob(id: string, script: string, more: Partial<JobSpec> = {}): JobSpec {
  return {
    id,
    environment: 'development',
    work: [{ type: 'process', script }],
    sentence: script,
    timeoutMs: 60_000,
    graceMs: 1_000,
    outputBytesMax: 1_000_000,
    env: {},
    secrets: [],
    ...more,
  };
}
