// What reconcile wants: facts to record, acts on the world, why, and when to look again. A plan does nothing by
// itself.

import type { Instant } from '../base/instant.ts';
import type { LedgerRecord } from '../ledger/records/table.ts';
import type { JobSpec } from '../model/job.ts';
import type { OutsideEffect } from '../model/outside-effect.ts';
import type { Needs } from '../model/remedy.ts';
import type { Notice } from '../model/verdict.ts';

export type Plan = {
  readonly append: readonly Append[];
  readonly effects: readonly Effect[];
  readonly because: readonly Sentence[];
  /** Who is to be told what now, as of this look. Level, not edge: it is said again for as long as it holds. */
  readonly notices: readonly Told[];
  readonly wakeAt: Instant | null;
  /** A stage may start, and waits only for a free place among the jobs. */
  readonly needsRoom: boolean;
};

export type Append = { readonly environment: string; readonly record: LedgerRecord };

export type Told = { readonly environment: string; readonly notice: Notice };

export type Sentence = { readonly environment: string; readonly sentence: string; readonly needs?: Needs };

export type Effect =
  /** The job's id is derived, so that starting it twice is starting it once. */
  | {
      readonly type: 'start-job';
      readonly environment: string;
      readonly run: string;
      readonly commit: string;
      readonly job: JobSpec;
      /** Log file below the state folder. */
      readonly log: string;
    }
  /** A job that no open run waits for any more. */
  | { readonly type: 'stop-job'; readonly environment: string; readonly id: string }
  | OutsideEffect;

export function emptyPlan(): Plan {
  return { append: [], effects: [], because: [], notices: [], wakeAt: null, needsRoom: false };
}

export function mergePlans(plans: readonly Plan[]): Plan {
  const wakes = plans.map((plan) => plan.wakeAt).filter((at): at is Instant => at !== null);
  return {
    append: plans.flatMap((plan) => plan.append),
    effects: plans.flatMap((plan) => plan.effects),
    because: plans.flatMap((plan) => plan.because),
    notices: plans.flatMap((plan) => plan.notices),
    wakeAt: wakes.length > 0 ? Math.min(...wakes) : null,
    needsRoom: plans.some((plan) => plan.needsRoom),
  };
}
