// gates.json held to the records: in every commit it says what the newest acceptance says.

import { earlierTerms } from '../../ledger/earlier-gates.ts';
import { decodeGates } from '../../ledger/gates-file.ts';
import type { EnvironmentState } from '../../model/environment-state.ts';
import { type GatesInForce, gateText } from '../../model/gate-terms.ts';
import { gatesDigest } from './gates.ts';

/** Null where nothing is wrong. What it says in words is for people, and not looked at. */
export function gatesFlaw(environment: string, text: string | null, { gates }: EnvironmentState): string | null {
  if (text === null) return gates === null ? null : `gates.json is missing, and gates ${gates.serial} were accepted`;
  const said = decodeGates(environment, text);
  if (typeof said === 'string') return said;
  if (gates === null) return 'there is a gates.json, and no gates were ever accepted';
  if (saying(said) !== saying(gates)) return 'gates.json is not what the records fold to';
  return wrongDigest(said);
}

/**
 * A sentence where gates.json gives its gates a digest that is not theirs, nor was when some field was not there yet.
 */
export function wrongDigest({ digest, terms }: GatesInForce): string | null {
  const its = gatesDigest(terms);
  if (its === digest || (terms !== null && earlierTerms(terms).some((earlier) => gatesDigest(earlier) === digest))) {
    return null;
  }
  return `gates.json says ${digest.slice(0, 12)} of gates that are ${its.slice(0, 12)}`;
}

function saying({ serial, digest, from, at, on, words, terms }: GatesInForce): string {
  return JSON.stringify([serial, digest, from, at, on, words, gateText(terms)]);
}
