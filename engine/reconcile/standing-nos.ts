// A no stands until the person who said it says yes. So somebody who has a say is not taken out of the gates at once
// while a no of theirs stands: it would not be heard any more, and anyone who may push would have turned it into a
// yes.

import type { Instant } from '../base/instant.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import { wantsSigned } from '../model/must-sign.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import { speakerOf } from '../model/people.ts';
import { type GivenApproval, isPassing } from '../model/policy-facts.ts';
import { sayVersion } from '../model/version.ts';
import { groupsOf, hasSay } from './gates-answer.ts';
import { approvalsIn } from './subject.ts';

/** In a few words each: whose no to which version those other gates would not hear. What runs here is past its no. */
export function silencedNos(
  environment: ObservedEnvironment,
  before: GateTerms,
  after: GateTerms,
  now: Instant,
): readonly string[] {
  const { state } = environment.ledger;
  const hasLostKeys = before.keys.some((key) => !after.keys.includes(key));
  const silenced = new Map<string, string>();
  for (const word of approvalsIn({ state, environment, seenAt: now })) {
    const { by, answer, version, signed } = word;
    if (version.commit === state.current?.version.commit || word.void !== null) continue;
    if ((word.review?.ended ?? null) !== null) continue;
    if (wantsSigned(before) && signed.type === 'unsigned') continue;
    const person = heardAs(word, before);
    const key = `${version.commit} ${person ?? by}`;
    if (answer === 'approved') {
      silenced.delete(key);
      continue;
    }
    if (person === null && !isPassing(signed)) continue;
    // The key of a word by tag was looked at when it was first seen; that of any other is looked at again each time.
    const isByKey = hasLostKeys && signed.type === 'signed' && word.tag === null;
    if (person !== null && !isByKey && heardAs(word, after) !== null) continue;
    silenced.set(key, `the no of ${person ?? by} to ${sayVersion(version)}`);
  }
  return [...silenced.values()];
}

/** Who said it, where these gates ask that person about versions. */
function heardAs({ by, signed }: GivenApproval, terms: GateTerms): string | null {
  const person = speakerOf(by, signed, terms);
  return person !== null && hasSay(person, groupsOf({ ...terms, changes: null }), terms) ? person : null;
}
