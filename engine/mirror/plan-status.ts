// The status `tidegate/plan` of a commit: whether its configuration is sound and what merging it does. Time and
// people never make it fail. A description is at most 140 characters.

import type { Problem } from '../base/problem.ts';
import type { BranchPlan, EnvironmentPlan } from '../explain/branch-plan.ts';
import { fitting } from './fitting.ts';

export const PLAN_STATUS = 'tidegate/plan';

type PlanStatus = { readonly state: 'success' | 'failure'; readonly description: string };

export function planStatus(plan: BranchPlan, problems: readonly Problem[]): PlanStatus {
  const broken = problems.filter(({ severity }) => severity === 'error');
  const [first] = broken;
  if (first !== undefined) {
    const more = broken.length === 1 ? '' : ` and ${broken.length - 1} more`;
    return { state: 'failure', description: fitting(`${first.file}:${first.line}: ${first.message}${more}`) };
  }
  if (plan.environments.length === 0) return { state: 'success', description: 'no environment changes' };
  return { state: 'success', description: fitting(plan.environments.map(sayShortly).join('; ')) };
}

/** Of a branch that does not merge. */
export function conflictStatus(onto: string): PlanStatus {
  return { state: 'failure', description: fitting(`conflicts with ${onto}`) };
}

const SHORT: Readonly<Record<EnvironmentPlan['effect'], string>> = {
  'at-once': 'deploys at once',
  later: 'waits for its time',
  'needs-people': 'waits for people',
  'by-tag': 'waits for a tag',
  'by-promotion': 'comes by promotion',
  refused: 'is refused as it is',
  'gates-only': 'changes gates',
  removed: 'is taken out',
  broken: 'has problems',
};

function sayShortly({ name, effect }: EnvironmentPlan): string {
  return `${name} ${SHORT[effect]}`;
}
