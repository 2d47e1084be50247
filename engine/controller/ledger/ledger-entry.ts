// One ledger ref as this process holds it: what the remote accepted, what is on its way there, and what both say
// together.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import { emptyTip } from '../../ledger/tip.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';
import type { RemoteTip } from './ledger-tips.ts';

export type LedgerEntry = {
  readonly environment: string;
  readonly ref: string;
  remote: RemoteTip;
  /** Accepted by nobody yet, in order; on local disk. */
  pending: LedgerRecord[];
  state: EnvironmentState;
  /** The epoch that this very process claimed, while it is in force. */
  claimedEpoch: number | null;
  /** When the tip was last seen to move, on the monotonic clock. */
  movedAtMs: number;
  /** When the last accepted push of ours began, and when it was acknowledged. */
  acceptedFromMs: number;
  acceptedAtMs: number;
  /** When the oldest pending record came. */
  pendingSinceMs: number | null;
  /** A push that nobody answered: how many of `pending` it carried, and the epoch it claimed. */
  doubt: {
    readonly oid: string;
    readonly records: number;
    readonly claim: number | null;
    /** When it was sent, from which the lease counts if it arrived, and when it was given up. */
    readonly startedMs: number;
    readonly sinceMs: number;
  } | null;
  /** A push of ours is on its way: what a look says of this ref meanwhile may be older or newer than what we know. */
  isPushing: boolean;
};

/**
 * Where a ledger stood when something was decided: how many records it had, and how often its lease had been renewed.
 */
export type Basis = { readonly seq: number; readonly renewal: number };

export function basisOf({ state, remote }: LedgerEntry): Basis {
  return { seq: state.seq, renewal: remote.tip.lease.renewal };
}

export function newEntry(environment: string, ref: string, state: EnvironmentState, nowMs: number): LedgerEntry {
  return {
    environment,
    ref,
    remote: { type: 'read', oid: null, tip: emptyTip(environment) },
    pending: [],
    state,
    claimedEpoch: null,
    movedAtMs: nowMs,
    acceptedFromMs: Number.NEGATIVE_INFINITY,
    acceptedAtMs: Number.NEGATIVE_INFINITY,
    pendingSinceMs: null,
    doubt: null,
    isPushing: false,
  };
}

/** Whether this very process speaks for the run that is open there. */
export function speaksFor(entry: LedgerEntry | undefined): boolean {
  const epoch = entry?.state.open.at(-1)?.lease?.epoch;
  return epoch !== undefined && epoch === entry?.claimedEpoch;
}
