// A job is a list of work. What a program is given arrives as it is, and a list is one job: one log, one limit, one
// end.

import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobSpec, Work } from '../../../engine/model/job.ts';
import type { Performer } from '../../../engine/ports/runner.ts';
import { inTurn, type Part } from '../../../engine/runner/in-turn.ts';
import { processJob } from '../../contract/runner.ts';
import { WELL } from '../../support/job-endings.ts';
import { type Bench, carriersOf, openBench } from './bench.ts';
import { until } from './until.ts';

const TOKEN = 'correct-horse-battery';
let bench: Bench;
const performers = new Map<string, Performer>();
beforeAll(() => {
  bench = openBench({
    env: { TOKEN },
    performerOf: async (kind) => {
      const found = performers.get(kind);
      if (found === undefined) throw new Error(`nobody does ${kind}`);
      return found;
    },
  });
});
afterAll(() => bench.dispose());

const run = (work: readonly [Work, ...Work[]], more: Partial<JobSpec> = {}, id: string = randomUUID()) =>
  bench.runner.start({ ...processJob(id, ''), work, ...more }, bench.place(id)).ended;
const script = (text: string): Work => ({ type: 'process', script: text });
const own = (kind: string, perform: Performer): Work => {
  performers.set(kind, perform);
  return { type: 'in-process', kind, input: {} };
};

describe('a program with its arguments', () => {
  test('gets them as they are: no shell reads them', async () => {
    const argv = ['printf', '[%s]', '$HOME', '$(touch pwned)', "it's", 'a b', '-oProxyCommand=x', ''] as const;
    const end = await run([{ type: 'process', argv }]);
    expect(end).toMatchObject({ outcome: 'succeeded', tail: "[$HOME][$(touch pwned)][it's][a b][-oProxyCommand=x][]" });
    expect(fs.readdirSync(bench.directory)).not.toContain('pwned');
  });

  test('that is not there is said, with what to do', async () => {
    const end = await run([{ type: 'process', argv: ['no-such-program', 'x'] }]);
    expect(end).toMatchObject({ outcome: 'errored', exitCode: null });
    expect(end.sentence).toBe(
      'could not be started: no-such-program could not be run: is it installed where the controller runs, and executable?',
    );
  });

  test('ends with its job, and all that it started', async () => {
    const id = randomUUID();
    const ended = run([{ type: 'process', argv: ['sh', '-c', '(setsid sleep 600 &); sleep 600'] }], {}, id);
    await until(
      () => carriersOf(`TIDEGATE_JOB=${id}`),
      (pids) => pids.length > 1,
    );
    await bench.runner.stop(id, 'cancelled');
    expect(await ended).toMatchObject({ outcome: 'cancelled' });
    expect(carriersOf(`TIDEGATE_JOB=${id}`)).toEqual([]);
  });
});

describe('standard input', () => {
  test('is what was given, to its last byte, however much', async () => {
    const stdin = `${JSON.stringify({ to: "/srv/sh'op" })}\n${'x'.repeat(300_000)}`;
    const end = await run([{ type: 'process', argv: ['sha256sum'], stdin }]);
    expect(end.tail).toBe(`${createHash('sha256').update(stdin).digest('hex')}  -\n`);
    expect(await run([{ type: 'process', script: 'cat; echo .', stdin: 'given' }])).toMatchObject({ tail: 'given.\n' });
  });

  test('is empty otherwise, and nobody has to read it', async () => {
    expect(await run([script('cat; echo empty')])).toMatchObject({ tail: 'empty\n' });
    const unread = { type: 'process', argv: ['true'], stdin: 'x'.repeat(1_000_000) } as const;
    expect(await run([unread])).toMatchObject({ outcome: 'succeeded' });
  });

  test('that holds a secret leaves it in no log', async () => {
    const echo = { type: 'process', argv: ['cat'], stdin: `token ${TOKEN}\n` } as const;
    const id = randomUUID();
    expect(await run([echo], { secrets: ['TOKEN'] }, id)).toMatchObject({ tail: 'token ***\n' });
    expect(bench.log(id)).toBe('token ***\n');
  });
});

describe('a list of work', () => {
  test('is done in order, in one log, and its end is the last one', async () => {
    const id = randomUUID();
    const second = own('second', async (_input, _place, { say }) => {
      say('between');
      return { outcome: 'succeeded', sentence: 'done by the controller' };
    });
    const end = await run([script('echo first > seen; echo one'), second, script('cat seen; exit 0')], {}, id);
    const log = 'one\nbetween\ndone by the controller\nfirst\n';
    expect(bench.log(id)).toBe(log);
    expect(end).toMatchObject({ outcome: 'succeeded', exitCode: 0, tail: log, outputBytes: log.length });
    expect(end.logDigest).toBe(createHash('sha256').update(log).digest('hex'));
  });

  test('ends with the first that does not succeed', async () => {
    const id = randomUUID();
    const end = await run([script('echo one'), script('echo two; exit 3'), script('echo three')], {}, id);
    expect(end).toMatchObject({ outcome: 'failed', exitCode: 3, tail: 'one\ntwo\n' });
    expect(bench.log(id)).toBe('one\ntwo\n');
  });

  test('whose last piece prints nothing has the digest of what the others printed', async () => {
    const end = await run([script('echo one'), script('true')]);
    expect(end.logDigest).toBe(createHash('sha256').update('one\n').digest('hex'));
    expect(end.tail).toBe('one\n');
  });

  test('has one time limit, which is said whole', async () => {
    const end = await run([script('echo one'), script('sleep 600')], { timeoutMs: 700 });
    expect(end).toMatchObject({ outcome: 'timed-out', tail: 'one\n' });
    expect(end.sentence).toContain('still running after 700 ms, its time limit');
  });

  test('leaves to each piece what the ones before it left of the limits', async () => {
    const job = { ...processJob('a', ''), work: [script('a'), script('b'), script('c')] as const };
    const parts: Part[] = [];
    const end = await inTurn(
      { ...job, timeoutMs: 1_000, outputBytesMax: 100 },
      async (_work, part) => {
        parts.push(part);
        return { ...WELL, durationMs: 500, outputBytes: 70 };
      },
      () => null,
    );
    const begun = parts.map(({ timeoutMs, outputBytesMax, follows }) => ({ timeoutMs, outputBytesMax, follows }));
    expect(begun).toEqual([
      { timeoutMs: 1_000, outputBytesMax: 100, follows: false },
      { timeoutMs: 500, outputBytesMax: 30, follows: true },
    ]);
    expect(end).toMatchObject({ outcome: 'timed-out', durationMs: 1_000, outputBytes: 140 });
  });

  test('begins nothing more once it was asked to stop, also between two pieces', async () => {
    const id = randomUUID();
    let stopping: Promise<void> | null = null;
    const stopped = own('stopped', async () => {
      // It succeeds in spite of the stop: what it did is live, and what would follow is not begun.
      stopping = bench.runner.stop(id, 'lease-lost');
      return { outcome: 'succeeded', sentence: 'in place' };
    });
    const end = await run([stopped, script('echo begun all the same')], {}, id);
    await stopping;
    expect(end).toMatchObject({ outcome: 'cancelled', lapsed: true, tail: 'in place\n' });
    expect(bench.log(id)).not.toContain('begun');
  });

  test('begins nothing more once its lease is over', async () => {
    const late = own('late', async () => {
      bench.runner.renew('leased', 0);
      return { outcome: 'succeeded', sentence: 'in place' };
    });
    let begun = false;
    const next = own('next', async () => {
      begun = true;
      return { outcome: 'succeeded', sentence: 'begun all the same' };
    });
    const end = await run([late, next], { environment: 'leased' });
    expect(end).toMatchObject({ outcome: 'cancelled', lapsed: true });
    expect(begun).toBe(false);
    expect(end.sentence).toContain('lease was not renewed');
  });

  test('has a log that starts again where an earlier life had one of the same id', async () => {
    const id = randomUUID();
    fs.mkdirSync(path.dirname(bench.place(id).log), { recursive: true });
    fs.writeFileSync(bench.place(id).log, 'of an earlier life\n');
    await run([script('true'), script('echo two')], {}, id);
    expect(bench.log(id)).toBe('two\n');
  });

  test('keeps no more output than the job may have, but for the end of each piece', async () => {
    const id = randomUUID();
    const much = 'head -c 300000 /dev/zero | tr "\\0" x; echo';
    const end = await run([script(much), script(much)], { outputBytesMax: 100_000 }, id);
    expect(end.outputBytes).toBe(600_002);
    expect(fs.statSync(bench.place(id).log).size).toBeLessThan(100_000 + 2 * 66_000);
  });
});
