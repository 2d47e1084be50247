// What policies say to one version at one moment of a simulation. A window's answer holds for every version until the
// instant that it names, so it is asked once for each stretch and not once for each of thousands of commits.
// What Git cannot know is never guessed silently: a rule that rests on it is marked, and says so.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { RuleConfig } from '../model/rule.ts';
import type { Status, Verdict } from '../model/verdict.ts';
import { evaluatePolicies } from '../policy/evaluate.ts';

export type JudgedRule = {
  readonly policy: string;
  readonly rule: RuleConfig['type'];
  readonly status: Status;
  readonly sentence: string;
  readonly until: Instant | null;
  /** It could not be judged, and counts as given. */
  readonly assumed: boolean;
};

export type Judged = {
  readonly status: Status;
  readonly until: Instant | null;
  readonly rules: readonly JudgedRule[];
  /** `policy/rule` names of what only waits for people or for results, which a simulation takes as given at once. */
  readonly needed: readonly string[];
  /** Whether it goes now, people permitting. */
  readonly goes: boolean;
  /** When it is worth asking again by time alone; null where that would not help. */
  readonly wakeAt: Instant | null;
};

/** A judge for one environment. Moments must be asked in order, or answers are merely found more slowly. */
export function makeJudge(policies: readonly PolicyConfig[]): (facts: PolicyFacts) => Judged {
  const memos = new Map<RuleConfig, { readonly from: Instant; readonly said: JudgedRule }>();
  const rules = policies.flatMap((policy) => policy.rules.map((rule) => ({ policy, rule, isTimed: isTimed(rule) })));
  return (facts) =>
    judgementOf(
      rules.map(({ policy, rule, isTimed: isKept }) => {
        const memo = memos.get(rule);
        if (memo !== undefined && holds(memo, facts.now)) return memo.said;
        const said = ask(policy, rule, facts);
        if (isKept) memos.set(rule, { from: facts.now, said });
        return said;
      }),
    );
}

function holds({ from, said }: { readonly from: Instant; readonly said: JudgedRule }, now: Instant): boolean {
  return from <= now && (said.until === null || now < said.until);
}

/** A window that lets nothing pass for what it is says the same to every version. */
function isTimed(rule: RuleConfig): boolean {
  return rule.type === 'window' && [...rule.deny, ...rule.holidays].every(({ except }) => except.length === 0);
}

function ask(policy: PolicyConfig, rule: RuleConfig, facts: PolicyFacts): JudgedRule {
  if (rule.type === 'signature') {
    const sentence = `${policy.name}: signatures are not looked at in a simulation; it is counted as signed`;
    return { policy: policy.name, rule: rule.type, status: 'allowed', sentence, until: null, assumed: true };
  }
  // The whole policy goes along: a limit per window asks the window beside it.
  const [verdict] = evaluatePolicies([{ ...policy, rules: [rule, ...besides(policy, rule)] }], facts).children;
  const said: Verdict | undefined = verdict?.children[0];
  return {
    policy: policy.name,
    rule: rule.type,
    status: said?.status ?? 'denied',
    sentence: said?.sentence ?? `${policy.name}: gave no answer`,
    until: said?.until ?? null,
    assumed: false,
  };
}

function besides(policy: PolicyConfig, rule: RuleConfig): readonly RuleConfig[] {
  return rule.type === 'limit' ? policy.rules.filter(({ type }) => type === 'window') : [];
}

/** What people say, or what is recorded from outside: not in Git for versions that never met this policy. */
const GIVEN: readonly RuleConfig['type'][] = ['approval', 'checks', 'lock'];

function judgementOf(rules: readonly JudgedRule[]): Judged {
  const denied = rules.filter(({ status }) => status === 'denied');
  const waiting = rules.filter(({ status }) => status === 'waiting');
  const decisive = denied.length > 0 ? denied : waiting.length > 0 ? waiting : rules;
  const isNeeded = (said: JudgedRule) => said.status === 'waiting' && said.until === null && GIVEN.includes(said.rule);
  const blockers = [...denied, ...waiting].filter((said) => !isNeeded(said));
  return {
    status: denied.length > 0 ? 'denied' : waiting.length > 0 ? 'waiting' : 'allowed',
    until: soonest(decisive),
    rules,
    needed: waiting.filter(isNeeded).map(({ policy, rule }) => `${policy}/${rule}`),
    goes: blockers.length === 0,
    // One that time never clears makes it idle to ask again when another does.
    wakeAt: blockers.some(({ until }) => until === null) ? null : soonest(blockers),
  };
}

function soonest(rules: readonly JudgedRule[]): Instant | null {
  const known = rules.flatMap(({ until }) => (until === null ? [] : [until]));
  return known.length > 0 ? Math.min(...known) : null;
}
