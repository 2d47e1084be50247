// `deployers`: who may ask for a version by name. It says nothing of what an environment follows: anyone who may
// merge decides that. The asker is who the record says it is; whether such words must be signed is seen to before
// they count at all.

import type { PolicyConfig } from '../model/config.ts';
import { isAmong } from '../model/people.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { DeployersRule } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { leavesOf, orList } from './leaf.ts';

export function evaluateDeployers(rule: DeployersRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, denied } = leavesOf(rule, policy);
  const { requestedBy, environment, directory } = facts;
  if (requestedBy === null) return allowed('nobody asked for it by name');
  const seen = { 'requested by': requestedBy };
  if (isAmong(requestedBy, rule.by, directory)) return allowed(`${requestedBy} may ask for ${environment}`, seen);
  const who = `${orList(rule.by)} may (people and teams of tidegate.yaml)`;
  return denied(`${requestedBy} may not ask for a version in ${environment}; ${who}`, seen);
}
