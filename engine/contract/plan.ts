// `tidegate plan --json`: what the next look would record and do.

import type { Instant } from '../base/instant.ts';
import { type Plan, plannedSteps } from '../explain/plan.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import { notice, noticeJson } from './notice.ts';
import { listOf, object, type Shape, says, TEXT } from './shape.ts';

const steps = listOf(object({ environment: TEXT, type: TEXT, sentence: TEXT }));

export const planAnswer = object({
  at: instantShape,
  append: steps,
  effects: steps,
  because: listOf(object({ environment: TEXT, sentence: TEXT })),
  notices: says('Who is to be told what now.', listOf(object({ environment: TEXT, ...notice }))),
  wakeAt: instantOrNull,
});

export type PlanJson = Shape<typeof planAnswer>;

export function planJson(plan: Plan, now: Instant): PlanJson {
  return {
    at: instantJson(now),
    ...plannedSteps(plan),
    because: plan.because.map(({ environment, sentence }) => ({ environment, sentence })),
    notices: plan.notices.map(({ environment, notice }) => ({ environment, ...noticeJson(notice) })),
    wakeAt: instantJsonOrNull(plan.wakeAt),
  };
}
