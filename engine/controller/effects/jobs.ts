// Jobs of open runs: the export that a run's steps work in, made once; the job, started once; how it ended, kept
// until the run is over.

import path from 'node:path';
import type { JobEnding } from '../../model/job.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';
import type { Log } from '../../ports/log.ts';
import type { Runner } from '../../ports/runner.ts';
import type { StateFolder } from '../../ports/state-folder.ts';
import type { Effect } from '../../reconcile/plan.ts';
import type { EffectEvent } from './effect-event.ts';

type StartJob = Extract<Effect, { type: 'start-job' }>;

export type JobsOptions = {
  readonly git: GitRepository;
  readonly runner: Runner;
  readonly folder: StateFolder;
  readonly log: Log;
  readonly emit: (event: EffectEvent) => void;
};

export class Jobs {
  /** By environment, then by job id. */
  readonly known = new Map<string, Map<string, JobEnding | 'running'>>();
  readonly #options: JobsOptions;
  readonly #exports = new Map<string, Export>();
  readonly #waiting: (() => void)[] = [];
  readonly #litter: string[] = [];
  readonly #puttingAway = new Map<string, Promise<void>>();
  /** Runs that are over, while their last jobs may still be ending; bounded by `forget`. */
  readonly #forgotten = new Set<string>();
  #tidying = false;
  #running = 0;
  #places = 0;
  #placesMax = 5;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /**
   * Twice as many places as there are processes: the next exports are made while the others' steps run, and no
   * sooner.
   */
  setConcurrency(jobs: number): void {
    this.#placesMax = 2 * jobs + 1;
    this.#options.runner.setConcurrency(jobs);
    this.#admit();
  }

  /** How many more steps could begin at once without waiting for each other. */
  get room(): number {
    return Math.max(0, (this.#placesMax - 1) / 2 - this.#places - this.#waiting.length);
  }

  get running(): number {
    return this.#running;
  }

  /** Idempotent: an id that is known is not started again. `without`: folders of other environments. */
  start(effect: StartJob, without: readonly string[]): void {
    const { id } = effect.job;
    const known = this.known.get(effect.environment) ?? new Map<string, JobEnding | 'running'>();
    this.known.set(effect.environment, known);
    if (known.has(id)) return;
    // Let go while it waited at a gate, and taken up again: its answers are wanted once more.
    this.#forgotten.delete(effect.run);
    known.set(id, 'running');
    this.#running += 1;
    this.#run(effect, without).then(
      (ending) => this.#ended(effect, ending),
      (cause: unknown) => this.#ended(effect, unstarted(cause)),
    );
  }

  /** The export may begin before the remote has accepted the claim: it touches nothing that a run is about. */
  prepare(environment: string, run: string, commit: string, without: readonly string[]): Promise<void> {
    const known = this.#exports.get(run);
    const litter = this.#litter.indexOf(run);
    if (litter >= 0) this.#litter.splice(litter, 1);
    // A claim that the remote did not accept may have had another version in mind for the run of this number.
    if (known !== undefined && known.commit === commit && known.without.join() === without.join()) return known.made;
    const before = known?.made.catch(() => {}) ?? this.#puttingAway.get(run) ?? Promise.resolve();
    const files = before.then(() => this.#export(environment, run, commit, without));
    const entry = { environment, commit, without, made: files.then(() => {}), files: 0 };
    this.#exports.set(run, entry);
    files.then(
      (count) => {
        entry.files = count;
      },
      () => {
        if (this.#exports.get(run) === entry) this.#exports.delete(run);
      },
    );
    return entry.made;
  }

  async #export(environment: string, run: string, commit: string, without: readonly string[]): Promise<number> {
    const { git, folder } = this.#options;
    const tree = path.join(folder.exportPath(run), 'tree');
    // An earlier life of this controller may have left one behind, whole or not, with what its steps wrote.
    await folder.removeExport(run);
    if (await folder.takeExport(spareName(environment), run)) {
      try {
        return await git.exportTree(commit, tree, { without, over: true });
      } catch {
        // Steps may have left something that cannot be written over; whatever else is wrong shows again below.
        await folder.removeExport(run);
      }
    }
    return git.exportTree(commit, tree, { without });
  }

  async stop(id: string, why: 'cancelled' | 'lease-lost'): Promise<void> {
    await this.#options.runner.stop(id, why);
  }

  /**
   * The run is over, or not ours any more: its jobs are forgotten, and its folder goes when there is nothing better
   * to do.
   */
  forget(environment: string, run: string): void {
    const known = this.known.get(environment);
    // What still runs stays known until it has ended: it is stopped as a stray, and nothing new starts beside it.
    for (const [id, job] of known ?? []) {
      if (job === 'running' || !id.startsWith(`${run}/`)) continue;
      known?.delete(id);
      // A run that only this process ever knew can lose its number to another, whose jobs must not be taken for
      // these.
      this.#options.runner.forget(id);
    }
    this.#forgotten.add(run);
    for (const old of this.#forgotten) {
      if (this.#forgotten.size <= FORGOTTEN_MAX) break;
      this.#forgotten.delete(old);
    }
    if (known?.size === 0) this.known.delete(environment);
    if (this.#exports.has(run)) this.#litter.push(run);
    this.#tidy();
  }

  /** Jobs of runs that are not ours any more are ended: anyone who has taken them over repeats what is in doubt. */
  stopLost(isOurs: (environment: string) => boolean): void {
    for (const [environment, jobs] of this.known) {
      if (isOurs(environment)) continue;
      for (const [id, job] of jobs) if (job === 'running') this.stop(id, 'lease-lost').catch(() => {});
      for (const run of new Set([...jobs.keys()].map((id) => id.slice(0, id.indexOf('/'))))) {
        this.forget(environment, run);
      }
    }
  }

  #tidy(): void {
    if (this.#tidying || this.#waiting.length > 0) return;
    this.#tidying = true;
    this.#removeLitter()
      .catch(() => {})
      .finally(() => {
        this.#tidying = false;
      });
  }

  async #removeLitter(): Promise<void> {
    for (let run = this.#litter.shift(); run !== undefined; run = this.#litter.shift()) {
      const made = this.#exports.get(run) ?? null;
      this.#exports.delete(run);
      // Known at once: the run may be taken up again at any moment, and must not be exported into what is being put
      // away.
      const whole = made === null ? Promise.resolve() : made.made.catch(() => {});
      const away = whole.then(() => this.#putAway(run, made)).finally(() => this.#puttingAway.delete(run));
      this.#puttingAway.set(
        run,
        away.catch(() => {}),
      );
      await away;
      if (this.#waiting.length > 0) return;
    }
  }

  /**
   * What the steps wrote is removed; a small tree of plain files is kept for the environment's next run to write
   * over.
   */
  async #putAway(run: string, made: Export | null): Promise<void> {
    const { git, folder } = this.#options;
    if (made === null || made.files === 0 || made.files > SPARE_FILES_MAX) return folder.removeExport(run);
    try {
      const tree = path.join(folder.exportPath(run), 'tree');
      await git.exportTree(made.commit, tree, { without: made.without, over: true });
      await folder.keepExport(run, spareName(made.environment));
    } catch {
      await folder.removeExport(run);
    }
  }

  async #run(effect: StartJob, without: readonly string[]): Promise<JobEnding> {
    if (!effect.job.work.some(({ type }) => type === 'process')) return this.#inPlace(effect, without);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
    try {
      return await this.#inPlace(effect, without);
    } finally {
      this.#places -= 1;
      this.#admit();
    }
  }

  #admit(): void {
    while (this.#places < this.#placesMax) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#places += 1;
      next();
    }
  }

  async #inPlace(effect: StartJob, without: readonly string[]): Promise<JobEnding> {
    const { folder, runner } = this.#options;
    await this.prepare(effect.environment, effect.run, effect.commit, without);
    const root = folder.exportPath(effect.run);
    const place = {
      directory: path.join(root, 'tree'),
      temporary: path.join(root, 'tmp'),
      log: folder.resolve(effect.log),
    };
    return runner.start(effect.job, place).ended;
  }

  #ended(effect: StartJob, ending: JobEnding): void {
    this.#running -= 1;
    const known = this.known.get(effect.environment);
    if (!this.#forgotten.has(effect.run)) known?.set(effect.job.id, ending);
    else {
      // A run that was given up meanwhile has no use for the answer.
      known?.delete(effect.job.id);
      this.#options.runner.forget(effect.job.id);
      if (known?.size === 0) this.known.delete(effect.environment);
    }
    this.#options.emit({ type: 'job-ended', environment: effect.environment });
    this.#tidy();
  }
}

type Export = {
  readonly environment: string;
  readonly commit: string;
  readonly without: readonly string[];
  readonly made: Promise<void>;
  files: number;
};

/** A job ends within its grace; so many runs do not end within one. */
const FORGOTTEN_MAX = 1_000;

/** Larger trees are removed: what writing over them would save is little beside their content. */
const SPARE_FILES_MAX = 64;

/** No run and no environment is called so: names of environments do not begin with an underscore. */
function spareName(environment: string): string {
  return `_${environment}`;
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
