// Policies are asked here and nowhere else.

import type { PolicyConfig } from '../model/config.ts';
import type { Side } from '../model/sides.ts';
import type { PoliciesVerdict } from '../model/verdict.ts';
import { evaluatePolicies } from '../policy/evaluate.ts';
import type { Draft } from './draft.ts';
import { liftedBy } from './emergency.ts';
import { factsFor, type Subject } from './subject.ts';

/** `side`: whose policies these are, with the people that go with them. */
export function ask(draft: Draft, subject: Subject, policies: readonly PolicyConfig[], side: Side): PoliciesVerdict {
  const lifting = liftedBy(draft, subject, policies, side);
  // Where only the head says anything there is nothing that it differs from.
  const standing = draft.sides.length > 1 ? side.standing : 'both';
  return evaluatePolicies(policies, factsFor(draft, subject, side, lifting), standing);
}
