// What the shell needs of a runner: start a job by its derived id, hear how it ended, stop it surely.
// A job never outlives its controller: the runner's supervisor ends the whole tree when the controller is gone.

import type { JobEnding, JobSpec } from '../model/job.ts';

export type RunningJob = { readonly id: string; readonly ended: Promise<JobEnding> };

export type Runner = {
  /** Gets ready ahead of the first job, which then need not wait for it. */
  warm(): void;

  /** Idempotent: a second start of an id that runs or has ended in this controller's life returns the first one's
   *  promise. Waits in stable (first asked) order while `concurrency` jobs run. */
  start(job: JobSpec, place: JobPlace): RunningJob;

  /**
   * Graceful (TERM), then sure (KILL) after the job's grace, of the whole process tree. Resolves when nothing of it
   * is left.
   */
  stop(id: string, why: 'cancelled' | 'lease-lost'): Promise<void>;

  /**
   * The id's run is over, or was never more than ours alone: should its number be used again, its jobs are others.
   */
  forget(id: string): void;

  /**
   * Jobs of this environment are ended unless renewed again before `forMs` have passed on the supervisor's monotonic
   * clock.
   */
  renew(environment: string, forMs: number): void;

  setConcurrency(jobs: number): void;

  /** Stops every job, then the supervisor. */
  close(): Promise<void>;
};

/** Where a job works and writes. */
export type JobPlace = {
  /** The run's export of the version's tree: the job's working folder. */
  readonly directory: string;
  /** File that receives the bounded, masked output. */
  readonly log: string;
  /** A private folder for TMPDIR, removed with the run's export. */
  readonly temporary: string;
};

/** How work that the controller does itself ended; the runner adds the log, digest and times. */
export type WorkEnding = {
  readonly outcome: 'succeeded' | 'failed' | 'errored';
  readonly sentence: string;
};

export type WorkContext = {
  /**
   * Aborted when the job is stopped, its lease is lost or its time is over; the work then settles soon, either way.
   */
  readonly signal: AbortSignal;
  /** One line for the job's log; secrets in it are masked. */
  readonly say: (line: string) => void;
  /** The controller's own folder. */
  readonly stateDirectory: string;
  /** What people call the repository. */
  readonly repository: string;
};

/**
 * Does the work of one kind, whose plan wrote the input. It may throw when aborted; any other throw ends the job as
 * errored.
 */
export type Performer<Input extends object = object> = (
  input: Input,
  place: JobPlace,
  context: WorkContext,
) => Promise<WorkEnding>;

/** Who does the work of a kind. */
export type PerformerOf = (kind: string) => Promise<Performer>;
