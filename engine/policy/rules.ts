// The table of rule kinds: one line each, one file each. The type makes a kind without a line an error of the compiler.

import type { Instant } from '../base/instant.ts';
import type { RuleConfig } from '../model/config.ts';
import type { Verdict } from '../model/verdict.ts';
import { evaluateWindow } from './window.ts';

/** All that rules may look at, as values: what a rule kind needs to know of the world is a field here. */
export type PolicyFacts = {
  readonly now: Instant;
  /** `policy/rule` names that an override in force lifts. */
  readonly lifted?: readonly string[];
};

type Evaluate<Type extends RuleConfig['type']> = (
  rule: Extract<RuleConfig, { readonly type: Type }>,
  policyName: string,
  facts: PolicyFacts,
) => Verdict;

const RULES: { readonly [Type in RuleConfig['type']]: Evaluate<Type> } = {
  window: (rule, policyName, facts) => evaluateWindow(rule, policyName, facts.now),
};

export function evaluateRule(rule: RuleConfig, policyName: string, facts: PolicyFacts): Verdict {
  return RULES[rule.type](rule, policyName, facts);
}
