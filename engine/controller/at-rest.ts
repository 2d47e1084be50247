// What keeps a controller from coming to rest, as far as its ledgers tell: records that nobody has accepted yet, answers that
// nobody gave, runs that somebody speaks for. A ledger that is damaged takes nothing until a person has looked: what is meant for
// it waits on disk, and nobody waits for it.

import type { LedgerEntry } from './ledger-entry.ts';

type Entries = ReadonlyMap<string, LedgerEntry>;

/** Nothing is on its way to the remote, and no run is in anybody's hands. One of ours that waits at a gate is in nobody's. */
export function isAtRest(entries: Entries, ours: readonly string[]): boolean {
  const sound = [...entries.values()].filter(({ remote }) => remote.type !== 'damaged');
  return sound.every((entry) => entry.pending.length === 0) && !ours.some((name) => isHeld(entries.get(name)));
}

/** A run of ours to serve is open that another controller speaks for. */
export function awaitsOthers(entries: Entries, ours: readonly string[]): boolean {
  return ours.some((name) => {
    const entry = entries.get(name);
    return isHeld(entry) && entry?.claimedEpoch !== entry?.state.open.at(-1)?.lease?.epoch;
  });
}

/** The remote did not say whether it took what was pushed: only a look tells. */
export function isInDoubt(entries: Entries): boolean {
  return [...entries.values()].some((entry) => entry.doubt !== null);
}

function isHeld(entry: LedgerEntry | undefined): boolean {
  const run = entry?.state.open.at(-1);
  return run !== undefined && run.lease !== null && entry?.remote.type !== 'damaged';
}
