// One plan for each environment that was observed, each as if it were alone but for the places that steps need.

import type { Observed, ObservedEnvironment } from '../../model/observed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Plan } from '../../reconcile/plan.ts';
import { reconcile } from '../../reconcile/reconcile.ts';
import type { Survey } from '../observe/survey.ts';

type Decided = {
  readonly plans: ReadonlyMap<string, Plan>;
  /** A look has brought another state in while these were being observed: they are to be observed again. */
  readonly overtaken: readonly string[];
};

/** `room`: how many more steps could begin at once. */
export function decide(observed: Observed, survey: Survey, room: number, clock: Clock): Decided {
  const plans = new Map<string, Plan>();
  const overtaken: string[] = [];
  let left = room;
  for (const environment of observed.environments) {
    if (!isCurrent(survey, environment, observed.repository)) {
      overtaken.push(environment.name);
      continue;
    }
    const plan = reconcile({ ...observed, environments: [environment], hasRoom: left > 0 }, clock.now());
    if (plan.append.some(({ record }) => record.type === 'stage-started')) left -= 1;
    plans.set(environment.name, plan);
  }
  return { plans, overtaken };
}

function isCurrent(survey: Survey, { name, ledger }: ObservedEnvironment, { state }: Observed['repository']): boolean {
  return survey.ledger.entries.get(name)?.state === ledger.state && survey.repository.seq === state.seq;
}
