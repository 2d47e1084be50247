// A verdict tree to the flat list that people and scripts read: one entry for each rule that had a say, in the order
// asked. What Tidegate itself answers (suspended, clock, tag, …) stands under the policy `tidegate`.

import { everyPolicy } from '../model/asked-policies.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import type { OwnVerdict, PolicyVerdict, RuleVerdict, Verdict } from '../model/verdict.ts';
import { coversRule } from '../policy/lifting.ts';

export type Leaf = {
  /** As it is shown: one that only the head asks says so. */
  readonly policy: string;
  readonly rule: string;
  /** A policy answers itself where it has no rule. */
  readonly verdict: RuleVerdict | PolicyVerdict | OwnVerdict;
  /** Whose emergency overrides it: people and teams, as the policy names them. */
  readonly overridableBy: readonly string[];
};

export const OWN_POLICY = 'tidegate';

/** Shown behind the name of a policy that only the head asks. */
const HEAD_ONLY = ' (at the head, not in force)';

export function leavesOf(verdict: Verdict, environment: ObservedEnvironment): readonly Leaf[] {
  return flatten(verdict, policiesOf(environment));
}

export function ownLeaf(verdict: OwnVerdict): Leaf {
  return { policy: OWN_POLICY, rule: verdict.name, verdict, overridableBy: [] };
}

/** The rule's words without the policy's name before them, for lists that show it already. */
export function bareSentence({ verdict }: Leaf): string {
  return verdict.node === 'own' ? verdict.sentence : verdict.said;
}

/** `business-hours/window`. */
export function leafName({ policy, rule }: Leaf): string {
  return `${policy}/${rule}`;
}

/** What people said of other versions. */
export function asideOf({ verdict }: Leaf): readonly string[] {
  return verdict.node === 'rule' ? (verdict.aside ?? []) : [];
}

function flatten(verdict: Verdict, policies: ReadonlyMap<string, PolicyConfig>): readonly Leaf[] {
  switch (verdict.node) {
    case 'group':
      return verdict.children.flatMap((child) => flatten(child, policies));
    case 'own':
      return [ownLeaf(verdict)];
    case 'rule':
      return [leafOf(verdict, verdict.policy, policies)];
    case 'policy': {
      const shown = `${verdict.name}${verdict.standing === 'head' ? HEAD_ONLY : ''}`;
      // Nothing overrides that there is no rule.
      if (verdict.children.length === 0) return [{ policy: shown, rule: 'none', verdict, overridableBy: [] }];
      return verdict.children.map((child) => leafOf(child, shown, policies));
    }
  }
}

function leafOf(verdict: RuleVerdict, shown: string, policies: ReadonlyMap<string, PolicyConfig>): Leaf {
  const override = policies.get(verdict.policy)?.override ?? null;
  const isLifted = override !== null && coversRule(override, verdict.name);
  return { policy: shown, rule: verdict.name, verdict, overridableBy: isLifted ? override.by : [] };
}

/** By name; what is in force goes before what only the head says. */
function policiesOf(environment: ObservedEnvironment): ReadonlyMap<string, PolicyConfig> {
  const policies = everyPolicy(environment, environment.versions.values());
  return new Map(policies.toReversed().map((policy) => [policy.name, policy]));
}
