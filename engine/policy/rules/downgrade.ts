// `downgrade: denied`: an older version is refused as what comes next, so that an old tag pushed again is never
// replayed as new. Going back on purpose is a rollback, which has a command of its own.

import type { PolicyConfig } from '../../model/config.ts';
import { NO_EVIDENCE, type PolicyFacts } from '../../model/policy-facts.ts';
import { needsOneOf, versionName } from '../../model/remedy.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { sayVersion } from '../../model/version.ts';
import { leavesOf } from '../leaf.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly downgrade: DowngradeRule;
  }
}

/** An older version is refused, unless it is a rollback. */
export type DowngradeRule = Rule<'downgrade'>;

const schema = {
  enum: ['denied'],
  description: 'A version older than the one that runs here is refused, unless it is a rollback.',
  examples: ['denied'],
} as const;

export const downgradeRule = ruleKind({
  type: 'downgrade',
  schema,
  build(_value, cursor) {
    const place = cursor.key();
    return () => ({ type: 'downgrade', place });
  },
  evaluate: evaluateDowngrade,
  needs: () => ({ older: true }),
  say: () => 'no older version',
  stored: {},
});

export function evaluateDowngrade(rule: DowngradeRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, denied } = leavesOf(rule, policy);
  const { current, version, environment, evidence, kind } = facts;
  if (current === null) return allowed(`nothing runs in ${environment} yet`);
  const seen = { current: sayVersion(current.version), offered: sayVersion(version) };
  const against = `${sayVersion(current.version)}, which runs here`;
  if (kind === 'rollback') return allowed(`a rollback from ${against}`, seen);
  // Nobody looked into its history: that it "is not older" would then be a guess.
  if (evidence === NO_EVIDENCE)
    return denied(`whether ${sayVersion(version)} is older than ${against}, is not known`, seen);
  if (!evidence.isOlder) return allowed(`not older than ${against}`, seen);
  const to = versionName(version);
  const needs = needsOneOf({ act: 'rollback', environment, version: to });
  return {
    ...denied(`${sayVersion(version)} is older than ${against}; to roll back to it goes back on purpose`, seen),
    needs,
  };
}
