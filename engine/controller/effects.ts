// Acts on the world that a plan asks for. Each is idempotent by its derived name, so that planning it again while it is
// under way, or after it was done, does nothing twice.

import type { Effect } from '../model/plan.ts';
import type { LedgerRecord, WriteBackResult } from '../model/record.ts';
import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/fault.ts';
import type { Backoff } from './backoff.ts';
import type { Jobs } from './jobs.ts';
import type { Survey } from './survey.ts';
import { performWriteBack } from './write-back.ts';

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
  readonly onDone: (environment: string) => void;
  readonly onFault: (what: string, cause: unknown) => void;
  readonly onWorks: (what: string) => void;
};

const PREPARED_MAX = 4;

export class Effects {
  /** What became of write-backs, by run. */
  readonly writeBacks = new Map<string, WriteBackResult>();
  readonly #options: EffectsOptions;
  readonly #underWay = new Set<string>();
  /** How often the remote refused a write-back, by run. */
  readonly #refusals = new Map<string, number>();
  readonly #backoff: Backoff;

  constructor(options: EffectsOptions) {
    this.#options = options;
    this.#backoff = options.backoff;
  }

  /** Write-backs that are being made, or waited for to be tried again. */
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
    const { jobs, onFault } = this.#options;
    switch (effect.type) {
      case 'start-job':
        jobs.start(effect, this.without(effect.environment));
        return;
      case 'stop-job':
        jobs.stop(effect.id, 'cancelled').catch((cause: unknown) => onFault('stop', cause));
        return;
      case 'write-back':
        this.#writeBack(effect);
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

  #writeBack(effect: WriteBackEffect): void {
    if (this.#underWay.has(effect.run)) return;
    this.#underWay.add(effect.run);
    this.#performAndLook(effect).then(
      (result) => {
        this.#underWay.delete(effect.run);
        this.#backoff.succeeded(effect.run);
        this.#refusals.delete(effect.run);
        this.#options.onWorks(effect.run);
        if (this.#options.isOurs(effect.environment)) this.writeBacks.set(effect.run, result);
        this.#options.onDone(effect.environment);
      },
      (cause: unknown) => {
        const { clock, onDone, onFault } = this.#options;
        onFault(effect.run, cause);
        if (cause instanceof Fault && cause.code === 'remote-refused')
          this.#refusals.set(effect.run, this.#refusalsOf(effect.run) + 1);
        clock.after(this.#backoff.failed(effect.run, clock.monotonicMs()), () => {
          this.#underWay.delete(effect.run);
          onDone(effect.environment);
        });
      },
    );
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
