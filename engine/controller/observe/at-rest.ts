// What keeps a controller from coming to rest, as far as its ledgers tell: records that nobody has accepted yet,
// answers that nobody gave, runs that somebody speaks for. A ledger that is damaged takes nothing until a person has
// looked: what is meant for it waits on disk, and nobody waits for it.

import { type LedgerEntry, speaksFor } from '../../ledger/entry.ts';

type Entries = ReadonlyMap<string, LedgerEntry>;

/** `aliveSinceMs`: anyone who has not moved since then does not hold his lease any more. */
export type Served = { readonly ours: readonly string[]; readonly aliveSinceMs: number };

/**
 * Nothing is on its way to the remote, and no run is in anybody's hands. One of ours that waits at a gate is in
 * nobody's; of what others serve, a run is waited for (a lock, a promotion) as long as its holder lives: nobody here
 * could take it over.
 */
export function isAtRest(entries: Entries, { ours, aliveSinceMs }: Served): boolean {
  return [...entries.values()]
    .filter(({ remote }) => remote.type !== 'damaged')
    .every((entry) => {
      if (entry.pending.length > 0) return false;
      return !isHeld(entry) || (entry.movedAtMs <= aliveSinceMs && !ours.includes(entry.environment));
    });
}

/** A run is open that another controller speaks for. */
export function awaitsOthers(entries: Entries): boolean {
  return [...entries.values()].some((entry) => isHeld(entry) && !speaksFor(entry));
}

/** The remote did not say whether it took what was pushed: only a look tells. */
export function isInDoubt(entries: Entries): boolean {
  return [...entries.values()].some((entry) => entry.doubt !== null);
}

function isHeld({ state, remote }: LedgerEntry): boolean {
  const run = state.open.at(-1);
  return run !== undefined && run.lease !== null && remote.type !== 'damaged';
}
