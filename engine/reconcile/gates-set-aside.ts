// A hostile change of gates does not hold: anyone who has a say in what is in force and in what the head says, and
// rejects the head's gates, sets them aside until they change. Everybody else's way out is to revert the head, which
// needs nobody.

import type { Instant } from '../base/instant.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { isChanged } from '../model/sides.ts';
import { answerOf, groupsOf, hasSay } from './gates-answer.ts';

export function isHeadSetAside(environment: ObservedEnvironment, now: Instant): boolean {
  const { gates, ledger } = environment;
  const inForce = ledger.state.gates;
  if (gates === null || inForce === null || inForce.terms === null || !isChanged(environment)) return false;
  const { rejectedBy } = answerOf(environment, inForce.terms, { serial: inForce.serial, digest: gates.digest }, now);
  const groups = groupsOf(gates.terms);
  return rejectedBy.some(({ person }) => hasSay(person, groups, gates.terms));
}
