// Who speaks for an environment while a run is open, as far as this process can tell: by what the remote accepted of
// us, and by what it saw of others, on its own monotonic clock.

import type { ObservedLease } from '../../model/observed.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';

/**
 * How long a job may take to end when its lease runs out; what is left of the lease is what a renewal must come
 * within.
 */
export function killGraceMs(expiresMs: number): number {
  return Math.min(5_000, Math.floor(expiresMs / 4));
}

export function observedLease(entry: LedgerEntry, clock: Clock, own: string, expiresMs: number): ObservedLease {
  const lease = entry.state.open.at(-1)?.lease ?? null;
  if (lease === null) return { type: 'none' };
  if (lease.controller === own) {
    // Without a renewal in time somebody else may hold it by now: it is claimed again before anything else is done.
    const lapsedMs = entry.acceptedFromMs + expiresMs - killGraceMs(expiresMs);
    // Once lapsed, lapsed for good: its jobs were ended then, and a renewal that comes through at last must not make
    // that look like an ending of their own.
    if (clock.monotonicMs() >= lapsedMs) entry.claimedEpoch = null;
    return { type: lease.epoch === entry.claimedEpoch ? 'mine' : 'former', epoch: lease.epoch };
  }
  const leftMs = Math.max(0, entry.movedAtMs + expiresMs - clock.monotonicMs());
  return {
    type: 'foreign',
    epoch: lease.epoch,
    controller: lease.controller,
    expiresAt: clock.now() + Math.ceil(leftMs),
  };
}
