// `tidegate plan [env]`: what the next look would record and do. Nothing is done here, and nothing is written.

import { planJson, planOf } from '../../explain/plan.ts';
import type { Context } from '../context.ts';
import type { Given } from '../declaration.ts';
import { unusable } from '../failure.ts';
import { planLines } from '../text/plan-shown.ts';
import { pickEnvironment, zoneOf } from './pick.ts';

export async function plan(context: Context, { args }: Given): Promise<number> {
  const [name] = args;
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
