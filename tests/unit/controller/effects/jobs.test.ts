// Jobs of open runs: exported once, started once, their endings kept for as long as somebody waits for them.

import { beforeEach, describe, expect, test } from 'vitest';
import { Jobs } from '../../../../engine/controller/effects/jobs.ts';
import type { GitRepository } from '../../../../engine/ports/git.ts';
import type { Effect } from '../../../../engine/reconcile/plan.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FakeRunner, openFakeRunner } from '../../../support/fake-runner.ts';
import { type MemoryFolder, memoryFolder } from '../../../support/memory-folder.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { type MemoryRemote, memoryRemote } from '../../../support/memory-remote.ts';

type StartJob = Extract<Effect, { type: 'start-job' }>;

let remote: MemoryRemote;
let git: GitRepository;
let runner: FakeRunner;
let folder: MemoryFolder;
let jobs: Jobs;
let commits: readonly [string, string];
let exported: string[];
let ended: string[];

beforeEach(async () => {
  remote = memoryRemote();
  commits = [await remote.commit({ a: '1' }), await remote.commit({ a: '2' })];
  const exports = new Map();
  const memory = openMemoryGit({ remote, exports });
  await memory.fetch(new Map([['refs/heads/main', commits[1]]]));
  exported = [];
  git = {
    ...memory,
    exportTree: (commit, place, options) => {
      exported.push(`${commit === commits[0] ? 'first' : 'second'} to ${place}`);
      return memory.exportTree(commit, place, options);
    },
  };
  runner = openFakeRunner({ concurrency: 2, behave: () => 'runs' });
  folder = memoryFolder(exports);
  ended = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  jobs = new Jobs({
    git,
    runner,
    folder,
    log,
    emit: (event) => void (event.type === 'job-ended' && ended.push(event.environment)),
  });
});

describe('a job', () => {
  test('that is started twice is started once, and its ending is kept', async () => {
    jobs.start(job('production-1/test/1/0'), []);
    jobs.start(job('production-1/test/1/0'), []);
    await begun('production-1/test/1/0');
    expect(runner.begun).toEqual(['production-1/test/1/0']);
    expect(known()).toEqual({ 'production-1/test/1/0': 'running' });
    runner.end('production-1/test/1/0', { outcome: 'failed', sentence: 'exit code 1' });
    await eventually(() => ended.length === 1);
    jobs.start(job('production-1/test/1/0'), []);
    expect(known()).toEqual({ 'production-1/test/1/0': 'exit code 1' });
    expect(jobs.running).toBe(0);
  });

  test('of a run that was given up is not taken for one of another run that gets its number', async () => {
    jobs.start(job('production-5/deploy/1/0'), []);
    await begun('production-5/deploy/1/0');
    runner.end('production-5/deploy/1/0', { outcome: 'succeeded', sentence: 'succeeded' });
    await eventually(() => ended.length === 1);
    jobs.stopLost(() => false);
    expect(known()).toEqual({});
    jobs.start({ ...job('production-5/deploy/1/0'), commit: commits[1] }, []);
    await eventually(() => runner.begun.length === 2);
    expect(known()).toEqual({ 'production-5/deploy/1/0': 'running' });
  });

  test('works in an export that the run’s steps share', async () => {
    jobs.start(job('production-1/test/1/0'), []);
    await begun('production-1/test/1/0');
    runner.end('production-1/test/1/0', {});
    await eventually(() => ended.length === 1);
    jobs.start(job('production-1/deploy/1/0'), []);
    await begun('production-1/deploy/1/0');
    expect(exported).toEqual(['first to /state/runs/production-1/tree']);
  });

  test('whose tree cannot be exported has errored, and says why', async () => {
    jobs.start({ ...job('production-1/test/1/0'), commit: 'f'.repeat(40) }, []);
    await eventually(() => ended.length === 1);
    expect(known()).toEqual({ 'production-1/test/1/0': expect.stringMatching(/^could not be started: /) });
    jobs.start(job('production-1/test/2/0'), []);
    await begun('production-1/test/2/0');
  });

  test('of a run that was let go and taken up again has an ending as any other', async () => {
    jobs.start(job('production-1/test/1/0'), []);
    await begun('production-1/test/1/0');
    runner.end('production-1/test/1/0', {});
    await eventually(() => ended.length === 1);
    jobs.forget('production', 'production-1');
    expect(known()).toEqual({});
    jobs.start(job('production-1/deploy/1/0'), []);
    await begun('production-1/deploy/1/0');
    runner.end('production-1/deploy/1/0', { sentence: 'done' });
    await eventually(() => ended.length === 2);
    expect(known()).toEqual({ 'production-1/deploy/1/0': 'done' });
  });

  test('that still runs when its run is forgotten stays known until it is over', async () => {
    jobs.start(job('production-1/test/1/0'), []);
    await begun('production-1/test/1/0');
    jobs.forget('production', 'production-1');
    expect(known()).toEqual({ 'production-1/test/1/0': 'running' });
    await jobs.stop('production-1/test/1/0', 'lease-lost');
    await eventually(() => ended.length === 1);
    expect(known()).toEqual({});
  });
});

describe('an export', () => {
  test('that was prepared for a claim which the remote did not accept is not taken for another version', async () => {
    await jobs.prepare('production', 'production-1', commits[0], []);
    jobs.start({ ...job('production-1/test/1/0'), commit: commits[1] }, []);
    await begun('production-1/test/1/0');
    expect(exported.map((text) => text.split(' ')[0])).toEqual(['first', 'second']);
  });

  test('that was prepared is not made again', async () => {
    await jobs.prepare('production', 'production-1', commits[0], []);
    jobs.start(job('production-1/test/1/0'), []);
    await begun('production-1/test/1/0');
    expect(exported).toHaveLength(1);
  });

  test('is not made into one that is still being put away', async () => {
    const steps: string[] = [];
    const slow: GitRepository = {
      ...git,
      exportTree: async (commit, place, options) => {
        const what = options?.over === true ? 'tidied' : 'exported';
        steps.push(`is being ${what}`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`is ${what}`);
        return git.exportTree(commit, place, options);
      },
    };
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const slowly = new Jobs({ git: slow, runner, folder, log, emit: () => {} });
    const first = slowly.prepare('production', 'production-1', commits[0], []);
    slowly.forget('production', 'production-1');
    // Taken up again before the first was whole.
    await Promise.all([first, slowly.prepare('production', 'production-1', commits[0], [])]);
    const exporting = ['is being exported', 'is exported'];
    expect(steps).toEqual([...exporting, 'is being tidied', 'is tidied', ...exporting]);
  });

  test('goes when the run is over', async () => {
    await jobs.prepare('production', 'production-1', commits[0], []);
    folder.removed.length = 0;
    jobs.forget('production', 'production-1');
    await eventually(() => folder.removed.length > 0);
    expect(folder.removed).toEqual(['production-1']);
  });
});

function job(id: string): StartJob {
  const run = id.slice(0, id.indexOf('/'));
  const work = { type: 'process', script: 'true' } as const;
  const limits = { timeoutMs: 1_000, graceMs: 10, outputBytesMax: 10 };
  const spec = {
    id,
    environment: 'production',
    work: [work] as const,
    sentence: 'true',
    ...limits,
    env: {},
    secrets: [],
  };
  return {
    type: 'start-job',
    environment: 'production',
    run,
    commit: commits[0],
    job: spec as StartJob['job'],
    log: `${id}.log`,
  };
}

function begun(id: string): Promise<unknown> {
  return eventually(() => runner.begun.includes(id));
}

function known(): Record<string, string> {
  const all = jobs.known.get('production') ?? new Map();
  return Object.fromEntries([...all].map(([id, ending]) => [id, ending === 'running' ? 'running' : ending.sentence]));
}
