// From an environment's policies to one verdict tree: all of -> policy -> rule. Every policy must allow, and so must each
// of its rules. An empty list allows aloud; a policy without a rule denies, since nobody can have meant it as a gate.

import type { Instant } from '../base/instant.ts';
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
  const half = facts.halfLifted[name] ?? facts.ownLifted?.[name];
  const until = sooner(verdict.until, facts.liftedFrom?.[name] ?? null);
  if (half !== undefined) return { ...verdict, until, sentence: `${verdict.sentence} (${half})` };
  if (!facts.lifted.includes(name)) return { ...verdict, until };
  const liftedUntil = facts.liftedUntil[name] ?? null;
  const { endsAt: ownEnd, ...rest } = verdict;
  // What it has ended by itself before is a no from the moment on that nobody lifts it any more.
  const ended = verdict.status === 'denied' ? Number.NEGATIVE_INFINITY : ownEnd;
  const ends = ended === undefined || liftedUntil === null ? {} : { endsAt: Math.max(ended, liftedUntil) };
  return {
    ...rest,
    status: 'allowed',
    sentence: `${verdict.sentence} (lifted by an override)`,
    until: liftedUntil,
    ...ends,
    waitsFor: [],
    overridden: true,
  };
}

function sooner(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
