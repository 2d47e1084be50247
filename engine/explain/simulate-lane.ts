// One environment in a simulation: what runs there, what waits, and what its history has left behind so far.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { Change, GivenApproval } from '../model/policy-facts.ts';
import type { Version } from '../model/version.ts';
import type { Voice } from '../policy/lifting.ts';
import { needsOfRules } from '../policy/needs.ts';
import { ChangeSum, type CommitChange } from './simulate-change.ts';
import { type Judge, type Judged, type JudgedRule, makeJudge } from './simulate-judge.ts';

export type ReplayedEnvironment = {
  readonly name: string;
  readonly policies: readonly PolicyConfig[];
  readonly queue: 'latest' | 'all';
  /**
   * `branch`: each commit that touches it is a version; `tags`: each tag is. What promotes takes after what it
   * follows.
   */
  readonly comesBy: 'branch' | 'tags';
  /** The environment that it follows; null where it follows Git. */
  readonly promotedFrom: string | null;
  /** What ran when the stretch began, if it ever had a version. */
  readonly before: { readonly version: Version; readonly since: Instant } | null;
  /** What people said, as far as the ledger still has it. */
  readonly approvals: readonly GivenApproval[];
  /** Exceptions of people, as far as the ledger still has them and they count. */
  readonly overrides?: readonly Exception[];
};

export type Exception = Voice & { readonly commit: string };

/** Something that touches an environment. Handed over in the order of `at`, then of `position`. */
export type ReplayedCommit = {
  readonly environment: string;
  readonly at: Instant;
  /** Its place in history; the same commit has the same place in every environment. */
  readonly position: number;
  readonly version: Version;
  /** Null for a tag, which changes nothing by itself. */
  readonly change: CommitChange | null;
};

export type Decision = {
  readonly at: Instant;
  readonly environment: string;
  readonly version: Version;
  /** As it was first judged. */
  readonly status: Judged['status'];
  readonly until: Instant | null;
  readonly rules: readonly JudgedRule[];
  readonly outcome: 'at-once' | 'later' | 'superseded' | 'refused' | 'waiting';
  readonly wentAt: Instant | null;
  readonly supersededBy: Version | null;
  /** `policy/rule` names of what it needed of people, and was taken to get at once. */
  readonly needed: readonly string[];
};

export type Pending = {
  readonly at: Instant;
  readonly position: number;
  readonly version: Version;
  readonly change: Change | null;
  first: Judged | null;
  last: Judged | null;
  wakeAt: Instant | null;
  decision: Decision | null;
};

/** Where contents of an environment ran: since when, and until when; null while they never did, or still do. */
type Place = { readonly position: number; since: Instant | null; until: Instant | null };

export type Lane = {
  readonly of: ReplayedEnvironment;
  readonly judge: Judge;
  readonly soaksIn: readonly string[];
  readonly startsMax: number;
  current: { readonly version: Version; readonly since: Instant; readonly position: number } | null;
  sum: ChangeSum;
  /** Of what comes by tags: commits that no tag which went has taken yet. */
  touches: ReplayedCommit[];
  readonly places: Place[];
  starts: readonly { readonly run: string; readonly at: Instant }[];
  runs: number;
  /** Commits that what it follows has not run yet. */
  held: ReplayedCommit[];
  waiting: Pending[];
};

export function makeLane(of: ReplayedEnvironment): Lane {
  const rules = of.policies.flatMap((policy) => policy.rules);
  const { before } = of;
  return {
    of,
    judge: makeJudge(of.policies),
    soaksIn: needsOfRules(rules).soaks,
    // A limit that is used up does not care how much more there was.
    startsMax: Math.max(1, ...rules.flatMap((rule) => (rule.type === 'limit' ? [rule.runsMax] : []))),
    current: before === null ? null : { ...before, position: BEFORE },
    sum: new ChangeSum(),
    touches: [],
    places: before === null ? [] : [{ position: BEFORE, since: before.since, until: null }],
    starts: [],
    runs: 0,
    held: [],
    waiting: [],
  };
}

/** The place of what ran before the stretch. */
const BEFORE = -1;

/** The last at or before a position; places are in order. */
export function lastAt(places: readonly Place[], position: number): Place | null {
  return places[indexAfter(places, position) - 1] ?? null;
}

/** Of the first that lies behind a position. */
export function indexAfter(places: readonly Place[], position: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.position ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
