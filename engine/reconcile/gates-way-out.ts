// Gates that nobody could leave again: a group with fewer people than must agree, a window that never opens. They may be meant,
// but not by accident: accepting them wants a yes in so many words.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { includesPerson } from '../model/people.ts';
import { NO_EVIDENCE, type PolicyFacts } from '../model/policy-facts.ts';
import { evaluateRule } from '../policy/rules.ts';
import { groupsOf } from './gates-answer.ts';

/** A sentence where there is no way out; null where there is one. */
export function whyNoWayOut(
  terms: GateTerms,
  { name }: Pick<ObservedEnvironment, 'name'>,
  now: Instant,
): string | null {
  for (const { asks, from, count } of groupsOf(terms)) {
    const members = Object.keys(terms.people).filter((person) => includesPerson(from, person, terms)).length;
    if (members >= count) continue;
    const said =
      members === 0 ? 'nobody is in it' : `${members === 1 ? 'one person is' : `${members} people are`} in it`;
    return `${asks} asks for ${count} of ${from.join(', ')}, and ${said}: nothing could be accepted any more`;
  }
  const closed = [...terms.policies, ...terms.stages.flatMap((stage) => stage.policies)].find((policy) =>
    isNeverOpen(policy, terms, name, now),
  );
  return closed === undefined ? null : `${closed.name} never opens: nothing could go any more`;
}

/** As seen from now, without holidays, which only close days. */
function isNeverOpen(policy: PolicyConfig, terms: GateTerms, environment: string, now: Instant): boolean {
  return policy.rules.some((rule) => {
    if (rule.type !== 'window' && rule.type !== 'train') return false;
    const verdict = evaluateRule(rule, policy, factsAt(terms, environment, now));
    return verdict.status !== 'allowed' && verdict.until === null;
  });
}

function factsAt(directory: GateTerms, environment: string, now: Instant): PolicyFacts {
  return {
    now,
    environment,
    version: { commit: '', tag: null },
    kind: 'deploy',
    trigger: 'commit',
    requestedBy: null,
    run: null,
    lifted: [],
    liftedUntil: {},
    halfLifted: {},
    directory,
    signaturesRequired: false,
    evidence: NO_EVIDENCE,
    approvals: [],
    offeredAt: null,
    current: null,
    starts: [],
    holders: [],
    holidays: {},
  };
}
