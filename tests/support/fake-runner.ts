// A runner in memory for tests and simulated lives: no process, no clock of its own, no disk. What a job does is
// scripted by the test; order, slots, idempotence, secrets, leases and stops are as in the real one (one contract
// suite for both).

import type { JobEnding, JobSpec } from '../../engine/model/job.ts';
import type { JobPlace, Runner, RunningJob } from '../../engine/ports/runner.ts';
import { stoppedEnding } from '../../engine/runner/endings.ts';

/** `runs`: until `end`, a stop or a lost lease. */
export type Behaviour = Partial<JobEnding> | 'runs';

export type FakeRunner = Runner & {
  /** Ids in the order in which they were really begun. */
  readonly begun: readonly string[];
  /** Ids of what has begun and not ended. */
  running(): readonly string[];
  end(id: string, ending: Partial<JobEnding>): void;
  /** Its clock goes on by so much: leases run out. */
  elapse(ms: number): void;
};

export type FakeRunnerOptions = {
  readonly concurrency: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly behave: (job: JobSpec) => Behaviour;
};

type Job = { readonly spec: JobSpec; readonly resolve: (ending: JobEnding) => void; begunAt: number | null };

export function openFakeRunner(options: FakeRunnerOptions): FakeRunner {
  const known = new Map<string, RunningJob>();
  const jobs = new Map<string, Job>();
  const deadlines = new Map<string, number>();
  const begun: string[] = [];
  let concurrency = options.concurrency;
  let now = 0;
  let closed = false;

  function settle(id: string, ending: Partial<JobEnding>): void {
    const job = jobs.get(id);
    if (job === undefined) return;
    jobs.delete(id);
    job.resolve(complete({ durationMs: now - (job.begunAt ?? now), ...ending }));
    hand();
  }

  function hand(): void {
    for (const job of jobs.values()) {
      if (job.begunAt !== null) continue;
      const taken = [...jobs.values()].filter((other) => other.begunAt !== null && isProcess(other.spec)).length;
      if (isProcess(job.spec) && taken >= concurrency) continue;
      begin(job);
    }
  }

  function begin(job: Job): void {
    job.begunAt = now;
    begun.push(job.spec.id);
    const behaviour = options.behave(job.spec);
    // Later, as everything that a real job does is.
    if (behaviour !== 'runs') queueMicrotask(() => settle(job.spec.id, behaviour));
  }

  function refusal(spec: JobSpec): Partial<JobEnding> | null {
    if (closed) return { outcome: 'cancelled', sentence: 'not started: the controller is stopping' };
    if (expired(spec.environment)) return stoppedEnding('lease-expired', 0, 0);
    const missing = spec.secrets.filter((name) => options.env?.[name] === undefined);
    if (missing.length === 0) return null;
    return { outcome: 'errored', sentence: `not started: the step names the secret ${missing.join(', ')}` };
  }

  function expired(environment: string): boolean {
    return (deadlines.get(environment) ?? Number.POSITIVE_INFINITY) <= now;
  }

  return {
    begun,
    start(spec: JobSpec, _place: JobPlace) {
      const before = known.get(spec.id);
      if (before !== undefined) return before;
      const no = refusal(spec);
      const ended =
        no === null
          ? new Promise<JobEnding>((resolve) => jobs.set(spec.id, { spec, resolve, begunAt: null }))
          : Promise.resolve(complete(no));
      const job = { id: spec.id, ended };
      known.set(spec.id, job);
      hand();
      return job;
    },
    forget: (id) => void known.delete(id),
    async stop(id, why) {
      settle(id, stoppedEnding(why, 0, 0));
      await known.get(id)?.ended;
    },
    renew: (environment, forMs) => void deadlines.set(environment, now + forMs),
    // There is nothing to get ready: a fake job starts at once.
    warm: () => {},
    setConcurrency(next) {
      concurrency = next;
      hand();
    },
    async close() {
      closed = true;
      for (const id of [...jobs.keys()].reverse()) settle(id, { outcome: 'cancelled', sentence: 'cancelled' });
    },
    running: () => [...jobs.values()].filter((job) => job.begunAt !== null).map((job) => job.spec.id),
    end: settle,
    elapse(ms) {
      now += ms;
      for (const [id, job] of jobs) {
        if (expired(job.spec.environment)) settle(id, stoppedEnding('lease-expired', 0, 0));
      }
    },
  };
}

function isProcess(spec: JobSpec): boolean {
  return spec.work.some(({ type }) => type === 'process');
}

function complete(ending: Partial<JobEnding>): JobEnding {
  return {
    outcome: 'succeeded',
    sentence: 'succeeded',
    exitCode: null,
    signal: null,
    tail: '',
    logDigest: null,
    outputBytes: 0,
    durationMs: 0,
    ...ending,
  };
}
