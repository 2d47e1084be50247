// What a person asks for, answered before anything is written: a refusal, nothing to do, or one record with what to
// confirm and what to warn of. An act writes nothing and prints nothing, so that every face offers and refuses the
// same.

import type { Instant } from '../base/instant.ts';
import type { NewEvent } from '../ledger/records/table.ts';
import { mustSign, signerRefusal } from '../model/must-sign.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Directory } from '../model/policy-facts.ts';
import { REASON_LENGTH_MAX } from '../model/record.ts';

/** What an act on one environment looks at. */
export type Scene = {
  readonly environment: ObservedEnvironment;
  readonly observed: Observed;
  readonly now: Instant;
  /** The zone in which instants are said. */
  readonly timezone: string;
};

/** The person, as Git names them, and whether they ask for their record to be signed. */
export type Asker = { readonly by: string; readonly sign: boolean };

export type Refusal = {
  /** `denied`: the rules say no. `unknown`: nothing has that name. The others: it cannot be asked like this. */
  readonly kind: 'denied' | 'unknown' | 'malformed' | 'reason-missing' | 'reason-too-long';
  readonly sentence: string;
  readonly hint: string;
};

export type Refused = { readonly type: 'refused'; readonly refusal: Refusal };

/** Nothing to do is no error: a script may end what it did not begin. */
export type Nothing = { readonly type: 'nothing'; readonly says: string };

export type Confirm = {
  readonly what: string;
  /** What a person has to type. */
  readonly words: string;
  /** `unreadable`: nobody can say whether the environment is marked, so it is taken to be. */
  readonly because: 'marked' | 'unreadable';
};

export type Warning = {
  /**
   * `same-version`: the record names another commit than the person did. `needs-others`: more people have to agree.
   */
  readonly type: 'same-version' | 'needs-others';
  readonly sentence: string;
};

export type Recorded = {
  readonly type: 'record';
  readonly event: NewEvent;
  /** Asked for, or nothing else would count here. */
  readonly sign: boolean;
  /** Null: nothing has to be confirmed. */
  readonly confirm: Confirm | null;
  readonly warnings: readonly Warning[];
  /** What was done, once it is written. */
  readonly says: string;
};

export const NOTHING_WRITTEN = 'nothing was written';

export function refuse(sentence: string, hint = NOTHING_WRITTEN, kind: Refusal['kind'] = 'denied'): Refused {
  return { type: 'refused', refusal: { kind, sentence, hint } };
}

export function record(
  event: NewEvent,
  {
    says,
    sign,
    confirm = null,
    warnings = [],
  }: Omit<Recorded, 'type' | 'event' | 'confirm' | 'warnings'> & Partial<Pick<Recorded, 'confirm' | 'warnings'>>,
): Recorded {
  return { type: 'record', event, sign, confirm, warnings, says };
}

/** Null where the reason will do. */
export function reasonRefused(reason: string, isNeeded: boolean): Refused | null {
  if (isNeeded && reason.trim() === '') {
    return refuse(
      'the reason is missing',
      'it is kept in the ledger for good: say why in a sentence',
      'reason-missing',
    );
  }
  if (reason.length <= REASON_LENGTH_MAX) return null;
  return refuse(
    `the reason has ${reason.length} characters; ${REASON_LENGTH_MAX} are the most`,
    'say it in a few sentences and point to where the rest stands',
    'reason-too-long',
  );
}

export type Signing = { readonly type: 'signing'; readonly sign: boolean } | Refused;

/** Whether a record about this environment will be signed. */
export function signingFor(environment: ObservedEnvironment, { by, sign }: Asker): Signing {
  return signingAs(sign || mustSign(environment), environment.gates, by);
}

/** Nothing is signed in vain. */
export function signingAs(sign: boolean, directory: Directory | null, by: string): Signing {
  const refusal = sign ? signerRefusal(directory, by) : null;
  if (refusal === null) return { type: 'signing', sign };
  return refuse(refusal, `${NOTHING_WRITTEN}; the e-mail of your git identity has to stand among \`people\``);
}

/** For environments marked `confirm: true`, and where nobody can read whether they are. */
export function confirming({ gates }: ObservedEnvironment, words: string, what: string): Confirm | null {
  if (gates === null) return { what, words, because: 'unreadable' };
  return gates.environment.confirm ? { what, words, because: 'marked' } : null;
}
