// The decision. Looks at what is (never at what happened), and says what to record, what to do, why, and when to look
// again. Pure, synchronous, total: the same observation and instant give the same plan, to the byte.

import type { Instant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import { acceptGates, sayWaitingGates } from './accept-gates.ts';
import { advance } from './advance.ts';
import { assess } from './assess.ts';
import { isClockOff } from './clock.ts';
import { Draft } from './draft.ts';
import { grant } from './grant.ts';
import { takeLease } from './lease.ts';
import { clearLeftovers } from './leftovers.ts';
import { emptyPlan, mergePlans, type Plan } from './plan.ts';
import { propose } from './propose.ts';
import { refuseRequests } from './requests.ts';
import { recordReviews } from './reviews.ts';
import { recordSeenAnswers, recordSeenGatesTags } from './words.ts';

export function reconcile(observed: Observed, now: Instant): Plan {
  return mergePlans(observed.environments.map((environment) => reconcileEnvironment(environment, observed, now)));
}

function reconcileEnvironment(environment: ObservedEnvironment, observed: Observed, now: Instant): Plan {
  if (environment.ledger.type === 'damaged') {
    return { ...emptyPlan(), because: [{ environment: environment.name, sentence: environment.ledger.sentence }] };
  }
  const draft = new Draft(environment, observed, now);
  draft.wake(environment.askAgainAt ?? null);
  clearLeftovers(draft);
  refuseRequests(draft);
  if (!isClockOff(observed)) {
    recordSeenAnswers(draft);
    recordSeenGatesTags(draft);
    recordReviews(draft);
    if (acceptGates(draft)) return draft.plan();
  }
  if (draft.state.open.length > 0) {
    if (takeLease(draft)) advance(draft);
  } else {
    grant(draft, assess(draft));
  }
  propose(draft);
  sayWaitingGates(draft);
  return draft.plan();
}
