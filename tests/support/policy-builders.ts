// Policies of the kinds that ask people and other environments, as checked values.

import type { OverrideConfig, PolicyConfig } from '../../engine/model/config.ts';
import type { RuleConfig } from '../../engine/model/rule.ts';
import type { ApprovalRule } from '../../engine/policy/rules/approval.ts';
import { place } from './config-builders.ts';

const HOUR_MS = 3_600_000;

export function policy(name: string, rule: RuleConfig, override: Partial<OverrideConfig> | null = null): PolicyConfig {
  return {
    name,
    place: place(`policies/${name}.yaml`),
    rules: [rule],
    override: override === null ? null : { ...OVERRIDE, ...override },
  };
}

/** A lead and somebody of QA, for three days; the author does not count. */
export function twoApprovals(change: Partial<ApprovalRule> = {}, override?: Partial<OverrideConfig>): PolicyConfig {
  const rule: ApprovalRule = {
    type: 'approval',
    place: place('policies/two-approvals.yaml'),
    require: [
      { from: 'leads', count: 1 },
      { from: 'qa', count: 1 },
    ],
    paths: [],
    author: 'excluded',
    userVerification: 'optional',
    expiresMs: 72 * HOUR_MS,
    remindMs: null,
    escalate: null,
    ...change,
  };
  return policy('two-approvals', rule, override ?? null);
}

export function lockPolicy(name: string): PolicyConfig {
  return policy('one-at-a-time', { type: 'lock', place: place('policies/one-at-a-time.yaml'), name });
}

const OVERRIDE: OverrideConfig = {
  by: ['leads'],
  people: 1,
  author: 'counts',
  reason: 'required',
  expiresMs: 4 * HOUR_MS,
  rules: null,
  postmortem: false,
};
