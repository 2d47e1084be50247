// Whether what is written in people's names is theirs: each signed record against the keys at the head, and where
// unsigned words do not count, whatever carries no signature. Keys that were taken out since stand for nothing any
// more, and that is said.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import { isRunRecord } from '../../ledger/records/table.ts';
import { isSignable, signableText } from '../../ledger/signable.ts';
import type { Signed } from '../../model/policy-facts.ts';
import { isByController } from '../../model/record.ts';

export type WordsCheck = {
  readonly check: (text: string, signature: string) => Promise<Signed>;
  /** Unsigned words do not count. */
  readonly required: boolean;
};

/** Null where nothing is wrong with it. */
export async function wrongWord(environment: string, record: LedgerRecord, words: WordsCheck): Promise<string | null> {
  if (isRunRecord(record) || !isSignable(record)) return null;
  const said = `${record.type} ${record.id} by ${record.by}`;
  if (record.signature === undefined) {
    // What a controller writes is confirmed by its right to push, as everything else that it writes.
    const isPersons = !isByController(record);
    return words.required && isPersons ? `${said} is not signed, and \`ledger.signatures\` is required` : null;
  }
  const signed = await words.check(signableText(environment, record), record.signature);
  return signed.type === 'signed' ? null : `${said}: its signature does not hold: ${sayWhy(signed)}`;
}

function sayWhy(signed: Exclude<Signed, { type: 'signed' }>): string {
  return signed.type === 'invalid' ? signed.sentence : 'it is none';
}
