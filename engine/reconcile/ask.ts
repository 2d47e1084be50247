// Policies are asked here and nowhere else.

import type { PolicyConfig } from '../model/config.ts';
import type { Directory } from '../model/policy-facts.ts';
import type { Verdict } from '../model/verdict.ts';
import { evaluatePolicies } from '../policy/evaluate.ts';
import type { Draft } from './draft.ts';
import { liftedBy } from './emergency.ts';
import { factsFor, type Subject } from './subject.ts';

/** `directory`: the people and teams that go with these policies, which may be those of before a change. */
export function ask(draft: Draft, subject: Subject, policies: readonly PolicyConfig[], directory: Directory): Verdict {
  const lifting = liftedBy(draft, subject, policies, directory);
  return evaluatePolicies(policies, factsFor(draft, subject, directory, lifting));
}
