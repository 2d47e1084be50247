// The answer about a version, as a tree that explains itself: every node has a status, a sentence, the values it saw,
// and, where it waits, what for and the next instant at which the answer can change. A verdict is never an error.
// What a node is stands in its `node`, and nobody reads it out of its sentence or its name.

import type { Instant } from '../base/instant.ts';
import type { Needs } from './remedy.ts';
import type { RuleConfig } from './rule.ts';
import { type Part, turnOf } from './turn.ts';

export type Status = Part['status'];

export type Verdict = GroupVerdict | PolicyVerdict | RuleVerdict | OwnVerdict;

/** All of several answers. */
export type GroupVerdict = Answer & {
  readonly node: 'group';
  readonly name: 'all of';
  readonly children: readonly Verdict[];
};

/** All policies that were asked. */
export type PoliciesVerdict = GroupVerdict & { readonly children: readonly PolicyVerdict[] };

/** A policy, with an answer for each of its rules; none where it has no rule, which denies. */
export type PolicyVerdict = Answer & {
  readonly node: 'policy';
  readonly name: string;
  readonly standing: Standing;
  /** The sentence without the policy's name before it. */
  readonly said: string;
  readonly children: readonly RuleVerdict[];
};

export type RuleVerdict = Answer & {
  readonly node: 'rule';
  /** The rule's kind. */
  readonly name: RuleConfig['type'];
  readonly policy: string;
  /** The sentence without the policy's name before it. */
  readonly said: string;
  /** The zone in which its author wrote its hours. */
  readonly zone?: string;
  /** Of a closed window that opens again: when. */
  readonly opensAt?: Instant;
  /** Somebody overrides it, and that is not enough: others have to as well, or it is their own change. */
  readonly voices?: { readonly type: 'too-few' | 'own'; readonly sentence: string };
  /** What an allowed one rests on that only a forge shows: written down with what it lets in. */
  readonly evidence?: readonly string[];
  /** What people said of other versions, newest first. */
  readonly aside?: readonly string[];
  readonly children: readonly [];
};

/** What Tidegate itself has to say, whatever the rules are. */
export type OwnVerdict = Answer & { readonly node: 'own'; readonly name: OwnCheck; readonly children: readonly [] };

export type OwnCheck =
  | 'clock'
  | 'configuration'
  | 'current'
  | 'facts'
  | 'follow'
  | 'gates'
  | 'held'
  | 'history'
  | 'ledger'
  | 'owner'
  | 'quarantine'
  | 'rollback'
  | 'run'
  | 'secret'
  | 'secrets'
  | 'signature'
  | 'stalled'
  | 'suspended'
  | 'tag'
  | 'version';

/** Of which gates a policy is one: those in force, those that only the head says, or both, which say the same. */
export type Standing = 'in-force' | 'head' | 'both';

type Answer = {
  readonly status: Status;
  readonly sentence: string;
  /**
   * The first instant at which this answer changes by time alone; null when time alone never changes it. Of a group
   * within a whole answer: the first at which it can.
   */
  readonly until: Instant | null;
  /** What the whole answer is from `until` on. */
  readonly becomes?: Status;
  /** Of a whole answer whose next change was searched for and not found: how far. */
  readonly lookedTo?: Instant;
  /** From when on time alone makes it a no that stays: a window's last closing. */
  readonly endsAt?: Instant;
  /** What it waits for, in a few words (`window business-hours`); empty unless waiting. */
  readonly waitsFor: readonly string[];
  /** What was looked at, for display: small, printable. */
  readonly seen: Readonly<Record<string, string>>;
  /** Who is to be told about it: due now (`at` not after now), and later. Sending is somebody else's work. */
  readonly notices: readonly Notice[];
  /** What a person may do about it; left out where there is nothing to do. */
  readonly needs?: Needs;
  /** True where it was overridden: `status` is then `allowed` and the sentence says both. */
  readonly overridden: boolean;
};

export type Notice = {
  readonly kind: 'remind' | 'escalate' | 'announce';
  readonly at: Instant;
  /** People and teams, as tidegate.yaml names them. */
  readonly to: readonly string[];
  readonly sentence: string;
};

/**
 * All must allow: denied beats waiting beats allowed. `until` is the earliest instant at which the whole can change;
 * when it does is asked of lookedAhead in until.ts.
 */
export function allOf<Child extends Verdict>(
  sentence: string,
  children: readonly Child[],
): GroupVerdict & { readonly children: readonly Child[] } {
  return { ...together(sentence, children), node: 'group', name: 'all of', children };
}

/** All rules of a policy must allow. Without one it denies: nobody can have meant it as a gate. */
export function policyVerdict(policy: string, standing: Standing, rules: readonly RuleVerdict[]): PolicyVerdict {
  const node = { node: 'policy', name: policy, standing, children: rules } as const;
  if (rules.length === 0) {
    const said = 'has no rule; write one, or take the policy out of the list';
    return { ...together(`${policy}: ${said}`, []), ...node, said, status: 'denied' };
  }
  const answer = together(rules.map(({ sentence }) => sentence).join('; '), rules);
  return { ...answer, ...node, said: answer.sentence };
}

/** Whether this is, or holds, what Tidegate itself says under that name; in a group only at its top. */
export function ownIn(verdict: Verdict, name: OwnCheck): OwnVerdict | undefined {
  const isIt = (each: Verdict): each is OwnVerdict => each.node === 'own' && each.name === name;
  if (isIt(verdict)) return verdict;
  return verdict.node === 'group' ? verdict.children.find(isIt) : undefined;
}

/** Every rule's own answer, in the order asked. */
export function rulesIn(verdict: Verdict): readonly RuleVerdict[] {
  switch (verdict.node) {
    case 'group':
      return verdict.children.flatMap(rulesIn);
    case 'policy':
      return verdict.children;
    case 'rule':
      return [verdict];
    case 'own':
      return [];
  }
}

/** The zone of a rule whose hours were written in one. */
export function zoneOf(verdict: Verdict): string | null {
  return verdict.node === 'rule' ? (verdict.zone ?? null) : null;
}

function together(sentence: string, children: readonly Verdict[]): Answer {
  const { status, until, endsAt } = turnOf(children);
  const decisive = children.filter((child) => child.status === status);
  return {
    status,
    sentence:
      decisive.length > 0 && status !== 'allowed' ? decisive.map((child) => child.sentence).join('; ') : sentence,
    until,
    ...(endsAt === undefined ? {} : { endsAt }),
    waitsFor: status === 'waiting' ? decisive.flatMap((child) => child.waitsFor) : [],
    seen: {},
    notices: children.flatMap((child) => child.notices),
    overridden: children.some((child) => child.overridden),
  };
}
