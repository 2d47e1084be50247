// What the next look would record and do, in words. Nothing of it is done here.

import { unreachable } from '../base/assert.ts';
import type { Instant } from '../base/instant.ts';
import { sayRecord } from '../ledger/say.ts';
import type { Observed } from '../model/observed.ts';
import type { OutsideEffect } from '../model/outside-effect.ts';
import { sayVersion } from '../model/version.ts';
import type { Effect, Plan } from '../reconcile/plan.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { sayTold } from './notices.ts';

export type { Plan } from '../reconcile/plan.ts';

export type Planned = { readonly what: 'because' | 'record' | 'notice' | 'do'; readonly sentence: string };

export function planOf(observed: Observed, now: Instant): Plan {
  return reconcile(observed, now);
}

type PlannedStep = { readonly environment: string; readonly type: string; readonly sentence: string };

/** What would be recorded and done, for all environments. */
export function plannedSteps({
  append,
  effects,
}: Plan): Readonly<Record<'append' | 'effects', readonly PlannedStep[]>> {
  return {
    append: append.map(({ environment, record }) => ({ environment, type: record.type, sentence: sayRecord(record) })),
    effects: effects.map((effect) => ({
      environment: effect.environment,
      type: effect.type === 'outside' ? effect.kind : effect.type,
      sentence: sayEffect(effect),
    })),
  };
}

/** For one environment, in the order in which it comes about. */
export function plannedFor({ because, append, notices, effects }: Plan, environment: string): readonly Planned[] {
  const isOurs = (item: { readonly environment: string }) => item.environment === environment;
  return [
    ...because.filter(isOurs).map(({ sentence }) => ({ what: 'because', sentence }) as const),
    ...append.filter(isOurs).map(({ record }) => ({ what: 'record', sentence: sayRecord(record) }) as const),
    ...notices.filter(isOurs).map(({ notice }) => ({ what: 'notice', sentence: sayTold(notice) }) as const),
    ...effects.filter(isOurs).map((effect) => ({ what: 'do', sentence: sayEffect(effect) }) as const),
  ];
}

function sayEffect(effect: Effect): string {
  switch (effect.type) {
    case 'start-job':
      return `start ${effect.job.id}: ${effect.job.sentence}`;
    case 'stop-job':
      return `stop ${effect.id}`;
    case 'outside':
      return sayOutside(effect);
    default:
      return unreachable(effect);
  }
}

function sayOutside({ kind, run, payload }: OutsideEffect): string {
  switch (kind) {
    case 'remove-branch':
      return `remove ${payload.branch}`;
    case 'promote-branch':
      return `propose ${payload.proposal}: ${sayVersion(payload.version)} of ${payload.source} for ${payload.base}`;
    case 'merge-proposal':
      return `merge ${payload.intended.proposal} into ${payload.intended.base}`;
    case 'write-back':
      return `write ${run} back to ${payload.branch}: ${sayVersion(payload.from)} to ${sayVersion(payload.to)}`;
  }
}
