// One ledger ref as one process holds it: what the remote accepted, what is on its way there, and what both say
// together. A value: `step` makes the next one, and only the shell's ledger keeps the newest.

import type { EnvironmentState } from '../model/environment-state.ts';
import type { LedgerRecord } from './records/table.ts';
import { emptyTip, type Tip } from './tip.ts';

export type RemoteTip =
  | { readonly type: 'read'; readonly oid: string | null; readonly tip: Tip }
  | { readonly type: 'damaged'; readonly oid: string | null; readonly sentence: string; readonly tip: Tip };

export type LedgerEntry = {
  readonly environment: string;
  readonly ref: string;
  readonly remote: RemoteTip;
  /** Accepted by nobody yet, in order; on local disk. */
  readonly pending: readonly LedgerRecord[];
  readonly state: EnvironmentState;
  /** The epoch that this very process claimed, while it is in force. */
  readonly claimedEpoch: number | null;
  /** When the tip was last seen to move, on the monotonic clock. */
  readonly movedAtMs: number;
  /** When the last accepted push of ours began, and when it was acknowledged. */
  readonly acceptedFromMs: number;
  readonly acceptedAtMs: number;
  /** When the oldest pending record came. */
  readonly pendingSinceMs: number | null;
  readonly doubt: Doubt | null;
  /** A push of ours is on its way: what a look says of this ref meanwhile may be older or newer than what we know. */
  readonly isPushing: boolean;
};

/** A push that nobody answered: how many of `pending` it carried, and the epoch it claimed. */
export type Doubt = {
  readonly oid: string;
  readonly records: number;
  readonly claim: number | null;
  /** When it was sent, from which the lease counts if it arrived, and when it was given up. */
  readonly startedMs: number;
  readonly sinceMs: number;
};

/**
 * Where a ledger stood when something was decided: how many records it had, and how often its lease had been renewed.
 */
export type Basis = { readonly seq: number; readonly renewal: number };

export function basisOf({ state, remote }: LedgerEntry): Basis {
  return { seq: state.seq, renewal: remote.tip.lease.renewal };
}

/** Before anything was seen of it. */
export function newEntry(environment: string, ref: string, nowMs: number): LedgerEntry {
  const tip = emptyTip(environment);
  return {
    environment,
    ref,
    remote: { type: 'read', oid: null, tip },
    pending: [],
    state: tip.state,
    claimedEpoch: null,
    movedAtMs: nowMs,
    acceptedFromMs: Number.NEGATIVE_INFINITY,
    acceptedAtMs: Number.NEGATIVE_INFINITY,
    pendingSinceMs: null,
    doubt: null,
    isPushing: false,
  };
}

export function damagedTip(environment: string, oid: string | null, sentence: string): RemoteTip {
  return { type: 'damaged', oid, tip: emptyTip(environment), sentence };
}

/** Whether this very process speaks for the run that is open there. */
export function speaksFor(entry: LedgerEntry | undefined): boolean {
  const epoch = entry?.state.open.at(-1)?.lease?.epoch;
  return epoch !== undefined && epoch === entry?.claimedEpoch;
}

/** Nothing can be pushed there before a person, or a look, has cleared it up. */
export function cannotPush({ remote, doubt }: LedgerEntry): boolean {
  return remote.type === 'damaged' || doubt !== null;
}

/** What we know comes from a push of ours that the look may not have seen, or may have seen half-way. */
export function isNewer(entry: LedgerEntry, lookedAtMs: number): boolean {
  const { isPushing, acceptedAtMs, doubt } = entry;
  return isPushing || acceptedAtMs > lookedAtMs || (doubt !== null && doubt.sinceMs > lookedAtMs);
}

/**
 * How long a job may take to end when its lease runs out; what is left of the lease is what a renewal must come
 * within.
 */
export function killGraceMs(expiresMs: number): number {
  return Math.min(5_000, Math.floor(expiresMs / 4));
}

/** So long a renewal serves: without another one, jobs are ended then. */
export function leaseLastsMs(expiresMs: number): number {
  return expiresMs - killGraceMs(expiresMs);
}

/** No renewal came in time: jobs were ended, and somebody else may hold the lease by now. */
export function hasLapsed({ acceptedFromMs }: LedgerEntry, nowMs: number, lastsMs: number): boolean {
  return nowMs >= acceptedFromMs + lastsMs;
}
