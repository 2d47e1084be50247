// From an environment's policies to one verdict tree: all of -> policy -> rule. Every policy must allow, and so must
// each of its rules. An empty list allows aloud; a policy without a rule denies, since nobody can have meant it as a
// gate.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import { type Needs, type Remedy, versionName } from '../model/remedy.ts';
import { allOf, type PoliciesVerdict, policyVerdict, type RuleVerdict, type Standing } from '../model/verdict.ts';
import { evaluateRule } from './rules/table.ts';

/** `standing`: of which gates these policies are. */
export function evaluatePolicies(
  policies: readonly PolicyConfig[],
  facts: PolicyFacts,
  standing: Standing = 'both',
): PoliciesVerdict {
  if (policies.length === 0) return allOf('no gate is set', []);
  const children = policies.map((policy) => {
    const rules = policy.rules.map((rule) => lift(evaluateRule(rule, policy, facts), policy.name, facts));
    return policyVerdict(policy.name, standing, rules);
  });
  return allOf(`allowed by ${policies.map(({ name }) => name).join(', ')}`, children);
}

/** An override changes what a rule's no means, never what it says. A rule that allows by itself needs no override. */
function lift(verdict: RuleVerdict, policyName: string, facts: PolicyFacts): RuleVerdict {
  const name = `${policyName}/${verdict.name}`;
  if (verdict.status === 'allowed') return verdict;
  const half = facts.halfLifted[name];
  const own = facts.ownLifted?.[name];
  const until = sooner(verdict.until, facts.liftedFrom?.[name] ?? null);
  if (half !== undefined) {
    const needs = withOverride(verdict.needs, facts);
    return { ...adding(verdict, half), needs, until, voices: { type: 'too-few', sentence: half } };
  }
  if (own !== undefined) {
    const needs = withOverride(verdict.needs, facts);
    return { ...adding(verdict, own), needs, until, voices: { type: 'own', sentence: own } };
  }
  if (!facts.lifted.includes(name)) return { ...verdict, until };
  const liftedUntil = facts.liftedUntil[name] ?? null;
  const { endsAt: ownEnd, needs: _done, ...rest } = verdict;
  // What it has ended by itself before is a no from the moment on that nobody overrides it any more.
  const ended = verdict.status === 'denied' ? Number.NEGATIVE_INFINITY : ownEnd;
  const ends = ended === undefined || liftedUntil === null ? {} : { endsAt: Math.max(ended, liftedUntil) };
  return {
    ...adding(rest, 'overridden'),
    status: 'allowed',
    until: liftedUntil,
    ...ends,
    waitsFor: [],
    overridden: true,
  };
}

/** Others have to override it too. */
function withOverride(needs: Needs | undefined, { environment, version }: PolicyFacts): Needs {
  const override: Remedy = { act: 'override', environment, version: versionName(version) };
  return { who: needs?.who ?? [], remedies: [...(needs?.remedies ?? []), override] };
}

function adding(verdict: RuleVerdict, more: string): RuleVerdict {
  return { ...verdict, said: `${verdict.said} (${more})`, sentence: `${verdict.sentence} (${more})` };
}

function sooner(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
