// A real runner in a folder of its own, for tests: places for jobs, what it logged, who is alive.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { JobEnding, JobSpec } from '../../../engine/model/job.ts';
import { performerOf } from '../../../engine/performers.ts';
import type { JobPlace } from '../../../engine/ports/runner.ts';
import { type LocalRunner, openRunner, type RunnerOptions } from '../../../engine/runner/runner.ts';
import { processJob } from '../../contract/runner.ts';

export type Bench = {
  readonly runner: LocalRunner;
  readonly directory: string;
  readonly stateDirectory: string;
  place(id: string): JobPlace;
  run(id: string, script: string, more?: Partial<JobSpec>): Promise<JobEnding>;
  log(id: string): string;
  dispose(): Promise<void>;
};

export function openBench(options: Partial<RunnerOptions> = {}): Bench {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-runner-'));
  const directory = path.join(root, 'export');
  const stateDirectory = options.stateDirectory ?? path.join(root, 'state');
  fs.mkdirSync(directory);
  const runner = openRunner({
    concurrency: 2,
    performerOf,
    ...options,
    stateDirectory,
    env: { PATH: process.env['PATH'], HOME: root, ...options.env },
  });
  const place = (id: string): JobPlace => ({
    directory,
    log: path.join(root, 'logs', `${id}.log`),
    temporary: path.join(root, 'tmp'),
  });
  return {
    runner,
    directory,
    stateDirectory,
    place,
    run: (id, script, more) => runner.start(processJob(id, script, more), place(id)).ended,
    log: (id) => fs.readFileSync(place(id).log, 'utf8'),
    async dispose() {
      await runner.close();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

/** `NAME=value` is in the environment of which living processes? */
export function carriersOf(entry: string): readonly number[] {
  return environments()
    .filter(({ entries }) => entries.includes(entry))
    .map(({ pid }) => pid);
}

/** Ids of the runner's jobs that have a living process, in order of their ids. */
export function jobsAlive(runner: LocalRunner): readonly string[] {
  const supervisor = runner.supervisorPid();
  const own = environments().find(({ pid }) => pid === supervisor);
  const mark = own?.entries.find((entry) => entry.startsWith('TIDEGATE_SUPERVISOR='));
  if (mark === undefined) return [];
  const ids = environments().flatMap(({ entries }) =>
    entries.includes(mark) ? entries.filter((entry) => entry.startsWith('TIDEGATE_JOB=')) : [],
  );
  return [...new Set(ids.map((id) => id.slice('TIDEGATE_JOB='.length)))].sort();
}

function environments(): readonly { pid: number; entries: readonly string[] }[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      try {
        // Of one that has ended and was not waited for, this is empty.
        return [{ pid: Number(name), entries: fs.readFileSync(`/proc/${name}/environ`, 'utf8').split('\0') }];
      } catch {
        return [];
      }
    });
}
