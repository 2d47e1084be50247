// Gates that nobody could leave again: a group with fewer people than must agree, a window that never opens. They may
// be meant, but not by accident: accepting them wants a yes in so many words.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import { wantsSigned } from '../model/must-sign.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { foldAddress, includesPerson } from '../model/people.ts';
import { bareFacts } from '../model/policy-facts.ts';
import { evaluateRule } from '../policy/rules/table.ts';
import { groupsOf } from './gates-answer.ts';

/** A sentence where there is no way out; null where there is one. */
export function whyNoWayOut(
  terms: GateTerms,
  { name }: Pick<ObservedEnvironment, 'name'>,
  now: Instant,
): string | null {
  // Those who let versions in as well as those who accept changes: `changes` may name others.
  for (const { asks, from, count } of [...groupsOf(terms), ...groupsOf({ ...terms, changes: null })]) {
    const members = Object.keys(terms.people).filter((person) => includesPerson(from, person, terms));
    if (members.length < count) {
      return `${asks} asks for ${count} of ${from.join(', ')}, and ${sayMany(members.length)} in it: nothing could be accepted any more`;
    }
  }
  const closed = [...terms.policies, ...terms.stages.flatMap((stage) => stage.policies)].find((policy) =>
    isNeverOpen(policy, terms, name, now),
  );
  return closed === undefined ? null : `${closed.name} never opens: nothing could go any more`;
}

/**
 * Whether a group that has to sign has keys enough: without, taking keys or addresses away would be taking it away.
 */
export function canSign(terms: GateTerms): boolean {
  return [...groupsOf(terms), ...groupsOf({ ...terms, changes: null })].every(({ from, count, isSigned }) => {
    if (!isSigned && !wantsSigned(terms)) return true;
    const members = Object.keys(terms.people).filter((person) => includesPerson(from, person, terms));
    return members.filter((person) => hasKey(person, terms)).length >= count;
  });
}

function sayMany(people: number): string {
  return people === 0 ? 'nobody is' : people === 1 ? 'one person is' : `${people} people are`;
}

/**
 * Whether a line of policies/allowed_signers is about somebody: its first word lists names and addresses, and
 * patterns of them.
 */
function hasKey(person: string, { keys, people }: GateTerms): boolean {
  const names = [person, ...(people[person]?.emails ?? [])].map(foldAddress);
  const principals = keys.flatMap((line) => (line.split(' ')[0] ?? '').replaceAll('"', '').split(','));
  return principals.map(foldAddress).some((principal) => /[*?]/.test(principal) || names.includes(principal));
}

/** As seen from now, without holidays, which only close days. */
function isNeverOpen(policy: PolicyConfig, terms: GateTerms, environment: string, now: Instant): boolean {
  return policy.rules.some((rule) => {
    if (rule.type !== 'window' && rule.type !== 'train') return false;
    const verdict = evaluateRule(rule, policy, bareFacts(terms, environment, now));
    return verdict.status !== 'allowed' && verdict.until === null;
  });
}
