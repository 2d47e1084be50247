// The shapes that `--json` and the API print. They are a contract with people's scripts: fields may be added, never
// renamed or taken away. Instants are ISO 8601 in UTC.

import { formatInstant, type Instant } from '../base/instant.ts';
import type { Outcome, RunKind, StageOutcome, Trigger } from '../model/record.ts';
import type { Notice, Status } from '../model/verdict.ts';
import type { Version } from '../model/version.ts';

export type InstantJson = string;
export type VersionJson = { readonly commit: string; readonly tag: string | null };
export type Condition = 'Ready' | 'Reconciling' | 'Stalled';
/** Why only a person can go on. Words may be added. */
export type StallReason =
  | 'LedgerDamaged'
  | 'GatesUnknown'
  | 'ConfigurationBroken'
  | 'RollbackFailed'
  | 'FirstDeploymentFailed'
  | 'DeploymentFailed'
  | 'HeldBack'
  | 'Quarantined'
  | 'HistoryRewritten'
  | 'TagMoved'
  | 'VersionBroken';

export type ProblemJson = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string;
};

export type EnvironmentJson = {
  readonly name: string;
  readonly condition: Condition;
  /** One of `StallReason` where Stalled, else the sentence. */
  readonly reason: string;
  readonly sentence: string;
  readonly current: VersionJson | null;
  readonly candidate: VersionJson | null;
  readonly waiting: {
    readonly until: InstantJson | null;
    readonly for: readonly string[];
    readonly sentence: string;
  } | null;
  readonly run: string | null;
  readonly suspended: boolean;
  readonly quarantine: readonly VersionJson[];
  /** Ids of exceptions that a post-mortem is due for. */
  readonly postmortemsDue: readonly string[];
  /**
   * What was changed in the gates and is not accepted, in one sentence; null where the head says what is in force.
   */
  readonly gates: string | null;
};

export type StatusJson = {
  readonly environments: readonly EnvironmentJson[];
  /** What concerns all of them; absent where nothing does. */
  readonly warnings?: readonly string[];
};

export type RuleJson = {
  readonly policy: string;
  readonly rule: string;
  readonly status: Status;
  readonly sentence: string;
  readonly until: InstantJson | null;
  readonly overridden: boolean;
  /** People and teams whose emergency lifts it. */
  readonly overridableBy: readonly string[];
  /** With `--verbose`: what was said of other versions. */
  readonly aside?: readonly string[];
};

/** Somebody is to be told: now where it is due, else at `at`. */
export type NoticeJson = {
  readonly kind: Notice['kind'];
  readonly at: InstantJson;
  readonly to: readonly string[];
  readonly sentence: string;
};

export type WhyJson = {
  readonly environment: string;
  /** Null only where nothing runs and nothing is offered. */
  readonly version: VersionJson | null;
  readonly at: InstantJson;
  readonly status: Status;
  readonly until: InstantJson | null;
  readonly sentence: string;
  readonly rules: readonly RuleJson[];
  /** Who is to be told what now, in the order asked. */
  readonly notices: readonly NoticeJson[];
};

/** `why --gates`. */
export type GatesJson = {
  readonly environment: string;
  readonly at: InstantJson;
  readonly sentence: string;
  /** Null before the first acceptance. */
  readonly inForce: {
    readonly serial: number;
    readonly digest: string;
    readonly from: string;
    readonly at: InstantJson;
    readonly on: string;
    /** Ids of the records that it rests on. */
    readonly words: readonly string[];
    readonly says: readonly string[];
  } | null;
  /** Null where the head says what is in force. */
  readonly pending: {
    readonly kind: 'first' | 'upgrade' | 'change' | 'removal';
    /** A word on this change names the serial and the digest. */
    readonly serial: number;
    readonly digest: string;
    readonly from: string;
    readonly differences: readonly string[];
    readonly accepting: boolean;
    readonly setAside: boolean;
    readonly sentence: string;
    readonly missing: readonly string[];
    readonly approvedBy: readonly string[];
    readonly rejectedBy: readonly string[];
    readonly ignored: readonly string[];
    readonly made: { readonly commit: string; readonly by: string; readonly at: InstantJson } | null;
    readonly says: readonly string[];
  } | null;
};

export type WhenJson = {
  readonly version: VersionJson;
  readonly at: InstantJson;
  readonly environments: readonly {
    readonly name: string;
    /** Null where people or the world have to act first, or where no time is early enough. */
    readonly earliest: InstantJson | null;
    /** `policy/rule` names of what is in the way now. */
    readonly blockedBy: readonly string[];
    /** People and teams who may lift that, or whose approval it waits for. */
    readonly overridableBy: readonly string[];
    readonly sentence: string;
    /** It runs there already; `earliest` is since when. */
    readonly live: boolean;
    /** The earliest as far as time alone goes; null where waiting would not help. */
    readonly notBefore: InstantJson | null;
    /** `policy/rule` names of what time does not clear. */
    readonly needs: readonly string[];
    /** The environment that has to run it first. */
    readonly after: string | null;
    readonly rules: readonly RuleJson[];
  }[];
};

export type DecisionJson = {
  readonly at: InstantJson;
  readonly environment: string;
  readonly version: VersionJson;
  /** As it was judged when it came. */
  readonly status: Status;
  readonly until: InstantJson | null;
  /** `assumed`: it could not be judged, and counts as given. */
  readonly rules: readonly (Omit<RuleJson, 'overridableBy'> & { readonly assumed: boolean })[];
  readonly outcome: 'at-once' | 'later' | 'superseded' | 'refused' | 'waiting';
  readonly wentAt: InstantJson | null;
  readonly waitedMs: number | null;
  readonly supersededBy: VersionJson | null;
  /** `policy/rule` names of what it needed of people, and was taken to get at once. */
  readonly needed: readonly string[];
};

type SimulatedJson = {
  /** By status when they came. */
  readonly allowed: number;
  readonly waiting: number;
  readonly denied: number;
  readonly versions: number;
  readonly wentAtOnce: number;
  readonly wentLater: number;
  readonly superseded: number;
  readonly refused: number;
  readonly stillWaiting: number;
  /** Milliseconds, of those that went later. */
  readonly waited: { readonly total: number; readonly median: number; readonly longest: number };
  readonly byRule: Readonly<Record<string, { readonly waiting: number; readonly denied: number }>>;
  readonly refusals: readonly { readonly rule: string; readonly count: number; readonly sentence: string }[];
  readonly needed: Readonly<Record<string, number>>;
  readonly assumed: Readonly<Record<string, number>>;
};

export type SimulateJson = {
  readonly from: InstantJson;
  readonly to: InstantJson;
  readonly decisions: readonly DecisionJson[];
  readonly summary: SimulatedJson;
  readonly environments: readonly ({ readonly name: string } & SimulatedJson)[];
  /** Whose policies were asked. */
  readonly policies: { readonly branch: string; readonly commit: string };
  readonly notes: readonly string[];
};

type SpreadJson = {
  /** Milliseconds; null where nothing is known. */
  readonly median: number | null;
  readonly longest: number | null;
  /** How many runs it rests on. */
  readonly of: number;
};

export type StatsJson = {
  readonly from: InstantJson;
  readonly to: InstantJson;
  readonly environments: readonly {
    readonly name: string;
    /** Opened in that stretch. */
    readonly runs: number;
    readonly kinds: Readonly<Record<RunKind, number>>;
    readonly outcomes: Readonly<Record<Outcome | 'open', number>>;
    readonly rollbacks: { readonly automatic: number; readonly requested: number; readonly reverts: number };
    readonly emergencies: number;
    /** How many runs an override lifted each rule for. */
    readonly lifted: Readonly<Record<string, number>>;
    /** Those that nobody has closed yet. */
    readonly postmortemsDue: readonly {
      readonly id: string;
      readonly run: string;
      readonly sentence: string;
      readonly at: InstantJson;
    }[];
    readonly waitedMs: SpreadJson;
    readonly leadMs: SpreadJson;
    readonly tookMs: SpreadJson;
    readonly restoredMs: SpreadJson;
    readonly failureRate: number | null;
    readonly perWeek: number;
  }[];
};

export type CalendarJson = {
  /** Days of the repository's zone; those of an environment are its own. */
  readonly from: InstantJson;
  readonly to: InstantJson;
  readonly environments: readonly {
    readonly name: string;
    readonly timezone: string;
    readonly from: InstantJson;
    readonly to: InstantJson;
    /** When all windows and trains are open together. */
    readonly open: readonly { readonly from: InstantJson; readonly to: InstantJson }[];
    readonly events: readonly {
      readonly kind: 'freeze' | 'holiday' | 'closed' | 'maintenance' | 'departure' | 'work' | 'suspended';
      readonly at: InstantJson;
      /** Null where it has no end. */
      readonly until: InstantJson | null;
      readonly policy: string | null;
      readonly name: string;
      readonly noticeAt: InstantJson | null;
      /** What else is closed all the while, so that it does not take place; null where nothing is. */
      readonly held: string | null;
      readonly sentence: string;
    }[];
  }[];
};

export type TestJson = {
  readonly tests: readonly {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly passed: boolean;
    readonly status: Status;
    readonly until: InstantJson | null;
    /** Empty where it passed. */
    readonly failures: readonly { readonly what: string; readonly expected: string; readonly got: string }[];
    readonly rules: readonly Omit<RuleJson, 'overridableBy'>[];
  }[];
  readonly summary: { readonly passed: number; readonly failed: number };
};

export type StageJson = {
  readonly name: string;
  readonly outcome: StageOutcome | null;
  readonly skipped: boolean;
  readonly attempts: number;
  readonly startedAt: InstantJson | null;
  readonly endedAt: InstantJson | null;
};

export type RunJson = {
  readonly id: string;
  readonly environment: string;
  readonly version: VersionJson;
  readonly previous: VersionJson | null;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly emergency: boolean;
  /** `policy/rule` names of what overrides lifted. */
  readonly lifted: readonly string[];
  readonly reason: string | null;
  readonly by: string | null;
  readonly outcome: Outcome | null;
  readonly sentence: string | null;
  readonly openedAt: InstantJson;
  readonly startedAt: InstantJson | null;
  readonly endedAt: InstantJson | null;
  readonly stages: readonly StageJson[];
};

export type HistoryJson = { readonly runs: readonly RunJson[] };

export type PlanJson = {
  readonly at: InstantJson;
  readonly append: readonly { readonly environment: string; readonly type: string; readonly sentence: string }[];
  readonly effects: readonly { readonly environment: string; readonly type: string; readonly sentence: string }[];
  readonly because: readonly { readonly environment: string; readonly sentence: string }[];
  /** Who is to be told what now. */
  readonly notices: readonly ({ readonly environment: string } & NoticeJson)[];
  readonly wakeAt: InstantJson | null;
};

export type VerifyJson = {
  readonly refs: number;
  readonly commits: number;
  readonly records: number;
  readonly problems: readonly { readonly ref: string; readonly commit: string; readonly message: string }[];
};

export type CheckedJson = {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'unknown';
  readonly sentence: string;
  /** What to do; empty only where it is `ok`. */
  readonly hint: string;
};

export type DoctorJson = { readonly checks: readonly CheckedJson[] };

export function versionJson(version: Version): VersionJson {
  return { commit: version.commit, tag: version.tag };
}

export function versionJsonOrNull(version: Version | null): VersionJson | null {
  return version === null ? null : versionJson(version);
}

export function instantJson(at: Instant): InstantJson {
  return formatInstant(at);
}

export function instantJsonOrNull(at: Instant | null): InstantJson | null {
  return at === null ? null : formatInstant(at);
}
