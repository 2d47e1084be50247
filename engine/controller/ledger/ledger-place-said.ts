// What is said of the ledger's place, each with the ways out.

import { type LedgerPlace, POINTER_REF, sayPlace } from '../../model/ledger-place.ts';

export function elsewhere(head: LedgerPlace, inForce: LedgerPlace): string {
  return (
    `tidegate.yaml has the ledger at ${sayPlace(head)}, but it is at ${sayPlace(inForce)} and a push does not move it: nothing is read ` +
    `or begun there, and all goes on as before; put that back in tidegate.yaml, or copy the ledger and start ` +
    `the controller with \`--ledger ${sayPlace(head)}\` (docs/operations.md#moving-the-ledger)`
  );
}

export function notKept(place: LedgerPlace, refusal: string): string {
  return (
    `nobody could write down that the ledger is at ${sayPlace(place)}, so that a push to tidegate.yaml may move it: ` +
    `the remote refuses ${POINTER_REF}: ${refusal}; let the controller push there`
  );
}

export function pointerGone(place: LedgerPlace): string {
  return (
    `${POINTER_REF}, which says that the ledger is at ${sayPlace(place)}, was deleted on the remote; put it back from a clone that ` +
    `has it, or start the controller with \`--ledger ${sayPlace(place)}\` to say so again (docs/operations.md#moving-the-ledger)`
  );
}
