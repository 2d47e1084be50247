// `tidegate plan --branch <name> [env]`: what merging a branch would do. The merge is made in the local copy alone.

import { hasErrors } from '../../base/problem.ts';
import { type BranchPlanJson, branchPlanJson } from '../../contract/branch-plan.ts';
import { type BranchPlan, branchPlanOf } from '../../explain/branch-plan.ts';
import { planComment } from '../../mirror/plan-comment.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unknown, usage } from '../failure.ts';
import { branchPlanLines } from '../text/branch-plan-shown.ts';
import { hanging } from '../text/line.ts';

export async function planBranch(context: Context, given: Given, branch: string): Promise<number> {
  const [name] = given.args;
  const seen = await context.withCommands((commands) =>
    context.patiently('merging it here', commands.merged({ branch, onto: given.text('onto') })),
  );
  switch (seen.type) {
    case 'unknown-branch':
      throw unknown(`the repository has no branch ${seen.branch}`, 'push it first, or see `git branch -r`');
    case 'conflict': {
      const sentence = `${seen.branch} conflicts with ${seen.onto}: merge ${seen.onto} into it first`;
      const json: BranchPlanJson = { branch: seen.branch, onto: seen.onto, merges: 'conflict', sentence };
      context.print([hanging(2, sentence)], json);
      return 1;
    }
    case 'nothing-left': {
      const sentence = `${seen.onto} has all of ${seen.branch} already`;
      const json: BranchPlanJson = { branch: seen.branch, onto: seen.onto, merges: 'nothing-left', sentence };
      context.print([hanging(2, sentence)], json);
      return 0;
    }
    case 'merged': {
      const plan = only(branchPlanOf(seen.ahead, seen.now, seen.timezone), name);
      const { problems, timezone } = seen;
      const json = branchPlanJson(plan, problems);
      if (given.flag('markdown')) context.write(`${planComment(plan, problems, timezone) ?? NOTHING}\n`, json);
      else context.print(branchPlanLines(plan, problems, timezone), json);
      return hasErrors(problems) ? 1 : 0;
    }
  }
}

const NOTHING = 'Merging this changes no environment.';

/** One environment, where it is named; a name that nothing has is wrong usage. */
function only(plan: BranchPlan, name: string | undefined): BranchPlan {
  if (name === undefined) return plan;
  if (!plan.known.includes(name)) throw usage(`there is no environment ${name}`, `there are ${plan.known.join(', ')}`);
  return { ...plan, environments: plan.environments.filter((each) => each.name === name) };
}
