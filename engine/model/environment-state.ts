// Where an environment stands: everything that its records say, folded. index.json in the ledger is this value, so
// that a start reads one small file; `tidegate verify` folds all records again and compares.

import type { Instant } from '../base/instant.ts';
import type { GatesInForce, GatesWord } from './gate-terms.ts';
import type { LedgerPlace } from './ledger-place.ts';
import type { CheckResult } from './policy-facts.ts';
import type { PromotionRequest, StoredProposal } from './promotion.ts';
import type { ReviewMark } from './proposal.ts';
import type { Answer, Outcome, RunKind, Trigger } from './record.ts';
import type { Run } from './run.ts';
import type { Contents, Version } from './version.ts';

/** The ledger of what concerns the whole repository is called so: no environment can be. */
export const REPOSITORY_LEDGER = '_all';

export type EnvironmentState = {
  readonly environment: string;
  /** How many records the ledger of this environment holds. */
  readonly seq: number;
  readonly epoch: number;
  /** How many runs were ever opened; the next one's number is this plus one. */
  readonly runs: number;
  /** What was accepted as deciding here; null before the first acceptance. */
  readonly gates: GatesInForce | null;
  /** What people said to changes that would follow these. */
  readonly gateWords: readonly GatesWord[];
  readonly current: Current | null;
  /** Newest result of each distinct content that ever ran here, newest first, bounded. */
  readonly contents: readonly KnownContents[];
  readonly quarantine: readonly Quarantined[];
  readonly tags: readonly SeenTag[];
  /** Tags that Tidegate wrote: they count also where they are not on the followed branch. */
  readonly writtenTags: readonly string[];
  readonly suspended: Suspended | null;
  readonly held: Held | null;
  /**
   * Branches that held a rollback and are of no more use: they are to be removed from the remote. Oldest first,
   * bounded.
   */
  readonly leftovers: readonly Leftover[];
  readonly stalled: { readonly sentence: string; readonly run: string; readonly at: Instant } | null;
  readonly requests: readonly PendingRequest[];
  readonly approvals: readonly StoredApproval[];
  readonly overrides: readonly StoredOverride[];
  /** Versions that were seen to wait, newest first, bounded. */
  readonly offered: readonly { readonly digest: string; readonly commit: string; readonly at: Instant }[];
  /** Deployments that began here, newest first, bounded. */
  readonly starts: readonly { readonly run: string; readonly at: Instant }[];
  /** Exceptions that a person still has to account for. */
  readonly postmortemsDue: readonly PostmortemDue[];
  /**
   * In the ledger of the whole repository only: results by commit, newest first, bounded; who took which lock last.
   */
  readonly checks: readonly StoredCheck[];
  readonly locks: readonly StoredLock[];
  /**
   * In the ledger of the whole repository only: whose each secret is. Never forgotten: one without an owner is
   * anybody's.
   */
  readonly secrets: readonly StoredSecret[];
  /**
   * In the ledger of the whole repository only: where the ledger is. Absent as long as it is where it is by default.
   */
  readonly place?: LedgerPlace;
  /** What is, and was, proposed here, newest first, bounded. Absent before the first. */
  readonly proposals?: readonly StoredProposal[];
  /** What a person asked to be proposed, until it is answered. Absent before the first. */
  readonly promotion?: PromotionRequest | null;
  /** Where its target was last claimed, and the mark that it leaves there; null before the first claim. */
  readonly target: ClaimedTarget | null;
  /** At most two: a run, and the rollback that answers its failure. In the order opened. */
  readonly open: readonly Run[];
  /** Newest runs that ended, newest first, bounded. */
  readonly newest: readonly RunSummary[];
  /** Ids of the newest events, to recognise one that was written in doubt. */
  readonly events: readonly string[];
  /** Of the newest record that a controller made by a real clock; a person's says nothing about the time. */
  readonly lastAt: Instant | null;
  readonly lastBy: string | null;
  /**
   * The release of the time zone data that the one who last began a run, or took one over, computes by; absent before
   * it was told.
   */
  readonly zones?: string;
};

export type Current = {
  readonly version: Version;
  readonly contents: Contents;
  readonly run: string;
  readonly trigger: Trigger;
  /** The commit whose gates let it in. */
  readonly config: string;
  readonly since: Instant;
  /**
   * What people went away from since `follow` last brought a version, newest first, bounded: neither it nor what is
   * older is offered again by itself, or the request would undo itself.
   */
  readonly left: readonly Left[];
};

export type Left = { readonly version: Version; readonly digest: string };

export type KnownContents = {
  readonly digest: string;
  readonly version: Version;
  readonly run: string;
  readonly outcome: Outcome;
  readonly inputs: Readonly<Record<string, string | null>>;
  /** Since when they run here, and well; null while they do not. */
  readonly healthySince: Instant | null;
  /** How long they did before, since they last failed. */
  readonly healthyMs: number;
};

export type Quarantined = {
  readonly digest: string;
  readonly version: Version;
  readonly run: string;
  readonly sentence: string;
  readonly at: Instant;
};

export type SeenTag = { readonly tag: string; readonly oid: string; readonly commit: string };

export type Held = {
  readonly run: string;
  /** The branch to merge (null where the remote took none), and the branch it is to be merged into. */
  readonly branch: string | null;
  readonly into: string;
  /** Where that stood then: what came after it may be a fix. Absent in what earlier versions wrote. */
  readonly tip?: string;
  readonly commit: string;
  readonly badDigest: string;
  readonly goodDigest: string;
  readonly sentence: string;
  readonly at: Instant;
};

export type Leftover = { readonly branch: string; readonly commit: string };

export type Suspended = {
  readonly by: string;
  readonly reason: string;
  readonly at: Instant;
  readonly until: Instant | null;
};

/** What a person said to a version. Oldest first in the state; the last word of a person counts. */
export type StoredApproval = {
  readonly id: string;
  readonly by: string;
  readonly answer: Answer;
  readonly version: Version;
  readonly planDigest: string | null;
  readonly reason: string;
  readonly at: Instant;
  readonly tag: { readonly name: string; readonly oid: string } | null;
  /** Of a tag: whose signature it carried when it was first seen. */
  readonly signedBy?: string;
  readonly signature?: string;
  /** Where it was given as a review on a forge. */
  readonly review?: StoredReview;
};

export type StoredReview = ReviewMark & {
  /** Of what would be done by what was reviewed, by whichever commit. */
  readonly digest: string;
  /** Who made what was reviewed; absent where nobody can tell. */
  readonly authors?: readonly string[];
};

export type StoredOverride = {
  readonly id: string;
  readonly by: string;
  readonly version: Version;
  readonly rules: readonly string[];
  readonly reason: string;
  readonly at: Instant;
  readonly until: Instant | null;
  readonly signature?: string;
};

export type PostmortemDue = {
  readonly id: string;
  readonly run: string;
  readonly sentence: string;
  readonly at: Instant;
};

export type StoredCheck = CheckResult & { readonly commit: string };

export type StoredLock = { readonly lock: string; readonly environment: string; readonly run: string };

/** `granted`: by the operator, who may name several environments; else the first that a granted run named it in. */
export type StoredSecret = {
  readonly secret: string;
  readonly environment: string;
  readonly run: string;
  readonly because: 'first' | 'granted';
};

export type ClaimedTarget = { readonly place: string; readonly mark: string };

export type PendingRequest = {
  readonly id: string;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  readonly signature?: string;
} & (
  | { readonly type: 'deploy'; readonly version: Version; readonly emergency: boolean; readonly skipTests: boolean }
  | { readonly type: 'rollback'; readonly to: Version | null }
);

export type RunSummary = {
  readonly id: string;
  readonly version: Version;
  readonly digest: string;
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly cause: string | null;
  readonly outcome: Outcome;
  readonly sentence: string;
  readonly openedAt: Instant;
  readonly endedAt: Instant;
};

export function emptyState(environment: string): EnvironmentState {
  return {
    environment,
    seq: 0,
    epoch: 0,
    runs: 0,
    gates: null,
    gateWords: [],
    current: null,
    contents: [],
    quarantine: [],
    tags: [],
    writtenTags: [],
    suspended: null,
    held: null,
    leftovers: [],
    stalled: null,
    requests: [],
    approvals: [],
    overrides: [],
    offered: [],
    starts: [],
    postmortemsDue: [],
    checks: [],
    locks: [],
    secrets: [],
    target: null,
    open: [],
    newest: [],
    events: [],
    lastAt: null,
    lastBy: null,
  };
}

/** The last run with these contents Succeeded, and they are not in quarantine. */
export function isKnownGood(state: EnvironmentState, digest: string): boolean {
  return (
    state.contents.some((known) => known.digest === digest && known.outcome === 'Succeeded') &&
    !state.quarantine.some((entry) => entry.digest === digest)
  );
}
