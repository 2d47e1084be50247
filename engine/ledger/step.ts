// What becomes of a ledger, as this process holds it, when something happens to it: the next value, and what is to be
// said aloud. The only place that makes one. It reads no clock: instants are on the process's own monotonic clock.

import { assert, unreachable } from '../base/assert.ts';
import type { EnvironmentState } from '../model/environment-state.ts';
import { type Doubt, damagedTip, hasLapsed, isNewer, type LedgerEntry, type RemoteTip } from './entry.ts';
import { fold } from './fold.ts';
import { isRunRecord, type LedgerRecord } from './records/table.ts';
import { recovered } from './recover.ts';
import type { Tip } from './tip.ts';

export type LedgerEvent =
  /** A look, begun at `lookedAtMs`, found this on the remote. `isOurs`: it holds the commit that is in doubt. */
  | {
      readonly type: 'seen';
      readonly remote: RemoteTip;
      readonly isOurs: boolean;
      readonly lookedAtMs: number;
      readonly atMs: number;
    }
  /** A look found the ref where it was: a push that nobody answered never arrived. */
  | { readonly type: 'unmoved' }
  /** Records that are on local disk already. */
  | { readonly type: 'appended'; readonly records: readonly LedgerRecord[]; readonly atMs: number }
  /** Records that an earlier life of the controller `writer` left on local disk. */
  | {
      readonly type: 'recovered';
      readonly records: readonly LedgerRecord[];
      readonly writer: string;
      readonly atMs: number;
    }
  /** No commit can be drafted on top of what is there. */
  | { readonly type: 'unwritable'; readonly sentence: string }
  | { readonly type: 'push-began' }
  /** The remote took `oid`, with so many of the pending records and a claim of that epoch. */
  | {
      readonly type: 'accepted';
      readonly oid: string;
      readonly tip: Tip;
      readonly records: number;
      readonly claim: number | null;
      readonly startedMs: number;
      readonly lastsMs: number;
      readonly atMs: number;
    }
  | ({ readonly type: 'unanswered' } & Doubt)
  /** Whatever the answer was. */
  | { readonly type: 'push-over' }
  /** A renewal serves for `lastsMs`. */
  | { readonly type: 'time-passed'; readonly lastsMs: number; readonly atMs: number }
  /** The ledger stands at another place now. */
  | { readonly type: 'placed'; readonly ref: string };

type Happened<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { readonly type: Type }>;

/** What a person is told. */
export type Said = { readonly tone: 'warn' | 'error'; readonly sentence: string };

export type Stepped = { readonly entry: LedgerEntry; readonly said: readonly Said[] };

/** The very same entry where nothing follows. */
export function step(entry: LedgerEntry, event: LedgerEvent): Stepped {
  switch (event.type) {
    case 'seen':
      return isNewer(entry, event.lookedAtMs) ? silent(entry) : seen(entry, event);
    case 'unmoved':
      return silent(entry.doubt === null ? entry : { ...entry, doubt: null });
    case 'appended':
      return silent(appended(entry, event));
    case 'recovered':
      return silent(waiting(entry, recovered(entry, event.records, event.writer), event.atMs));
    case 'unwritable':
      return damaged(entry, event.sentence, damagedTip(entry.environment, entry.remote.oid, event.sentence));
    case 'push-began':
      return silent({ ...entry, isPushing: true });
    case 'accepted':
      return accepted(entry, event);
    case 'unanswered': {
      const { type: _, ...doubt } = event;
      return silent({ ...entry, doubt });
    }
    case 'push-over':
      return silent(entry.isPushing ? { ...entry, isPushing: false } : entry);
    case 'time-passed':
      return silent(lapsed(entry, event));
    case 'placed':
      return silent({ ...entry, ref: event.ref, doubt: null, isPushing: false });
    default:
      return unreachable(event);
  }
}

const NOTHING: readonly Said[] = [];

function silent(entry: LedgerEntry): Stepped {
  return { entry, said: NOTHING };
}

function appended(entry: LedgerEntry, { records, atMs }: Happened<'appended'>): LedgerEntry {
  let { state } = entry;
  for (const record of records) {
    const folded = fold(state, record);
    assert(folded.type === 'state', folded.type === 'refused' ? folded.sentence : '');
    state = folded.state;
  }
  const pendingSinceMs = entry.pendingSinceMs ?? atMs;
  return { ...entry, state, pending: [...entry.pending, ...records], pendingSinceMs };
}

function waiting(before: LedgerEntry, after: LedgerEntry, atMs: number): LedgerEntry {
  return after.pending.length === before.pending.length ? before : { ...after, pendingSinceMs: atMs };
}

function accepted(before: LedgerEntry, event: Happened<'accepted'>): Stepped {
  const { oid, tip, records, claim, startedMs, atMs } = event;
  // A renewal that comes through too late brings nothing back: the jobs were ended.
  const entry = lapsed(before, event);
  const { state, pending, said } = refolded(entry.pending.slice(records), tip.state);
  return {
    entry: {
      ...entry,
      remote: { type: 'read', oid, tip },
      pending,
      state,
      pendingSinceMs: pending.length > 0 ? atMs : null,
      acceptedFromMs: startedMs,
      acceptedAtMs: atMs,
      movedAtMs: atMs,
      claimedEpoch: claim ?? entry.claimedEpoch,
    },
    said,
  };
}

/**
 * Once lapsed, lapsed for good: a late renewal must not make jobs that were ended look as if they had failed by
 * themselves.
 */
function lapsed(
  entry: LedgerEntry,
  { lastsMs, atMs }: { readonly lastsMs: number; readonly atMs: number },
): LedgerEntry {
  if (entry.claimedEpoch === null || !hasLapsed(entry, atMs, lastsMs)) return entry;
  return { ...entry, claimedEpoch: null };
}

/**
 * What we hold may have been erased, and others cannot see it: our jobs end, and should it come back, it is claimed
 * again.
 */
function damaged(entry: LedgerEntry, sentence: string, remote: RemoteTip): Stepped {
  return { entry: { ...entry, remote, claimedEpoch: null }, said: [{ tone: 'error', sentence }] };
}

function seen(before: LedgerEntry, { remote, isOurs, atMs }: Happened<'seen'>): Stepped {
  // Only a lease that moved is a sign of life: a person's record is not one.
  const movedAtMs = leaseMoved(before.remote, remote) ? atMs : before.movedAtMs;
  if (remote.type === 'damaged') return damaged({ ...before, movedAtMs }, remote.sentence, remote);
  const entry = { ...before, remote, movedAtMs, doubt: null, ...(isOurs ? arrived(before, remote.tip) : {}) };
  const { state: there } = remote.tip;
  const isTaken = entry.claimedEpoch !== null && there.epoch > entry.claimedEpoch;
  const sentence = `another controller has taken over ${entry.environment} (epoch ${there.epoch})`;
  const kept = isTaken ? entry.pending.filter((record) => !isRunRecord(record)) : entry.pending;
  const { state, pending, said } = refolded(kept, there);
  return {
    entry: {
      ...entry,
      claimedEpoch: isTaken ? null : entry.claimedEpoch,
      state,
      pending,
      pendingSinceMs: pending.length === 0 ? null : entry.pendingSinceMs,
    },
    said: isTaken ? [{ tone: 'warn', sentence }, ...said] : said,
  };
}

/**
 * The push that nobody answered is there: its records are not sent again, and its claim is ours if nobody came after.
 */
function arrived({ doubt, pending }: LedgerEntry, { state }: Tip): Partial<LedgerEntry> {
  if (doubt === null) return {};
  const rest = { pending: pending.slice(doubt.records) };
  if (doubt.claim === null || state.epoch !== doubt.claim) return rest;
  return { ...rest, claimedEpoch: doubt.claim, acceptedFromMs: doubt.startedMs };
}

/** Pending records on top of another tip: what no longer fits is dropped aloud. */
function refolded(pending: readonly LedgerRecord[], base: EnvironmentState) {
  let state = base;
  const said: Said[] = [];
  const kept = pending.filter((record) => {
    const folded = fold(state, record);
    if (folded.type === 'state') state = folded.state;
    else said.push({ tone: 'warn', sentence: `dropped: ${folded.sentence}` });
    return folded.type === 'state';
  });
  return { state, pending: kept, said };
}

function leaseMoved(before: RemoteTip, after: RemoteTip): boolean {
  const [a, b] = [before.tip.lease, after.tip.lease];
  return a.epoch !== b.epoch || a.renewal !== b.renewal || a.holder !== b.holder;
}
