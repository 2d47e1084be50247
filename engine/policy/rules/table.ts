// The kinds of rule there are. One line a kind; a kind without a line is an error of the compiler.

import type { Check } from '../../base/flaws.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import type { RuleConfig, RuleTypes } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { approvalRule } from './approval.ts';
import { checksRule } from './checks.ts';
import { deployersRule } from './deployers.ts';
import { downgradeRule } from './downgrade.ts';
import type { RuleKind, Voice } from './kind.ts';
import { limitRule } from './limit.ts';
import { lockRule } from './lock.ts';
import { signatureRule } from './signature.ts';
import { soakRule } from './soak.ts';
import { trainRule } from './train.ts';
import { whenRule } from './when.ts';
import { windowRule } from './window.ts';

const TABLE: { readonly [Type in keyof RuleTypes]: RuleKind<RuleTypes[Type]> } = {
  window: windowRule,
  train: trainRule,
  approval: approvalRule,
  soak: soakRule,
  checks: checksRule,
  deployers: deployersRule,
  signature: signatureRule,
  downgrade: downgradeRule,
  limit: limitRule,
  lock: lockRule,
  when: whenRule,
};

const BY_TYPE: Readonly<Record<RuleConfig['type'], RuleKind>> = TABLE;

export const RULE_KINDS: readonly RuleKind[] = Object.values(BY_TYPE);

/** How each stands in a ledger. */
export const STORED_RULES: Readonly<Record<string, Check>> = Object.fromEntries(
  RULE_KINDS.map(({ type, stored }) => [type, stored]),
);

export function kindOfRule({ type }: Pick<RuleConfig, 'type'>): RuleKind {
  return BY_TYPE[type];
}

export function evaluateRule(rule: RuleConfig, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  return kindOfRule(rule).evaluate(rule, policy, facts);
}

/** Whom a rule names; nobody where it is not about people. */
export function answersOf(rule: RuleConfig): readonly Voice[] {
  return kindOfRule(rule).answers?.(rule) ?? [];
}

export function isAboutPeople({ type }: Pick<RuleConfig, 'type'>): boolean {
  return BY_TYPE[type].answers !== undefined;
}
