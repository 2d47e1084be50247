// A person's yes, bound to the commit and to the digest of what would be done.

import { sayVersion } from '../../model/version.ts';
import { SIGNABLE } from '../fields.ts';
import { after, rememberAnswer, signatureOf } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const approved = eventKind({
  type: 'approved',
  fields: { version: 'version', planDigest: 'text', reason: 'reason', ...SIGNABLE },
  weight: 5,
  tone: () => 'plain',
  say: (record) => `${sayVersion(record.version)} approved by ${record.by}${after(record.reason)}`,
  fold(state, record) {
    const { type: answer, id, by, at, version, planDigest, reason } = record;
    return rememberAnswer(state, {
      id,
      by,
      answer,
      version,
      planDigest,
      reason,
      at,
      tag: null,
      ...signatureOf(record),
    });
  },
});
