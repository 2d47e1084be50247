// What `tidegate doctor` found out about the world, as values: this machine, the remote, the host of the ledger, a
// person's key. Found and not judged; null and the second kind of each mean that it could not be known.

import type { Signed } from './policy-facts.ts';

export type MachineFindings = {
  /** `26.1.0` */
  readonly node: string;
  /** The release of the time zone data that windows are computed by: `2026b`. Left out where Node does not tell. */
  readonly zones?: string | undefined;
  readonly state: {
    readonly path: string;
    /** What the system said when something was written there; null where it could be. */
    readonly refusal: string | null;
    /** Null where the file system does not tell. */
    readonly bytesFree: number | null;
    readonly inodesFree: number | null;
    /** The process of the controller that works there. */
    readonly heldBy: number | null;
  };
};

export type Reached =
  | { readonly type: 'reached'; readonly tookMs: number; readonly clockSkewMs: number | null; readonly shown: string }
  | { readonly type: 'failed'; readonly sentence: string; readonly hint: string };

export type LedgerHost = {
  /**
   * A push that sends nothing. `accepted`: the remote let it begin; what its rules say about refs it did not tell.
   */
  readonly push:
    | { readonly type: 'accepted' }
    | { readonly type: 'refused'; readonly sentence: string; readonly hint: string };
  /** A branch that stands where the folder of the ledgers has to be. */
  readonly blockedBy: string | null;
  /** Settings of a repository on this machine; null for one behind a server, which does not tell them. */
  readonly settings: {
    readonly folder: string;
    readonly denyNonFastForwards: boolean;
    readonly denyDeletes: boolean;
    /** `core.fsync` as set, or null. */
    readonly fsync: string | null;
  } | null;
};

export type SigningKeyFound =
  | { readonly type: 'signs'; readonly signed: Signed }
  | { readonly type: 'none' | 'silent'; readonly sentence: string; readonly hint: string };
