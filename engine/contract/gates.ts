// `tidegate why --gates --json`: the gates in force, and what the head says instead.

import { type GatesShown, sayPending, sayTerms } from '../explain/gates.ts';
import { instantJson, instantShape } from './instant.ts';
import { COUNT, choice, FLAG, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';

export const gatesAnswer = object({
  environment: TEXT,
  at: instantShape,
  sentence: TEXT,
  inForce: says(
    'Null before the first acceptance.',
    orNull(
      object({
        serial: COUNT,
        digest: TEXT,
        from: TEXT,
        at: instantShape,
        on: TEXT,
        words: says('Ids of the records that it rests on.', listOf(TEXT)),
        says: listOf(TEXT),
      }),
    ),
  ),
  pending: says(
    'Null where the head says what is in force.',
    orNull(
      object({
        kind: choice('first', 'upgrade', 'change', 'removal'),
        serial: says('A word on this change names the serial and the digest.', COUNT),
        digest: TEXT,
        from: TEXT,
        differences: listOf(TEXT),
        accepting: FLAG,
        setAside: FLAG,
        sentence: TEXT,
        missing: listOf(TEXT),
        approvedBy: listOf(TEXT),
        rejectedBy: listOf(TEXT),
        ignored: listOf(TEXT),
        made: orNull(object({ commit: TEXT, by: TEXT, at: instantShape })),
        says: listOf(TEXT),
      }),
    ),
  ),
});

export type GatesJson = Shape<typeof gatesAnswer>;

export function gatesJson(shown: GatesShown): GatesJson {
  const { environment, now, inForce, pending, made, isSetAside } = shown;
  return {
    environment,
    at: instantJson(now),
    sentence: sayPending(shown) ?? 'what is in force is what the head says',
    inForce:
      inForce === null
        ? null
        : {
            serial: inForce.serial,
            digest: inForce.digest,
            from: inForce.from,
            at: instantJson(inForce.at),
            on: inForce.on,
            words: inForce.words,
            says: sayTerms(inForce.terms),
          },
    pending:
      pending === null
        ? null
        : {
            kind: pending.kind,
            serial: pending.serial,
            digest: pending.digest,
            from: pending.from,
            differences: pending.differences,
            accepting: pending.accepting !== null,
            setAside: isSetAside,
            sentence: pending.accepting?.because ?? pending.waits,
            missing: pending.missing,
            approvedBy: [...new Set((pending.answer?.groups ?? []).flatMap(({ approvedBy }) => approvedBy))],
            rejectedBy: (pending.answer?.rejectedBy ?? []).map(({ person, by }) => person ?? by),
            ignored: pending.answer?.ignored ?? [],
            made: made === null ? null : { commit: made.commit, by: made.by, at: instantJson(made.at) },
            says: sayTerms(pending.after),
          },
  };
}
