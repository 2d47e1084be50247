// Approvals as people give them, and what the rule says of them: Zoe made a change to a service, and an hour ago
// somebody answered for it.

import { type GivenApproval, NO_EVIDENCE, type PolicyFacts } from '../../../engine/model/policy-facts.ts';
import type { RuleVerdict } from '../../../engine/model/verdict.ts';
import { evaluateApproval } from '../../../engine/policy/approval.ts';
import type { ApprovalRule } from '../../../engine/policy/rules/approval.ts';
import { instant, version } from '../../support/observed-builders.ts';
import { twoApprovals } from '../../support/policy-builders.ts';
import { facts } from '../../support/policy-facts.ts';

export const NOW = instant('2026-11-20 12:00');
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const MIA = 'Mia <mia@example.org>';

/** Mia is in both groups that are asked. */
const DIRECTORY: PolicyFacts['directory'] = {
  people: Object.fromEntries(
    ['ana', 'dan', 'eve', 'mia', 'zoe'].map((name) => [
      name,
      { emails: [`${name}@example.org`], github: null, gitlab: null },
    ]),
  ),
  teams: { leads: ['ana', 'mia'], qa: ['dan', 'mia'], security: ['eve'] },
};

/** The rule wants one of leads and one of qa, unless the change to it says otherwise. */
export function asked(
  change: Partial<ApprovalRule>,
  approvals: readonly GivenApproval[],
  more: Partial<PolicyFacts> = {},
): RuleVerdict {
  const policy = twoApprovals(change);
  const [rule] = policy.rules;
  if (rule?.type !== 'approval') throw new Error('an approval rule');
  const known = { now: NOW, directory: DIRECTORY, approvals, ...evidence({}), ...more };
  return evaluateApproval(rule, policy, facts(known));
}

export function evidence(change: Partial<PolicyFacts['evidence']>): Pick<PolicyFacts, 'evidence'> {
  return { evidence: { ...NO_EVIDENCE, planDigest: 'plan', change: changeBy('Zoe <zoe@example.org>'), ...change } };
}

export function wrote(...authors: readonly string[]): Pick<PolicyFacts, 'evidence'> {
  return evidence({ change: changeBy(...authors) });
}

export function by(person: string, change: Partial<GivenApproval> = {}): GivenApproval {
  return {
    id: `approved:${person}`,
    by: person,
    answer: 'approved',
    version: version('v1.4.2'),
    planDigest: 'plan',
    reason: '',
    at: NOW - HOUR_MS,
    tag: null,
    signed: { type: 'unsigned' },
    void: null,
    ...change,
  };
}

function changeBy(...authors: readonly string[]): PolicyFacts['evidence']['change'] {
  return { authors, paths: ['services/web.yaml'], kinds: ['feat'], commits: authors.length };
}
