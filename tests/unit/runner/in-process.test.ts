// A job that is no process, and the channel of one that is: what happens at the edges.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Invariant } from '../../../engine/base/assert.ts';
import type { WorkEnding } from '../../../engine/ports/runner.ts';
import { startInProcess } from '../../../engine/runner/in-process.ts';
import { createMasker } from '../../../engine/runner/masking.ts';
import { openOutputChannels } from '../../../engine/runner/output-channel.ts';
import { processJob } from '../../contract/runner.ts';
import { openBench } from './bench.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-in-process-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function started(ending: WorkEnding | Error) {
  const place = { directory: folder, log: path.join(folder, 'log'), temporary: folder };
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const job = startInProcess({ ...processJob('a', 'true'), follows: false }, place, createMasker([]), async () => {
    begun.resolve();
    await finish.promise;
    if (ending instanceof Error) throw ending;
    return ending;
  });
  return { job, begun: begun.promise, finish: finish.resolve };
}

describe('a job that is stopped', () => {
  test('and succeeds all the same has succeeded: what it did is live', async () => {
    const { job, begun, finish } = started({ outcome: 'succeeded', sentence: 'put in place' });
    await begun;
    job.stop('cancelled');
    finish();
    expect(await job.ended).toMatchObject({ outcome: 'succeeded', sentence: 'put in place' });
  });

  test('and fails was stopped', async () => {
    const { job, begun, finish } = started({ outcome: 'failed', sentence: 'answered 500' });
    await begun;
    job.stop('cancelled');
    finish();
    expect(await job.ended).toMatchObject({ outcome: 'cancelled' });
  });

  test('and gives up with an error was stopped', async () => {
    const { job, begun, finish } = started(new Error('aborted'));
    await begun;
    job.stop('cancelled');
    finish();
    expect(await job.ended).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('a job that throws', () => {
  test('has ended with an error, in its words', async () => {
    const { job, finish } = started(new Error('the disk is gone'));
    finish();
    expect(await job.ended).toMatchObject({ outcome: 'errored', sentence: 'the disk is gone' });
  });

  test('because we are wrong does not end: that is for the controller to die of', async () => {
    const { job, finish } = started(new Invariant('two at once'));
    finish();
    await expect(job.ended).rejects.toThrow('two at once');
  });
});

test.runIf(fs.existsSync('/proc/self/fd'))('a channel that nobody used leaves no descriptor open', () => {
  const channels = openOutputChannels(path.join(folder, 'pipes'));
  const open = (): number => fs.readdirSync('/proc/self/fd').length;
  channels.open().discard();
  const before = open();
  for (let count = 0; count < 20; count += 1) channels.open().discard();
  expect(open()).toBe(before);
  channels.close();
});

test('a secret that is too short to be masked is named, and none that is long enough', async () => {
  const bench = openBench({ env: { PIN: '42', TOKEN: 'correct-horse' } });
  const end = await bench.run('short', 'echo "$PIN" "$TOKEN"', { secrets: ['PIN', 'TOKEN'] });
  expect(end.tail).toBe('42 ***\n');
  expect(end.sentence).toContain('the secret PIN is too short to be masked in what is printed');
  expect((await bench.run('long', 'true', { secrets: ['TOKEN'] })).sentence).not.toContain('too short');
  await bench.dispose();
});
