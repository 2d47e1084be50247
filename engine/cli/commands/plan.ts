// `tidegate plan [env]`: what the next look would record and do. Nothing is done here, and nothing is written.

import { planJson } from '../../contract/plan.ts';
import { planOf } from '../../explain/plan.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable, usage } from '../failure.ts';
import { planLines } from '../text/plan-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';
import { planBranch } from './plan-branch.ts';

export async function plan(context: Context, given: Given): Promise<number> {
  const [name] = given.args;
  const branch = given.text('branch');
  if (branch !== null) return await planBranch(context, given, branch);
  if (given.text('onto') !== null || given.flag('markdown')) {
    throw usage('--onto and --markdown are about a branch', 'name it with --branch');
  }
  const snapshot = await context.withCommands((commands) =>
    context.patiently('looking at the repository', commands.snapshot(name === undefined ? {} : { environment: name })),
  );
  if (snapshot.observed.environments.length === 0 && snapshot.config === null) throw unusable(snapshot.problems);
  const environments = name === undefined ? snapshot.observed.environments : [pickEnvironment(snapshot, name)];
  const observed = { ...snapshot.observed, environments };
  const planned = planOf(observed, snapshot.now);
  context.print(planLines(planned, observed, snapshot.now, zoneOf(snapshot)), planJson(planned, snapshot.now));
  return 0;
}
