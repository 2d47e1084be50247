// The ledger's place in the note of what was seen: an earlier life has read there, whatever tidegate.yaml says today.

import { type LedgerPlace, placeProblem, readPlace, sayPlace } from '../../model/ledger-place.ts';

/** Beside refs, none of which is called so. */
export const PLACE_NOTE = 'place';
export const POINTER_NOTE = 'pointer';

export function encodePlace(place: LedgerPlace): string {
  return sayPlace(place);
}

/** Null where it cannot be used: a note that is damaged is as good as none. */
export function decodePlace(text: string): LedgerPlace | null {
  const place = readPlace(text);
  return placeProblem(place) === null ? place : null;
}
