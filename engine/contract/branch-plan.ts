// `tidegate plan --branch --json`: what merging a branch would do, or why it cannot be said.

import type { Problem } from '../base/problem.ts';
import type { BranchPlan } from '../explain/branch-plan.ts';
import { sayMerging } from '../explain/branch-plan-said.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import { problemShape, problemsJson } from './problem.ts';
import { ruleJson, ruleShape } from './rule.ts';
import { COMMIT, COUNT, choice, either, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';
import { versionJsonOrNull, versionOrNull } from './version.ts';

const gatesAhead = object({
  kind: choice('first', 'upgrade', 'change', 'removal'),
  differences: listOf(TEXT),
  missing: says('People and teams whose word would be missing.', listOf(TEXT)),
  because: says('Why it would be accepted at once; null where it would wait.', orNull(TEXT)),
  waits: TEXT,
  replay: says(
    'What these gates would have made of the last days; null where that was not asked.',
    orNull(object({ days: COUNT, versions: COUNT, later: COUNT, refused: COUNT })),
  ),
});

const cleanAnswer = object({
  branch: TEXT,
  onto: TEXT,
  merges: choice('clean'),
  head: COMMIT,
  base: COMMIT,
  at: instantShape,
  environments: listOf(
    object({
      name: TEXT,
      effect: choice(
        'at-once',
        'later',
        'needs-people',
        'by-tag',
        'by-promotion',
        'refused',
        'gates-only',
        'removed',
        'broken',
      ),
      sentence: TEXT,
      current: versionOrNull,
      earliest: instantOrNull,
      notBefore: instantOrNull,
      rules: listOf(ruleShape),
      stages: listOf(TEXT),
      wayBack: says('What a failure goes back to; null where there is nothing.', versionOrNull),
      gates: says('The change of gates that merging makes wait for acceptance.', orNull(gatesAhead)),
    }),
  ),
  carried: says(
    'The commits that it brings; null where they are too many.',
    orNull(listOf(object({ commit: COMMIT, author: TEXT, subject: TEXT }))),
  ),
  problems: listOf(problemShape),
});

const unmergedAnswer = object({
  branch: TEXT,
  onto: TEXT,
  merges: choice('conflict', 'nothing-left'),
  sentence: TEXT,
});

export const branchPlanAnswer = either(cleanAnswer, unmergedAnswer);

export type BranchPlanJson = Shape<typeof branchPlanAnswer>;

export function branchPlanJson(plan: BranchPlan, problems: readonly Problem[]): Shape<typeof cleanAnswer> {
  return {
    branch: plan.branch,
    onto: plan.onto,
    merges: 'clean',
    head: plan.head,
    base: plan.base,
    at: instantJson(plan.now),
    environments: plan.environments.map((each) => ({
      name: each.name,
      effect: each.effect,
      sentence: sentenceOf(each, plan),
      current: versionJsonOrNull(each.current),
      earliest: instantJsonOrNull(each.when?.earliest ?? null),
      notBefore: instantJsonOrNull(each.when?.notBefore ?? null),
      rules: each.leaves.map(ruleJson),
      stages: each.stages,
      wayBack: versionJsonOrNull(each.wayBack),
      gates: each.gates,
    })),
    carried: plan.carried,
    problems: problemsJson(problems),
  };
}

function sentenceOf(each: BranchPlan['environments'][number], { now }: BranchPlan): string {
  const { bold, rest } = sayMerging(each, now, 'UTC');
  return rest === '' ? bold : `${bold} ${rest}`;
}
