// What is done to the world outside the ledger and the jobs. Each has one life: its intent is recorded, it is
// performed, what became of it is recorded. A new kind adds a line to the table; docs/outside-effects.md says what
// else.

import type { Instant } from '../base/instant.ts';
import type { ProposalIntent } from './promotion.ts';
import type { Version } from './version.ts';

/** By kind: all that decides what is done, and what may become of it. */
export type OutsideEffects = {
  'write-back': { readonly payload: WriteBackPayload; readonly result: WriteBackResult };
  'remove-branch': { readonly payload: RemoveBranchPayload; readonly result: RemoveBranchResult };
  'promote-branch': { readonly payload: PromotePayload; readonly result: PromoteResult };
  'merge-proposal': { readonly payload: MergeProposalPayload; readonly result: MergeProposalResult };
};

export type OutsideKind = keyof OutsideEffects;

/** Kinds whose intent and end are records of a run. The others have records of their own: docs/outside-effects.md. */
export type RecordedPayloads = { 'write-back': WriteBackIntent };

export type RecordedKind = keyof RecordedPayloads;

export type OutsideEffect<Kind extends OutsideKind = OutsideKind> = {
  [One in Kind]: {
    readonly type: 'outside';
    /** Derived from what it is about, so that it is known again by any controller in any life. */
    readonly id: string;
    readonly kind: One;
    readonly environment: string;
    /** The run under whose lease it is done; null where it needs none. */
    readonly run: string | null;
    readonly payload: OutsideEffects[One]['payload'];
  };
}[Kind];

/** What became of one that this process has performed. */
export type EndedEffect<Kind extends OutsideKind = OutsideKind> = {
  [One in Kind]: {
    readonly kind: One;
    readonly run: string | null;
    readonly result: OutsideEffects[One]['result'];
  };
}[Kind];

/** The restoring commit is a pure function of this. */
export type WriteBackPayload = WriteBackIntent & { readonly reason: string; readonly intendedAt: Instant };

/** As it is recorded: the reason is the run's, the instant the record's. */
export type WriteBackIntent = {
  readonly branch: string;
  /** The version whose inputs are replaced: it is the parent of the restoring commit. */
  readonly from: Version;
  /** The version whose inputs come back. */
  readonly to: Version;
  readonly paths: readonly string[];
  readonly tag: string | null;
  /** Null where it may go straight to the branch, else why it may not. */
  readonly onlyBranch: string | null;
};

export type WriteBackResult = {
  readonly result: 'merged' | 'held' | 'unneeded';
  /** The restoring commit. */
  readonly commit: string | null;
  readonly tag: string | null;
  /** The branch that holds it, when it could not enter the followed one. */
  readonly branch: string | null;
  readonly sentence: string;
  /** Where it is held: where the followed branch stood then. Absent in what earlier versions wrote. */
  readonly tip?: string;
};

/** `commit`: where it must still be, or it has become somebody else's. */
export type RemoveBranchPayload = { readonly branch: string; readonly commit: string };

export type RemoveBranchResult =
  /** Removed, or not where it was: the next look tells which. */
  | { readonly result: 'over' }
  /** The remote does not let it be removed, in its words. */
  | { readonly result: 'kept'; readonly sentence: string };

/** The commit of a proposal is a pure function of this. */
export type PromotePayload = ProposalIntent & { readonly intendedAt: Instant };

export type PromoteResult = {
  /**
   * `taken`: somebody else's branch has the name. `gone`: what it would be made of is no longer in the repository.
   */
  readonly result: 'opened' | 'refused' | 'taken' | 'gone';
  readonly commit: string | null;
  readonly sentence: string;
};

/** `intended`: so that nothing but the very commit that we would make is ever merged by us. */
export type MergeProposalPayload = { readonly intended: PromotePayload; readonly mergedAt: Instant };

export type MergeProposalResult = {
  /** `queued`: the forge merges it by itself, when its queue or its rules let it. */
  readonly result: 'merged' | 'queued' | 'moved' | 'conflict' | 'refused';
  readonly sentence: string;
};

export function writeBackId(run: string): string {
  return `${run}/write-back`;
}

export function removeBranchId(branch: string): string {
  return `remove-branch/${branch}`;
}
