// Jobs of open runs: the export that a run's steps work in, made once; the job, started once; how it ended, kept until the
// run is over.

import path from 'node:path';
import type { JobEnding } from '../model/job.ts';
import type { Effect } from '../model/plan.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository } from '../ports/git.ts';
import type { Log } from '../ports/log.ts';
import type { Runner } from '../ports/runner.ts';
import type { StateFolder } from '../ports/state-folder.ts';

type StartJob = Extract<Effect, { type: 'start-job' }>;

export type JobsOptions = {
  readonly git: GitRepository;
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly log: Log;
  /** Called when a job has ended and `known` says how. */
  readonly onEnded: (environment: string) => void;
};

export class Jobs {
  readonly known = new Map<string, JobEnding | 'running'>();
  readonly #options: JobsOptions;
  readonly #exports = new Map<string, Promise<void>>();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  get running(): number {
    return [...this.known.values()].filter((job) => job === 'running').length;
  }

  /** Idempotent: an id that is known is not started again. `without`: folders of other environments. */
  start(effect: StartJob, without: readonly string[]): void {
    const { id } = effect.job;
    if (this.known.has(id)) return;
    this.known.set(id, 'running');
    this.#run(effect, without).then(
      (ending) => this.#ended(effect, ending),
      (cause: unknown) => this.#ended(effect, unstarted(cause)),
    );
  }

  /** The export may begin before the remote has accepted the claim: it touches nothing that a run is about. */
  prepare(run: string, commit: string, without: readonly string[]): Promise<void> {
    const known = this.#exports.get(run);
    if (known !== undefined) return known;
    const { git, folder } = this.#options;
    const made = git.exportTree(commit, path.join(folder.exportPath(run), 'tree'), { without });
    this.#exports.set(run, made);
    made.catch(() => this.#exports.delete(run));
    return made;
  }

  async stop(id: string, why: 'cancelled' | 'lease-lost'): Promise<void> {
    await this.#options.runner.stop(id, why);
  }

  /** The run is over, or not ours any more: its folder goes, its jobs are forgotten. */
  async forget(run: string): Promise<void> {
    for (const id of this.known.keys()) if (id.startsWith(`${run}/`)) this.known.delete(id);
    const made = this.#exports.get(run);
    this.#exports.delete(run);
    await made?.catch(() => {});
    if (made !== undefined) await this.#options.folder.removeExport(run);
  }

  async #run(effect: StartJob, without: readonly string[]): Promise<JobEnding> {
    const { folder, runner } = this.#options;
    await this.prepare(effect.run, effect.commit, without);
    const root = folder.exportPath(effect.run);
    const place = {
      directory: path.join(root, 'tree'),
      temporary: path.join(root, 'tmp'),
      log: folder.resolve(effect.log),
    };
    return runner.start(effect.job, place).ended;
  }

  #ended(effect: StartJob, ending: JobEnding): void {
    // A run that was given up meanwhile has no use for the answer.
    if (!this.known.has(effect.job.id)) return;
    this.known.set(effect.job.id, ending);
    this.#options.onEnded(effect.environment);
  }
}

/** The job never began: the world said no, and the sentence says what. */
function unstarted(cause: unknown): JobEnding {
  const sentence =
    cause instanceof Fault ? `${cause.message}; ${cause.hint}` : cause instanceof Error ? cause.message : String(cause);
  return {
    outcome: 'errored',
    sentence: `could not be started: ${sentence}`,
    exitCode: null,
    signal: null,
    tail: '',
    logDigest: null,
    outputBytes: 0,
    durationMs: 0,
  };
}
