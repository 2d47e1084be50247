// The process jobs of one controller: who waits for a slot, who has one, and what happens to them when the supervisor
// is lost. A job is handed to a supervisor at most once: after a loss it is ended and errored, never started again
// behind one's back.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type { JobEnding, ProcessWork } from '../model/job.ts';
import type { JobPlace } from '../ports/runner.ts';
import { stoppedBefore, unstarted } from './endings.ts';
import type { Part } from './in-turn.ts';
import { JOB_MARK, SUPERVISOR_MARK } from './job-journal.ts';
import { tailOf } from './log-tail.ts';
import { endTree } from './process-tree.ts';
import type { Report, StartOrder } from './protocol.ts';
import { openSupervisorLink } from './supervisor-link.ts';

type ProcessJobs = {
  start(work: ProcessWork, part: Part, place: JobPlace, environment: Given): Promise<JobEnding>;
  /** The end is told by the promise of `start`. */
  stop(id: string, why: 'cancelled' | 'lease-lost'): void;
  renew(environment: string, until: number): void;
  setConcurrency(jobs: number): void;
  warm(): void;
  supervisorPid(): number | null;
  /** After all jobs have ended. */
  close(): Promise<void>;
};

type Given = { readonly env: Readonly<Record<string, string>>; readonly secrets: readonly string[] };

type ProcessJobsOptions = {
  readonly concurrency: number;
  readonly stateDirectory: string;
  readonly nonce: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly supervisorEntry?: string;
};

/**
 * As many again as may run are handed over ahead: a slot that becomes free is filled by the supervisor itself, which
 * has nothing else to do, and not a controller's turn later.
 */
const AHEAD = 2;

type Waiting = { readonly order: StartOrder; readonly end: (ending: JobEnding) => void };
type Active = Waiting & { readonly handedOverAt: number; pid: number | null };

export function createProcessJobs(options: ProcessJobsOptions): ProcessJobs {
  const waiting: Waiting[] = [];
  const active = new Map<string, Active>();
  const leases = new Map<string, number>();
  let concurrency = options.concurrency;
  let known = false;
  const link = openSupervisorLink({
    stateDirectory: options.stateDirectory,
    nonce: options.nonce,
    path: options.env['PATH'],
    entry: options.supervisorEntry,
    onReport,
    onLost,
  });

  function hand(): void {
    while (active.size < concurrency * AHEAD) {
      const next = waiting.shift();
      if (next === undefined) break;
      active.set(next.order.id, { ...next, handedOverAt: performance.now(), pid: null });
      introduce();
      link.send(next.order);
    }
    link.hold(active.size > 0);
  }

  /** A new supervisor is told of the leases before it is told of jobs. */
  function introduce(): void {
    if (known) return;
    known = true;
    link.send({ type: 'slots', jobs: concurrency });
    for (const [environment, until] of leases) link.send({ type: 'renew', environment, until });
  }

  function onReport(report: Report): void {
    const job = active.get(report.id);
    if (job === undefined) return;
    if (report.type === 'started') {
      job.pid = report.pid;
      return;
    }
    active.delete(report.id);
    job.end(report.ending);
    hand();
  }

  function onLost(how: string): void {
    known = false;
    const lost = [...active.values()];
    // Their slots stay taken until they are gone: what follows must not meet them.
    for (const job of lost) void endLost(job, how);
  }

  async function endLost(job: Active, how: string): Promise<void> {
    const { order } = job;
    const marks = [`${JOB_MARK}=${order.id}`, `${SUPERVISOR_MARK}=${options.nonce}`];
    await endTree({ leader: job.pid, marks }, 0);
    active.delete(order.id);
    const sentence = `the supervisor that watched this job ${how}; what was left of the job was ended`;
    job.end({
      ...unstarted({ outcome: 'errored', sentence }),
      ...logAsLeft(order.log),
      durationMs: Math.round(performance.now() - job.handedOverAt),
    });
    hand();
  }

  return {
    start({ type: _, ...command }, part, place, environment) {
      const { id, timeoutMs, graceMs, outputBytesMax, follows } = part;
      const order: StartOrder = {
        type: 'start',
        id,
        environment: part.environment,
        ...command,
        directory: place.directory,
        temporary: place.temporary,
        log: place.log,
        env: environment.env,
        secrets: environment.secrets,
        timeoutMs,
        graceMs,
        outputBytesMax,
        ...(follows ? { follows: true } : {}),
      };
      const ended = new Promise<JobEnding>((end) => waiting.push({ order, end }));
      hand();
      return ended;
    },
    stop(id, why) {
      if (active.has(id)) link.send({ type: 'stop', id, why });
      const index = waiting.findIndex((job) => job.order.id === id);
      if (index === -1) return;
      const [job] = waiting.splice(index, 1);
      job?.end(stoppedBefore(why));
    },
    renew(environment, until) {
      leases.set(environment, until);
      // A supervisor that is not there yet hears of it when there is a job.
      if (known) link.send({ type: 'renew', environment, until });
    },
    setConcurrency(jobs) {
      if (jobs === concurrency) return;
      concurrency = jobs;
      if (known) link.send({ type: 'slots', jobs });
      hand();
    },
    warm: link.warm,
    supervisorPid: link.pid,
    close: link.close,
  };
}

/**
 * The log of a job whose supervisor cannot say any more what it kept; secrets were masked before they were written.
 */
function logAsLeft(file: string): Pick<JobEnding, 'tail' | 'logDigest' | 'outputBytes'> {
  try {
    const bytes = fs.readFileSync(file);
    return {
      tail: tailOf(bytes),
      logDigest: createHash('sha256').update(bytes).digest('hex'),
      outputBytes: bytes.length,
    };
  } catch {
    return { tail: '', logDigest: null, outputBytes: 0 };
  }
}
