// A repository's history replayed against policies: each version is judged at the moment it came, waits as it would
// have waited, and goes, is superseded or is refused. Runs are taken to begin at once and to go well; what they leave
// behind (starts, soaks, promotions) is what later versions meet. Pure: commits in, decisions out, in the order of
// time.

import type { Instant } from '../base/instant.ts';
import {
  type Change,
  type CheckResult,
  type Directory,
  type Holidays,
  NO_EVIDENCE,
  type PolicyFacts,
  type Soaked,
} from '../model/policy-facts.ts';
import { runId } from '../model/run-id.ts';
import type { Version } from '../model/version.ts';
import { type Lifting, liftingOf } from '../policy/lifting.ts';
import { isHigherTag } from '../reconcile/offers.ts';
import { ChangeSum, type CommitChange } from './simulate-change.ts';
import { type Judged, untilOf } from './simulate-judge.ts';
import {
  type Decision,
  type Exception,
  indexAfter,
  type Lane,
  lastAt,
  makeLane,
  type Pending,
  type ReplayedCommit,
  type ReplayedEnvironment,
} from './simulate-lane.ts';

type ReplaySettings = {
  /** Each after those that it follows. */
  readonly environments: readonly ReplayedEnvironment[];
  readonly directory: Directory;
  readonly signaturesRequired: boolean;
  readonly holidays: Holidays;
  readonly checksOf: (commit: string) => readonly CheckResult[];
};

export class Replay {
  readonly #settings: ReplaySettings;
  readonly #each: (decision: Decision) => void;
  readonly #lanes: readonly Lane[];
  readonly #byName: ReadonlyMap<string, Lane>;
  /** In the order they came; told in that order, as soon as what becomes of them is known. */
  readonly #untold: Pending[] = [];

  constructor(settings: ReplaySettings, each: (decision: Decision) => void) {
    this.#settings = settings;
    this.#each = each;
    this.#lanes = settings.environments.map(makeLane);
    this.#byName = new Map(this.#lanes.map((lane) => [lane.of.name, lane]));
  }

  take(commit: ReplayedCommit): void {
    this.#goOn(commit.at);
    const lane = this.#byName.get(commit.environment);
    if (lane === undefined) return;
    const isTag = commit.change === null;
    if (lane.of.promotedFrom !== null) {
      lane.places.push({ position: commit.position, since: null, until: null });
      lane.held.push(commit);
      this.#release(lane, commit.at);
    } else if (lane.of.comesBy === 'branch') {
      lane.places.push({ position: commit.position, since: null, until: null });
      if (commit.change !== null) this.#add(lane, [commit.change]);
      this.#offer(lane, commit, commit.at);
    } else if (isTag) {
      this.#offerTag(lane, commit);
    } else {
      lane.touches.push(commit);
    }
  }

  /** What still waits at the end of the stretch is told as such. */
  finish(to: Instant): void {
    this.#goOn(to);
    for (const lane of this.#lanes) for (const pending of lane.waiting) this.#settle(lane, pending, null, null);
    this.#tell();
  }

  /** Everything that time alone brings until then. */
  #goOn(to: Instant): void {
    for (;;) {
      let next: Lane | null = null;
      let at = to;
      for (const lane of this.#lanes) {
        const wakeAt = lane.waiting[0]?.wakeAt ?? null;
        if (wakeAt === null || wakeAt > at || (next !== null && wakeAt === at)) continue;
        next = lane;
        at = wakeAt;
      }
      if (next === null) return;
      this.#drive(next, at);
    }
  }

  #add(lane: Lane, changes: readonly CommitChange[]): void {
    if (lane.of.queue === 'all') lane.sum = new ChangeSum();
    for (const change of changes) lane.sum.add(change);
  }

  #offer(lane: Lane, { version, position }: ReplayedCommit, at: Instant): void {
    const isNewest = lane.of.queue === 'latest';
    const change = isNewest && lane.of.comesBy === 'branch' ? lane.sum.live : lane.sum.copy;
    const pending: Pending = { at, position, version, change, first: null, last: null, wakeAt: null, decision: null };
    this.#untold.push(pending);
    if (isNewest) {
      for (const older of lane.waiting) this.#settle(lane, older, null, version);
      lane.waiting = [];
    }
    lane.waiting.push(pending);
    if (lane.waiting[0] === pending) this.#drive(lane, at);
    else pending.first = pending.last = this.#judge(lane, pending, at);
    this.#tell();
  }

  /** A lower tag than what runs or waits is never offered; one without a change is only another name. */
  #offerTag(lane: Lane, commit: ReplayedCommit): void {
    const tag = commit.version.tag ?? '';
    const ahead = lane.waiting.at(-1);
    const newest = ahead?.version.tag ?? lane.current?.version.tag ?? null;
    if (newest !== null && !isHigherTag(tag, newest)) return;
    const from = lane.of.queue === 'all' && ahead !== undefined ? ahead.position : Number.NEGATIVE_INFINITY;
    const taken = lane.touches.filter(({ position }) => position > from && position <= commit.position);
    if (taken.length === 0 && lane.current !== null) {
      lane.current = { ...lane.current, version: commit.version };
      return;
    }
    lane.sum = new ChangeSum();
    for (const { change } of taken) if (change !== null) lane.sum.add(change);
    lane.places.push({ position: commit.position, since: null, until: null });
    this.#offer(lane, commit, commit.at);
  }

  /**
   * What the environment before it has run by now, newest first: the newest is offered, with all that came before it.
   */
  #release(lane: Lane, at: Instant): void {
    const source = this.#byName.get(lane.of.promotedFrom ?? '');
    const current = source?.current ?? null;
    if (source === undefined || current === null) return;
    // What comes after it and leaves the contents there alone has run there too; behind a tag, only the tag itself
    // has.
    const next = source.places[indexAfter(source.places, current.position)]?.position ?? Number.POSITIVE_INFINITY;
    const isReleased = ({ position }: ReplayedCommit) =>
      source.of.comesBy === 'tags' ? position <= current.position : position < next;
    const [oldest] = lane.held;
    if (oldest === undefined || !isReleased(oldest)) return;
    const released = lane.held.filter(isReleased);
    const newest = released.at(-1) ?? oldest;
    lane.held = lane.held.slice(released.length);
    this.#add(
      lane,
      released.flatMap(({ change }) => change ?? []),
    );
    const version = source.of.comesBy === 'tags' ? current.version : newest.version;
    this.#offer(lane, { ...newest, version }, at);
  }

  /** The version at the head of the line is asked about, and the next one once it has gone. */
  #drive(lane: Lane, at: Instant): void {
    for (;;) {
      const [head] = lane.waiting;
      if (head === undefined) return;
      const judged = this.#judge(lane, head, at);
      head.first ??= judged;
      head.last = judged;
      head.wakeAt = soonest([judged.wakeAt, ...exceptionsFor(lane, head.version).map((word) => word.at)], at);
      if (!judged.goes) return;
      this.#go(lane, head, at);
    }
  }

  #go(lane: Lane, pending: Pending, at: Instant): void {
    const { version, position } = pending;
    const left = lane.current === null ? null : lastAt(lane.places, lane.current.position);
    if (left !== null) left.until = at;
    const place = lastAt(lane.places, position);
    if (place !== null) place.since = at;
    lane.current = { version, since: at, position };
    lane.runs += 1;
    lane.starts = [{ run: runId(lane.of.name, lane.runs), at }, ...lane.starts].slice(0, lane.startsMax);
    if (lane.of.queue === 'latest') lane.sum = new ChangeSum();
    lane.touches = lane.touches.filter((commit) => commit.position > position);
    lane.waiting.shift();
    this.#settle(lane, pending, at, null);
    for (const other of this.#lanes) {
      if (other.of.promotedFrom === lane.of.name) this.#release(other, at);
      if (other !== lane && other.soaksIn.includes(lane.of.name)) this.#drive(other, at);
    }
  }

  #judge(lane: Lane, { version, position, change, at: offeredAt, first }: Pending, now: Instant): Judged {
    const { directory, signaturesRequired, holidays, checksOf } = this.#settings;
    const { approvals, name, comesBy, promotedFrom } = lane.of;
    const mine = approvals.filter((given) => given.version.commit === version.commit && given.at <= now);
    const facts: PolicyFacts = {
      now,
      environment: name,
      version,
      kind: 'deploy',
      trigger: promotedFrom !== null ? 'promotion' : comesBy === 'tags' ? 'tag' : 'commit',
      requestedBy: null,
      run: null,
      ...this.#lifting(lane, version, change, now),
      directory,
      signaturesRequired,
      evidence: {
        ...NO_EVIDENCE,
        // The plan of then is not made again: an approval is taken at its word for the commit that it names.
        planDigest: mine[0]?.planDigest ?? 'as it was then',
        change,
        soaks: Object.fromEntries(lane.soaksIn.map((other) => [other, this.#soaked(other, position)])),
        checks: checksOf(version.commit),
      },
      approvals: mine,
      offeredAt,
      current: lane.current,
      starts: lane.starts,
      holders: [],
      holidays,
    };
    const judged = lane.judge(facts);
    // Only what is told first is told with its `until`.
    return first === null ? { ...judged, until: untilOf(lane.judge, judged, facts) } : judged;
  }

  /** What people had overridden by then. */
  #lifting(lane: Lane, version: Version, change: Change | null, now: Instant): Lifting {
    const { directory } = this.#settings;
    const voices = exceptionsFor(lane, version).filter((word) => word.at <= now);
    if (voices.length === 0) return { lifted: [], liftedUntil: {}, halfLifted: {} };
    return liftingOf(lane.of.policies, voices, {
      now,
      directory,
      change,
    });
  }

  /** How the contents that the version has there have fared there. */
  #soaked(environment: string, position: number): Soaked {
    const places = this.#byName.get(environment)?.places ?? [];
    const place = lastAt(places, position);
    if (place === null || place.since === null) return { type: 'never' };
    if (place.until === null) return { type: 'healthy', since: place.since, soakedMs: 0 };
    return { type: 'healthy', since: null, soakedMs: place.until - place.since };
  }

  #settle(lane: Lane, pending: Pending, wentAt: Instant | null, supersededBy: Version | null): void {
    const { at, version, first, last } = pending;
    if (first === null || last === null) return;
    const { status, until, rules } = first;
    pending.decision = {
      at,
      environment: lane.of.name,
      version,
      status,
      until,
      rules,
      outcome: outcomeOf(at, wentAt, last, supersededBy),
      wentAt,
      supersededBy,
      needed: wentAt === null ? [] : last.needed,
    };
  }

  #tell(): void {
    let told = 0;
    for (const { decision } of this.#untold) {
      if (decision === null) break;
      this.#each(decision);
      told += 1;
    }
    if (told > 0) this.#untold.splice(0, told);
  }
}

function exceptionsFor({ of }: Lane, { commit }: Version): readonly Exception[] {
  return (of.overrides ?? []).filter((word) => word.commit === commit);
}

function soonest(instants: readonly (Instant | null)[], after: Instant): Instant | null {
  const later = instants.filter((at): at is Instant => at !== null && at > after);
  return later.length === 0 ? null : Math.min(...later);
}

function outcomeOf(
  at: Instant,
  wentAt: Instant | null,
  last: Judged,
  supersededBy: Version | null,
): Decision['outcome'] {
  if (wentAt !== null) return wentAt === at ? 'at-once' : 'later';
  if (last.status === 'denied' && last.wakeAt === null) return 'refused';
  return supersededBy === null ? 'waiting' : 'superseded';
}
