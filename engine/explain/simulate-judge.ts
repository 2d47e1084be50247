// What policies say to one version at one moment of a simulation. A window's answer holds for every version until the
// instant that it names, so it is asked once for each stretch and not once for each of thousands of commits.
// What Git cannot know is never guessed silently: a rule that rests on it is marked, and says so.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { RuleConfig } from '../model/rule.ts';
import { turnFrom, turnOf } from '../model/turn.ts';
import type { Status } from '../model/verdict.ts';
import { evaluatePolicies } from '../policy/evaluate.ts';
import { kindOfRule } from '../policy/rules/table.ts';

export type JudgedRule = {
  readonly policy: string;
  readonly rule: RuleConfig['type'];
  readonly status: Status;
  readonly sentence: string;
  /** The sentence without the policy's name before it. */
  readonly said: string;
  readonly until: Instant | null;
  /** From when on time alone makes it a no that stays. */
  readonly endsAt?: Instant | undefined;
  /** It could not be judged, and counts as given. */
  readonly assumed: boolean;
};

export type Judged = {
  readonly status: Status;
  /** The earliest instant at which the whole answer can change; when it does is asked of `untilOf`. */
  readonly until: Instant | null;
  readonly endsAt?: Instant | undefined;
  readonly rules: readonly JudgedRule[];
  /** `policy/rule` names of what only waits for people or for results, which a simulation takes as given at once. */
  readonly needed: readonly string[];
  /** Whether it goes now, people permitting. */
  readonly goes: boolean;
  /** When it is worth asking again by time alone; null where that would not help. */
  readonly wakeAt: Instant | null;
};

export type Judge = (facts: PolicyFacts) => Judged;

/** A judge for one environment. */
export function makeJudge(policies: readonly PolicyConfig[]): Judge {
  const memos = new Map<RuleConfig, readonly Memo[]>();
  const rules = policies.flatMap((policy) => policy.rules.map((rule) => ({ policy, rule, isTimed: isTimed(rule) })));
  return (facts) =>
    judgementOf(
      rules.map(({ policy, rule, isTimed: isKept }) => {
        // An exception is for one version: what is said under it is kept for no other.
        const isExcepted = facts.lifted.length > 0 || facts.liftedFrom !== undefined;
        const kept = isExcepted ? [] : (memos.get(rule) ?? []);
        const memo = kept.find((each) => holds(each, facts.now));
        if (memo !== undefined) return memo.said;
        const said = ask(policy, rule, facts);
        if (isKept && !isExcepted) memos.set(rule, [{ from: facts.now, said }, ...kept].slice(0, KEPT_MAX));
        return said;
      }),
    );
}

/** When the whole answer changes by time alone. */
export function untilOf(judge: Judge, judged: Judged, facts: PolicyFacts): Instant | null {
  return judged.status === 'allowed'
    ? judged.until
    : turnFrom(facts.now, judged, (at) => judge({ ...facts, now: at })).until;
}

type Memo = { readonly from: Instant; readonly said: JudgedRule };

/** The present stretch of a window, and those that are looked at ahead. */
const KEPT_MAX = 8;

function holds({ from, said }: Memo, now: Instant): boolean {
  return from <= now && (said.until === null || now < said.until);
}

/** A window that lets nothing pass for what it is says the same to every version. */
function isTimed(rule: RuleConfig): boolean {
  return rule.type === 'window' && [...rule.deny, ...rule.holidays].every(({ except }) => except.length === 0);
}

function ask(policy: PolicyConfig, rule: RuleConfig, facts: PolicyFacts): JudgedRule {
  const { simulated } = kindOfRule(rule);
  if (typeof simulated === 'object') {
    const said = simulated.assumed;
    const sentence = `${policy.name}: ${said}`;
    return { policy: policy.name, rule: rule.type, status: 'allowed', sentence, said, until: null, assumed: true };
  }
  // The whole policy goes along: a limit per window asks the window beside it.
  const [verdict] = evaluatePolicies([{ ...policy, rules: [rule, ...besides(policy, rule)] }], facts).children;
  const said = verdict?.children[0];
  return {
    policy: policy.name,
    rule: rule.type,
    status: said?.status ?? 'denied',
    sentence: said?.sentence ?? `${policy.name}: gave no answer`,
    said: said?.said ?? 'gave no answer',
    until: said?.until ?? null,
    ...(said?.endsAt === undefined ? {} : { endsAt: said.endsAt }),
    assumed: false,
  };
}

function besides(policy: PolicyConfig, rule: RuleConfig): readonly RuleConfig[] {
  return rule.type === 'limit' ? policy.rules.filter(({ type }) => type === 'window') : [];
}

function judgementOf(rules: readonly JudgedRule[]): Judged {
  const denied = rules.filter(({ status }) => status === 'denied');
  const waiting = rules.filter(({ status }) => status === 'waiting');
  const isNeeded = (said: JudgedRule) =>
    said.status === 'waiting' && said.until === null && kindOfRule({ type: said.rule }).simulated === 'may-be-given';
  const blockers = [...denied, ...waiting].filter((said) => !isNeeded(said));
  return {
    ...turnOf(rules),
    rules,
    needed: waiting.filter(isNeeded).map(({ policy, rule }) => `${policy}/${rule}`),
    goes: blockers.length === 0,
    // Null where time never clears one of them: it is idle to ask again when another does.
    wakeAt: turnOf(blockers).until,
  };
}
