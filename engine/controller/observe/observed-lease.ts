// Who speaks for an environment while a run is open, as far as this process can tell: by what the remote accepted of
// us, and by what it saw of others, on its own monotonic clock.

import { hasLapsed, type LedgerEntry, leaseLastsMs } from '../../ledger/entry.ts';
import type { ObservedLease } from '../../model/observed.ts';
import type { Clock } from '../../ports/clock.ts';

export function observedLease(entry: LedgerEntry, clock: Clock, own: string, expiresMs: number): ObservedLease {
  const lease = entry.state.open.at(-1)?.lease ?? null;
  if (lease === null) return { type: 'none' };
  if (lease.controller === own) {
    // Without a renewal in time another may hold it by now: it is claimed again before anything else is done.
    const isMine =
      lease.epoch === entry.claimedEpoch && !hasLapsed(entry, clock.monotonicMs(), leaseLastsMs(expiresMs));
    return { type: isMine ? 'mine' : 'former', epoch: lease.epoch };
  }
  const leftMs = Math.max(0, entry.movedAtMs + expiresMs - clock.monotonicMs());
  return {
    type: 'foreign',
    epoch: lease.epoch,
    controller: lease.controller,
    expiresAt: clock.now() + Math.ceil(leftMs),
  };
}
