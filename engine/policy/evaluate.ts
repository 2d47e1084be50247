// From an environment's policies to one verdict tree: all of -> policy -> rule. Every policy must allow, and so must each
// of its rules. An empty list allows aloud; a policy without a rule denies, since nobody can have meant it as a gate.

import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { RuleConfig } from '../model/rule.ts';
import { allOf, type Verdict } from '../model/verdict.ts';
import { evaluateRule } from './rules.ts';

export function evaluatePolicies(policies: readonly PolicyConfig[], facts: PolicyFacts): Verdict {
  if (policies.length === 0) return allOf('all of', 'no gate is set', []);
  const children = policies.map((policy) => evaluatePolicy(policy, policy.rules, facts));
  return allOf('all of', `allowed by ${policies.map(({ name }) => name).join(', ')}`, children);
}

function evaluatePolicy(policy: PolicyConfig, rules: readonly RuleConfig[], facts: PolicyFacts): Verdict {
  if (rules.length === 0) {
    const sentence = `${policy.name}: has no rule; write one, or take the policy out of the list`;
    return { ...allOf(policy.name, sentence, []), status: 'denied' };
  }
  const children = rules.map((rule) => lift(evaluateRule(rule, policy, facts), policy.name, facts));
  return allOf(policy.name, children.map(({ sentence }) => sentence).join('; '), children);
}

/** An override changes what a rule's no means, never what it says. A rule that allows by itself needs no lifting. */
function lift(verdict: Verdict, policyName: string, facts: PolicyFacts): Verdict {
  const name = `${policyName}/${verdict.name}`;
  if (verdict.status === 'allowed') return verdict;
  const half = facts.halfLifted[name];
  if (half !== undefined) return { ...verdict, sentence: `${verdict.sentence} (${half})` };
  if (!facts.lifted.includes(name)) return verdict;
  return {
    ...verdict,
    status: 'allowed',
    sentence: `${verdict.sentence} (lifted by an override)`,
    until: facts.liftedUntil[name] ?? null,
    waitsFor: [],
    overridden: true,
  };
}
