// What a pull request would do if it were merged now: in which environments, when, through which gates, and how back.
// It is asked of the observation in which the merge has happened, by the functions that decide.

import type { Instant } from '../base/instant.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Version } from '../model/version.ts';
import { type GatesPending, gatesPending } from '../reconcile/gates-pending.ts';
import type { Leaf } from './leaves.ts';
import { type When, whenOf } from './when.ts';
import { whyOf } from './why.ts';

/** A commit that comes with the branch. */
export type Carried = { readonly commit: string; readonly author: string; readonly subject: string };

/** A merge that was made in the local copy alone. */
export type MergedAhead = {
  /** Short names. */
  readonly branch: string;
  readonly onto: string;
  /** Commits: of the branch, of what it would be merged into, and of the merge. */
  readonly head: string;
  readonly base: string;
  readonly merged: string;
  readonly before: Observed;
  /** As it would be observed, were it merged. */
  readonly after: Observed;
  /** Files that the branch changes; null where there are too many. */
  readonly paths: readonly string[] | null;
  /** Newest first; null where there are too many to tell. */
  readonly carried: readonly Carried[] | null;
  /** Unified diff of the inputs, by environment; '' where nothing differs. */
  readonly changes: ReadonlyMap<string, string>;
  /** What the branch's gates would have made of the last days, by environment; only where they differ. */
  readonly replays: ReadonlyMap<string, GatesReplay>;
};

export type BranchPlan = {
  readonly branch: string;
  readonly onto: string;
  readonly head: string;
  readonly base: string;
  readonly now: Instant;
  readonly carried: readonly Carried[] | null;
  /** All environments, sorted. */
  readonly known: readonly string[];
  /** Only those in which something would be different, sorted by name. */
  readonly environments: readonly EnvironmentPlan[];
};

/**
 * What merging does there: runs at once, when time allows it, when people allow it, only by a tag or a promotion,
 * never as it is, or nothing but a change of its gates, or nothing because its configuration is broken.
 */
export type MergeEffect =
  | 'at-once'
  | 'later'
  | 'needs-people'
  | 'by-tag'
  | 'by-promotion'
  | 'refused'
  | 'gates-only'
  | 'removed'
  | 'broken';

/** A change of gates that merging would bring. */
export type GatesAhead = {
  readonly kind: GatesPending['kind'];
  readonly differences: readonly string[];
  /** People and teams whose word would be missing; empty where it would be accepted at once. */
  readonly missing: readonly string[];
  /** Why it would be accepted at once; null where it would wait. */
  readonly because: string | null;
  readonly waits: string;
  /** What these gates would have made of the last days; null where that was not asked. */
  readonly replay: GatesReplay | null;
};

export type GatesReplay = {
  readonly days: number;
  readonly versions: number;
  readonly later: number;
  readonly refused: number;
};

export type EnvironmentPlan = {
  readonly name: string;
  readonly effect: MergeEffect;
  /** What `follow` names, as people say it: `the tags v*`. */
  readonly follows: string;
  /** What would run; null where no content differs. */
  readonly version: Version | null;
  /** What runs now; null for the first. */
  readonly current: Version | null;
  readonly when: When | null;
  readonly leaves: readonly Leaf[];
  readonly stages: readonly string[];
  /** What a failure goes back to; null where there is nothing. */
  readonly wayBack: Version | null;
  /** A failure goes back by itself. */
  readonly isAutomatic: boolean;
  /** The change of gates that merging makes wait for acceptance; null where it makes none. */
  readonly gates: GatesAhead | null;
  readonly changes: string;
};

export function branchPlanOf(ahead: MergedAhead, now: Instant, timezone: string): BranchPlan {
  const { branch, onto, head, base, carried, before } = ahead;
  const after = { ...ahead.after, environments: ahead.after.environments.map((each) => asAccepted(each, now)) };
  const names = [...new Set([...before.environments, ...after.environments].map(({ name }) => name))].sort();
  const environments = names.flatMap(
    (name) => environmentPlan(name, { ...ahead, after }, ahead.after, now, timezone) ?? [],
  );
  return { branch, onto, head, base, now, carried, known: names, environments };
}

/** Gates that the next look accepts by itself are in the way of nothing. */
function asAccepted(environment: ObservedEnvironment, now: Instant): ObservedEnvironment {
  const pending = gatesPending(environment, now);
  if (pending === null || pending.accepting === null) return environment;
  const { serial, digest, from, after: terms } = pending;
  const { on, words } = pending.accepting;
  const gates = { serial: serial + 1, digest, from, at: now, on, words, terms };
  const { ledger } = environment;
  return { ...environment, ledger: { ...ledger, state: { ...ledger.state, gates, gateWords: [] } } };
}

/** `arrived`: as it is observed before the next look accepts anything. */
function environmentPlan(
  name: string,
  ahead: MergedAhead,
  arrived: Observed,
  now: Instant,
  timezone: string,
): EnvironmentPlan | null {
  const before = ahead.before.environments.find((each) => each.name === name);
  const after = ahead.after.environments.find((each) => each.name === name);
  if (after === undefined) return null;
  const isChanged = digestAt(before, ahead.base) !== digestAt(after, ahead.merged);
  const gates = gatesAhead(before, arrived.environments.find((each) => each.name === name) ?? after, ahead, now);
  if (!isChanged && gates === null) return null;
  const { current } = after.ledger.state;
  const common = {
    name,
    follows: followsOf(after, ahead.onto),
    current: current?.version ?? null,
    stages: after.gates?.stages.map((stage) => stage.name) ?? [],
    wayBack: current?.version ?? null,
    isAutomatic: false,
    gates,
    changes: ahead.changes.get(name) ?? '',
  };
  if (after.gates === null && after.gatesChange.isRemoved) {
    return { ...common, effect: 'removed', version: null, when: null, leaves: [] };
  }
  if (after.gates === null) return { ...common, effect: 'broken', version: null, when: null, leaves: [] };
  if (!isChanged) return { ...common, effect: 'gates-only', version: null, when: null, leaves: [] };
  const version = offeredBy(after, ahead.merged);
  const when = whenOf(ahead.after, now, version, timezone).find((each) => each.name === name) ?? null;
  const { leaves } = whyOf(after, ahead.after, now, version);
  const config = after.versions.get(version.commit);
  const isAutomatic = config?.type === 'read' && config.pipeline.onFailure === 'rollback';
  return { ...common, effect: effectOf(after, when, now), version, when, leaves, isAutomatic };
}

function effectOf({ gates }: ObservedEnvironment, when: When | null, now: Instant): MergeEffect {
  const follow = gates?.environment.follow.type;
  if (follow === 'tags') return 'by-tag';
  if (follow === 'promoted') return 'by-promotion';
  if (when === null) return 'refused';
  if (when.isLive || (when.earliest !== null && when.earliest <= now)) return 'at-once';
  if (when.earliest !== null) return 'later';
  return when.notBefore === null ? 'refused' : 'needs-people';
}

function followsOf({ gates }: ObservedEnvironment, onto: string): string {
  const follow = gates?.environment.follow;
  switch (follow?.type) {
    case undefined:
      return 'Git';
    case 'branch':
      return follow.branch ?? onto;
    case 'tags':
      return `the tags ${follow.pattern}`;
    case 'promoted':
      return follow.from;
  }
}

/** The offer with these contents where `follow` brings it, else the merge itself. */
function offeredBy(after: ObservedEnvironment, merged: string): Version {
  const digest = digestAt(after, merged);
  const offer = after.offers.find(({ contents }) => contents.digest === digest);
  return offer?.version ?? { commit: merged, tag: null };
}

function digestAt(environment: ObservedEnvironment | undefined, commit: string): string | null {
  return environment?.contents.get(commit)?.digest ?? null;
}

/** Null where merging brings no change of gates that does not wait already. */
function gatesAhead(
  before: ObservedEnvironment | undefined,
  after: ObservedEnvironment,
  { replays }: MergedAhead,
  now: Instant,
): GatesAhead | null {
  const pending = gatesPending(after, now);
  if (pending === null || pending.kind === 'upgrade') return null;
  const earlier = before === undefined ? null : gatesPending(before, now);
  const isNews = earlier?.digest !== pending.digest && pending.differences.length > 0;
  if (!isNews) return null;
  const { kind, differences, missing, accepting, waits } = pending;
  const because = accepting?.because ?? null;
  return { kind, differences, missing, because, waits, replay: replays.get(after.name) ?? null };
}
