// A person's word on a change of gates. One word serves every environment that waits for the same change: the record
// of each is an act of its own, and the environment that was named comes first.

import { gatesRefusal, gatesShownOf, isSameChange } from '../explain/gates.ts';
import type { GatesWord } from '../model/gate-terms.ts';
import type { ObservedEnvironment } from '../model/observed.ts';
import {
  type Asker,
  NOTHING_WRITTEN,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  refuse,
  type Scene,
  signingFor,
} from './act.ts';

export type GatesAsked = Asker & {
  readonly answer: GatesWord['answer'];
  readonly reason: string;
  /** The first digits of the change that was read; null for whatever waits now. */
  readonly digest: string | null;
};

export type GatesRecorded = {
  readonly type: 'records';
  readonly records: readonly (Recorded & { readonly environment: string })[];
};

export function answerGatesOf(
  { environment, observed, now }: Scene,
  { answer, reason, digest, ...asker }: GatesAsked,
): GatesRecorded | Refused {
  const unreasoned = reasonRefused(reason, answer !== 'approved');
  if (unreasoned !== null) return unreasoned;
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const { sign } = signing;
  const word = { by: asker.by, answer, reason, signs: sign };
  const refusal = gatesRefusal(environment, now, word);
  if (refusal !== null) return refuse(refusal);
  const { pending } = gatesShownOf(environment, now);
  // What was read a minute ago may have been pushed over since: a word can name the very change that it is about.
  if (digest !== null && pending?.digest.startsWith(digest) !== true) {
    const there = pending === null ? 'nothing waits' : `it is ${pending.digest.slice(0, 12)} now`;
    return refuse(
      `the change of gates is not ${digest} any more: ${there}`,
      `${NOTHING_WRITTEN}; look at what waits now`,
    );
  }
  const others = observed.environments.filter((other) => {
    const theirs = other.name === environment.name ? null : gatesShownOf(other, now).pending;
    return pending !== null && theirs !== null && isSameChange(pending, theirs);
  });
  const deed = answer === 'overridden' ? 'accepted by an exception' : answer;
  const recordOf = (each: ObservedEnvironment) => {
    const theirs = gatesShownOf(each, now).pending;
    if (theirs === null || gatesRefusal(each, now, word) !== null) return [];
    const event = { type: `gates-${answer}`, serial: theirs.serial, digest: theirs.digest, reason } as const;
    return [
      { ...record(event, { sign, says: `${deed} the change of gates in ${each.name}` }), environment: each.name },
    ];
  };
  return { type: 'records', records: [environment, ...others].flatMap(recordOf) };
}
