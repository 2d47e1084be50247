// Acts on the world that a plan asks for. Each is idempotent by its derived name, so that planning it again while it is
// under way, or after it was done, does nothing twice.

import type { Effect } from '../../model/plan.ts';
import type { LedgerRecord, WriteBackResult } from '../../model/record.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { Survey } from '../observe/survey.ts';
import type { Backoff } from './backoff.ts';
import type { EffectEvent } from './effect-event.ts';
import type { Jobs } from './jobs.ts';
import { performWriteBack } from './write-back.ts';

type RemoveEffect = Extract<Effect, { type: 'remove-branch' }>;
type WriteBackEffect = Extract<Effect, { type: 'write-back' }>;

type EffectsOptions = {
  readonly survey: Survey;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly backoff: Backoff;
  /** Whether this process speaks for the run that is open there. */
  readonly isOurs: (environment: string) => boolean;
  /** Looks at the remote: what follows a push of ours must not be decided on refs that are older. */
  readonly look: () => Promise<void>;
  readonly emit: (event: EffectEvent) => void;
};

const PREPARED_MAX = 4;

export class Effects {
  /** What became of write-backs, by run. */
  readonly writeBacks = new Map<string, WriteBackResult>();
  /** Branches that the remote does not let us remove, with its words. */
  readonly kept = new Map<string, string>();
  readonly #options: EffectsOptions;
  readonly #underWay = new Set<string>();
  /** How often the remote refused a write-back, by run. */
  readonly #refusals = new Map<string, number>();
  readonly #backoff: Backoff;

  constructor(options: EffectsOptions) {
    this.#options = options;
    this.#backoff = options.backoff;
  }

  /** What is being written back or removed, or waited for to be tried again. */
  get pending(): number {
    return this.#underWay.size;
  }

  /** What became of a run that is not ours any more says nothing of another that gets its number. */
  forgetLost(): void {
    for (const run of this.writeBacks.keys()) {
      if (this.#isLost(run)) this.writeBacks.delete(run);
    }
    for (const run of this.#refusals.keys()) if (this.#isLost(run)) this.#refusals.delete(run);
  }

  perform(effect: Effect): void {
    const { jobs, emit } = this.#options;
    switch (effect.type) {
      case 'start-job':
        jobs.start(effect, this.without(effect.environment));
        return;
      case 'stop-job':
        jobs.stop(effect.id, 'cancelled').catch((cause: unknown) => emit({ type: 'failed', what: 'stop', cause }));
        return;
      case 'write-back':
        this.#try(
          effect.run,
          effect.environment,
          () => this.#performAndLook(effect),
          (result) => {
            if (this.#options.isOurs(effect.environment)) this.writeBacks.set(effect.run, result);
          },
        );
        return;
      case 'remove-branch':
        this.#try(
          effect.branch,
          effect.environment,
          () => this.#remove(effect),
          () => {},
        );
    }
  }

  /** While a claim is on its way: exporting touches nothing that the run is about. Where many claim, each in its turn. */
  prepare(claims: ReadonlyMap<string, readonly LedgerRecord[]>): void {
    if (claims.size > PREPARED_MAX) return;
    for (const [name, records] of claims) {
      const opened = records.find((record) => record.type === 'run-opened');
      if (opened?.type !== 'run-opened') continue;
      this.#options.jobs.prepare(name, opened.run, opened.version.commit, this.without(name)).catch(() => {});
    }
  }

  /** Other environments' folders are not a run's business; `paths:` names those that are. */
  without(name: string): readonly string[] {
    const { survey } = this.#options;
    const own = survey.serving?.config?.environments[name]?.paths ?? [];
    const others = Object.keys(survey.head?.environments ?? {}).filter((other) => other !== name);
    const folders = others.map((other) => `environments/${other}`);
    return own.length === 0 ? folders : folders.filter((folder) => !own.some((path) => overlaps(path, folder)));
  }

  /** Once at a time, again after a fault, later each time. `id`: what it is about. */
  #try<Result>(id: string, environment: string, act: () => Promise<Result>, done: (result: Result) => void): void {
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    act().then(
      (result) => {
        this.#underWay.delete(id);
        this.#backoff.succeeded(id);
        this.#refusals.delete(id);
        done(result);
        this.#options.emit({ type: 'effect-over', environment });
      },
      (cause: unknown) => {
        const { clock, emit } = this.#options;
        emit({ type: 'failed', what: id, cause });
        if (cause instanceof Fault && cause.code === 'remote-refused') this.#refusals.set(id, this.#refusalsOf(id) + 1);
        clock.after(this.#backoff.failed(id, clock.monotonicMs()), () => {
          this.#underWay.delete(id);
          emit({ type: 'effect-over', environment });
        });
      },
    );
  }

  /** What the refs are afterwards is for the next look to see. */
  async #remove({ branch, commit }: RemoveEffect): Promise<void> {
    const result = await this.#options.survey.git.removeRestore(`refs/heads/${branch}`, commit);
    if (result.type === 'in-doubt') throw result.fault;
    // A branch that stays does no harm: it is said once, and no fault.
    if (result.type === 'refused') this.kept.set(branch, `the remote does not let it be removed (${result.message})`);
    else await this.#options.look();
  }

  #isLost(run: string): boolean {
    return !this.#options.isOurs(run.slice(0, run.lastIndexOf('-')));
  }

  #refusalsOf(run: string): number {
    return this.#refusals.get(run) ?? 0;
  }

  async #performAndLook(effect: WriteBackEffect): Promise<WriteBackResult> {
    const order = { ...effect, refusedBefore: this.#refusalsOf(effect.run) };
    const result = await performWriteBack(this.#options.survey.git, order);
    await this.#options.look();
    return result;
  }
}

function overlaps(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
}
