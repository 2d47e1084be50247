// Acts on the world that a plan asks for. Each is idempotent by its derived name, so that planning it again while it
// is under way, or after it was done, does nothing twice.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import type { Effect } from '../../reconcile/plan.ts';
import type { Survey } from '../observe/survey.ts';
import type { Jobs } from './jobs.ts';
import { Outside, type OutsideOptions } from './outside.ts';

type EffectsOptions = Omit<OutsideOptions, 'git'> & { readonly survey: Survey; readonly jobs: Jobs };

const PREPARED_MAX = 4;

export class Effects {
  readonly outside: Outside;
  readonly #options: EffectsOptions;

  constructor(options: EffectsOptions) {
    this.#options = options;
    this.outside = new Outside({ ...options, git: options.survey.git });
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
      case 'outside':
        this.outside.perform(effect);
    }
  }

  /**
   * While a claim is on its way: exporting touches nothing that the run is about. Where many claim, each in its turn.
   */
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
}

function overlaps(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
}
