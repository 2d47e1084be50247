// A verdict tree to the flat list that people and scripts read: one entry for each rule that had a say, in the order asked.
// What Tidegate itself answers (suspended, clock, tag, …) stands under the policy `tidegate`.

import { instantJsonOrNull, type RuleJson } from '../contract/contract.ts';
import { everyPolicy } from '../model/asked-policies.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { HEAD_ONLY } from '../model/sides.ts';
import type { Verdict } from '../model/verdict.ts';
import { coversRule } from '../policy/lifting.ts';

export type Leaf = {
  readonly policy: string;
  readonly rule: string;
  readonly verdict: Verdict;
  /** Whose emergency lifts it: people and teams, as the policy names them. */
  readonly liftedBy: readonly string[];
};

export const OWN_POLICY = 'tidegate';

export function leavesOf(verdict: Verdict, environment: ObservedEnvironment): readonly Leaf[] {
  return flatten(verdict, policiesOf(environment));
}

export function ownLeaf(verdict: Verdict): Leaf {
  return { policy: OWN_POLICY, rule: verdict.name, verdict, liftedBy: [] };
}

export function ruleJson({ policy, rule, verdict, liftedBy }: Leaf): RuleJson {
  const { status, sentence, until, overridden } = verdict;
  return { policy, rule, status, sentence, until: instantJsonOrNull(until), overridden, liftedBy };
}

/** The rule's words without the policy's name before them, for lists that show it already. */
export function bareSentence({ policy, verdict }: Leaf): string {
  return verdict.sentence.startsWith(`${policy}: `) ? verdict.sentence.slice(policy.length + 2) : verdict.sentence;
}

/** `business-hours/window`. */
export function leafName({ policy, rule }: Leaf): string {
  return `${policy}/${rule}`;
}

function flatten(verdict: Verdict, policies: ReadonlyMap<string, PolicyConfig>): readonly Leaf[] {
  if (verdict.name === 'all of') return verdict.children.flatMap((child) => flatten(child, policies));
  const override = policies.get(verdict.name.replace(HEAD_ONLY, ''))?.override ?? null;
  if (verdict.children.length > 0) {
    return verdict.children.map((child) => {
      const isLifted = override !== null && coversRule(override, child.name);
      return { policy: verdict.name, rule: child.name, verdict: child, liftedBy: isLifted ? override.by : [] };
    });
  }
  // A policy without a rule answers by itself; nothing lifts that.
  const isPolicy = verdict.sentence.startsWith(`${verdict.name.replace(HEAD_ONLY, '')}: `);
  return [isPolicy ? { policy: verdict.name, rule: 'none', verdict, liftedBy: [] } : ownLeaf(verdict)];
}

/** By name; what is in force goes before what only the head says. */
function policiesOf(environment: ObservedEnvironment): ReadonlyMap<string, PolicyConfig> {
  const policies = everyPolicy(environment, environment.versions.values());
  return new Map(policies.toReversed().map((policy) => [policy.name, policy]));
}
