// `lock`: environments that name the same lock do not deploy at once. Anyone who has an open run holds the lock; it
// is free again when that run has ended. A run never waits for itself, nor for another of its own environment.

import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { LockRule } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { andList, leavesOf } from './leaf.ts';

export function evaluateLock(rule: LockRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting } = leavesOf(rule, policy);
  const holders = facts.holders.filter(
    ({ lock, environment }) => lock === rule.name && environment !== facts.environment,
  );
  if (holders.length === 0) return allowed(`nobody holds the lock ${rule.name}`, { lock: rule.name, held: 'no' });
  const runs = holders.map(({ run }) => run);
  const who = andList(holders.map(({ environment, run }) => `${environment} with ${run}`));
  const when = runs.length === 1 ? 'that run has ended' : 'those runs have ended';
  return waiting(
    `the lock ${rule.name} is held by ${who}; it is free when ${when}`,
    runs.map((run) => `run ${run}`),
    { lock: rule.name, held: runs.join(', ') },
  );
}
