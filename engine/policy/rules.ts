// The table of rule kinds: one line each, one file each. The type makes a kind without a line an error of the
// compiler.

import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { RuleConfig } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { evaluateApproval } from './approval.ts';
import { evaluateChecks } from './checks.ts';
import { evaluateDeployers } from './deployers.ts';
import { evaluateDowngrade } from './downgrade.ts';
import { evaluateLimit } from './limit.ts';
import { evaluateLock } from './lock.ts';
import { evaluateSignature } from './signature.ts';
import { evaluateSoak } from './soak.ts';
import { evaluateTrain } from './train.ts';
import { evaluateWhen } from './when.ts';
import { evaluateWindow } from './window.ts';

type Evaluate<Type extends RuleConfig['type']> = (
  rule: Extract<RuleConfig, { readonly type: Type }>,
  /** The policy that the rule stands in: its name begins the sentence. */
  policy: PolicyConfig,
  facts: PolicyFacts,
) => RuleVerdict;

const RULES: { readonly [Type in RuleConfig['type']]: Evaluate<Type> } = {
  window: evaluateWindow,
  train: evaluateTrain,
  approval: evaluateApproval,
  soak: evaluateSoak,
  checks: evaluateChecks,
  deployers: evaluateDeployers,
  signature: evaluateSignature,
  downgrade: evaluateDowngrade,
  limit: evaluateLimit,
  lock: evaluateLock,
  when: evaluateWhen,
};

export function evaluateRule<Type extends RuleConfig['type']>(
  rule: Extract<RuleConfig, { readonly type: Type }>,
  policy: PolicyConfig,
  facts: PolicyFacts,
): RuleVerdict {
  const evaluate: Evaluate<Type> = RULES[rule.type as Type];
  return evaluate(rule, policy, facts);
}
