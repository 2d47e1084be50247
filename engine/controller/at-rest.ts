// What keeps a controller from coming to rest, as far as its ledgers tell: records that nobody has accepted yet, answers that
// nobody gave, runs that somebody speaks for.

import type { LedgerEntry } from './ledger-entry.ts';

type Entries = ReadonlyMap<string, LedgerEntry>;

/** Nothing is on its way to the remote, and no run is in anybody's hands. One of ours that waits at a gate is in nobody's. */
export function isAtRest(entries: Entries): boolean {
  return [...entries.values()].every((entry) => entry.pending.length === 0 && !isHeld(entry));
}

/** A run is open that another controller speaks for. */
export function awaitsOthers(entries: Entries): boolean {
  return [...entries.values()].some(
    (entry) => isHeld(entry) && entry.claimedEpoch !== entry.state.open.at(-1)?.lease?.epoch,
  );
}

/** The remote did not say whether it took what was pushed: only a look tells. */
export function isInDoubt(entries: Entries): boolean {
  return [...entries.values()].some((entry) => entry.doubt !== null);
}

function isHeld({ state, remote }: LedgerEntry): boolean {
  const run = state.open.at(-1);
  return run !== undefined && run.lease !== null && remote.type !== 'damaged';
}
