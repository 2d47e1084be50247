// What a command that writes prints: what it recorded, on which Git object, and where things stand now.

import type { Standing } from '../explain/standing.ts';
import type { Version } from '../model/version.ts';
import { gatesAnswer } from './gates.ts';
import { statusShape } from './rule.ts';
import {
  COMMIT,
  choice,
  either,
  FLAG,
  listOf,
  NUMBER,
  object,
  objectWith,
  orNull,
  type Shape,
  says,
  TEXT,
} from './shape.ts';
import { environmentJson, environmentShape } from './status.ts';
import { versionJson, versionShape } from './version.ts';

const writtenShape = object({
  commit: says('The commit of the ledger that the remote accepted.', COMMIT),
  ref: TEXT,
  signed: FLAG,
});

export type WrittenJson = Shape<typeof writtenShape>;

export function writtenJson({ commit, ref, signed }: WrittenJson): WrittenJson {
  return { commit, ref, signed };
}

const event = says('The type of the record; null where there was nothing to record.', orNull(TEXT));
const written = orNull(writtenShape);

const acted = {
  environment: TEXT,
  event,
  written,
  now: says('Where the environment stands afterwards.', environmentShape),
};

const needsOthers = says('What one person alone does not override, and who else has to.', listOf(TEXT));

const answered = {
  version: versionShape,
  approvals: says(
    'What each rule that asks for approvals says of this version now.',
    listOf(object({ policy: TEXT, status: statusShape, sentence: TEXT })),
  ),
};

const excepted = {
  overrides: says('`policy/rule` names of what this exception overrides.', listOf(TEXT)),
  needsOthers,
  inTheWay: says('What is in the way all the same.', listOf(TEXT)),
};

const actedOnAll = object({ environment: { type: 'null' }, event, written, environments: listOf(environmentShape) });

const gatesAnswered = object({
  environment: TEXT,
  event: says('The type of the record.', TEXT),
  environments: says(
    'One word serves each environment that waits for the same change.',
    listOf(object({ name: TEXT, written: writtenShape })),
  ),
  now: gatesAnswer,
});

export const actedAnswer = object(acted);
export const deployAnswer = objectWith(acted, { needsOthers });
export const answerAnswer = either(object({ ...acted, ...answered }), gatesAnswered);
export const overrideAnswer = either(object({ ...acted, ...excepted }), gatesAnswered);
export const suspendAnswer = either(actedAnswer, actedOnAll);

/** What some commands add to what they wrote. */
export type Besides = Partial<Shape<typeof besidesShape>>;

const besidesShape = object({ ...answered, ...excepted });

export type GatesAnsweredJson = Shape<typeof gatesAnswered>;
export type ActedOnAllJson = Shape<typeof actedOnAll>;

/** `besides` stands between what was written and where the environment stands. */
export function actedJson(
  done: { readonly event: string | null; readonly written: WrittenJson | null; readonly standing: Standing },
  besides: Besides = {},
): Shape<typeof actedAnswer> {
  return {
    environment: done.standing.environment.name,
    event: done.event,
    written: done.written === null ? null : writtenJson(done.written),
    ...besides,
    now: environmentJson(done.standing),
  };
}

export const checkSetAnswer = object({
  event: TEXT,
  version: versionShape,
  check: object({ name: TEXT, status: choice('passed', 'failed', 'pending'), value: orNull(NUMBER) }),
  written: object({ commit: COMMIT, ref: TEXT }),
});

type CheckSetJson = Shape<typeof checkSetAnswer>;

export function checkSetJson(
  event: string,
  version: Version,
  { name, status, value }: CheckSetJson['check'],
  { commit, ref }: CheckSetJson['written'],
): CheckSetJson {
  return { event, version: versionJson(version), check: { name, status, value }, written: { commit, ref } };
}
