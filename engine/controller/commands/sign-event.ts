// A person's record with that person's signature on it: where it was asked for, and wherever nothing else would
// count. The signature is checked as every controller will check it, before anything is written: one that would not
// count is refused.

import type { EventRecord } from '../../ledger/records/table.ts';
import { isSignable, signableText } from '../../ledger/signable.ts';
import { mustSignIn } from '../../model/must-sign.ts';
import { personOf, speakerOf } from '../../model/people.ts';
import { Fault } from '../../ports/fault.ts';
import type { Signing } from '../../ports/signing.ts';
import type { Survey } from '../observe/survey.ts';

type SigningParts = {
  readonly survey: Pick<Survey, 'head' | 'allowedSigners'>;
  readonly openSigning: () => Promise<Signing>;
};

/** The record itself where it bears no signature. */
export async function signEvent(
  environment: string,
  record: EventRecord,
  isAsked: boolean,
  { survey, openSigning }: SigningParts,
): Promise<EventRecord> {
  const repository = survey.head?.config?.repository ?? null;
  if (!isSignable(record) || (!isAsked && !mustSignIn(repository))) return record;
  const signing = await openSigning();
  const text = signableText(environment, record);
  const signature = await signing.sign(text);
  const signed = await signing.verify(text, signature, await survey.allowedSigners());
  if (signed.type !== 'signed') {
    const why = signed.type === 'invalid' ? signed.sentence : 'it is not there';
    throw inVain(`your signature would not count: ${why}`);
  }
  // Without people to know there is nobody to compare with; such words are judged by their signer alone.
  const signer = repository === null ? null : speakerOf(record.by, signed, repository);
  if (repository !== null && (signer === null || signer !== personOf(record.by, repository))) {
    throw inVain(`git says that you are ${record.by}, but your key is ${signed.by}'s`);
  }
  return { ...record, signature };
}

function inVain(sentence: string): Fault {
  return new Fault('refused', sentence, {
    retry: 'never',
    hint:
      'nothing was written; `policies/allowed_signers` at the head of the default branch needs a line ' +
      '`<your e-mail> <your public key>`, with the e-mail that stands among `people` and in `git config user.email`',
  });
}
