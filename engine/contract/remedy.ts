// What a person may do about an answer, and whom it asks. The command line prints each as a command; a page would
// make it a button.

import type { Needs, Remedy } from '../model/remedy.ts';
import { choice, either, FLAG, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';

const remedyShape = either(
  object({ act: choice('approve', 'override'), environment: TEXT, version: TEXT }),
  object({ act: choice('approve-gates', 'cancel'), environment: TEXT }),
  object({
    act: choice('deploy'),
    environment: TEXT,
    version: says('Null: any version.', orNull(TEXT)),
    emergency: FLAG,
  }),
  object({ act: choice('record-check'), version: TEXT, check: TEXT, withValue: says('Its result is a number.', FLAG) }),
  object({ act: choice('resume'), environment: says('Null: all of them.', orNull(TEXT)) }),
  object({ act: choice('rollback'), environment: TEXT, version: says('Null: what worked before.', orNull(TEXT)) }),
);

export const needsOrNull = says(
  'Null where no person can do anything about it.',
  orNull(
    object({
      who: says('People and teams whom a rule asks; empty where anybody may whom the gates let.', listOf(TEXT)),
      remedies: listOf(remedyShape),
    }),
  ),
);

export type RemedyJson = Shape<typeof remedyShape>;
export type NeedsJson = Shape<typeof needsOrNull>;

export function needsJson(needs: Needs | null): NeedsJson {
  return needs === null ? null : { who: needs.who, remedies: needs.remedies.map(remedyJson) };
}

/** The compiler holds the shape to every kind of remedy. */
function remedyJson(remedy: Remedy): RemedyJson {
  return remedy;
}
