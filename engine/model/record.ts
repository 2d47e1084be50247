// What all records have in common, and the words that they and the state share. The records themselves, past tense,
// are in engine/ledger/records: all that the ledger holds, in their order; every state is folded from them. A
// record's place in the ledger (`seq`) is given when it is written; its `at` is for people and never orders anything.

import type { Instant } from '../base/instant.ts';
import type { Contents, Version } from './version.ts';

export type RunKind = 'deploy' | 'rollback' | 'heal';
export type Trigger = 'commit' | 'tag' | 'promotion' | 'revert' | 'request' | 'schedule' | 'failure';
export type Outcome = 'Succeeded' | 'Failed' | 'Errored' | 'Superseded' | 'Cancelled' | 'RolledBack';
export type StageOutcome = 'Succeeded' | 'Failed' | 'Errored' | 'Cancelled';
export type Answer = 'approved' | 'rejected';

/** How a record is told to somebody who watches. */
export type Tone = 'plain' | 'good' | 'bad';

/**
 * Characters of a reason that a person gives. It is kept for good, in every index that names it: a sentence, not a
 * book.
 */
export const REASON_LENGTH_MAX = 2_000;

export type RecordCommon = {
  /** Says the same fact twice by the same name, so that a batch pushed in doubt is not recorded twice. */
  readonly id: string;
  readonly at: Instant;
  /** Who: `controller <name>`, or a person as Git names them. */
  readonly by: string;
  /** Present when the clock was given (`run --once --at`): such instants never hold real work up. */
  readonly clock?: 'given';
};

export type Deployed = { readonly version: Version; readonly contents: Contents };

export type StageOpened = { readonly name: string; readonly skippable: boolean; readonly touches: boolean };

/** A person may be called "controller" too: git names people with an e-mail, and a controller has none. */
export function isByController({ by }: { readonly by: string }): boolean {
  return by.startsWith('controller ') && !by.includes('<');
}
