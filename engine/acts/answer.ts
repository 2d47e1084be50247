// Approving and rejecting a version: one person's answer. What the rules would pass over is refused, in their words.

import type { Answer } from '../model/record.ts';
import { sayVersion, type Version } from '../model/version.ts';
import {
  type Asker,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  refuse,
  type Scene,
  signingFor,
} from './act.ts';
import { answerRefusal, planDigestOf, sayUnplanned } from './answers.ts';
import { sayMeant, versionMeant } from './version-meant.ts';

export type AnswerAsked = Asker & {
  readonly answer: Answer;
  /** As it was named. */
  readonly version: Version;
  readonly reason: string;
};

/** `version` is the one on its way here that the named one means. */
export function answerVersion(
  { environment, observed, now }: Scene,
  { answer, version: named, reason, ...asker }: AnswerAsked,
): (Recorded & { readonly version: Version }) | Refused {
  const unreasoned = reasonRefused(reason, answer === 'rejected');
  if (unreasoned !== null) return unreasoned;
  const version = versionMeant(environment, named);
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const planDigest = planDigestOf(environment, version);
  if (planDigest === null) return refuse(sayUnplanned(environment, version));
  const word = { by: asker.by, answer, reason, planDigest, signs: signing.sign };
  const refusal = answerRefusal(environment, observed, now, version, word);
  if (refusal !== null) return refuse(refusal);
  const meant = sayMeant(environment.name, named, version);
  const done = record(
    { type: answer, version, planDigest, reason },
    {
      sign: signing.sign,
      warnings: meant === null ? [] : [{ type: 'same-version', sentence: meant }],
      says: `${answer} ${sayVersion(version)} for ${environment.name}`,
    },
  );
  return { ...done, version };
}
