// A person asks to go back. `to: null` asks for the newest known-good version that is not the current one.

import { sayVersion } from '../../model/version.ts';
import { SIGNABLE } from '../fields.ts';
import { signatureOf } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const rollbackRequested = eventKind({
  type: 'rollback-requested',
  fields: { to: 'version?', reason: 'reason', ...SIGNABLE },
  weight: 5,
  tone: () => 'plain',
  say: ({ by, to, reason }) => `${by} asks to roll back${to === null ? '' : ` to ${sayVersion(to)}`}: ${reason}`,
  fold(_state, record) {
    const { id, by, at, reason, to } = record;
    // A newer request replaces one that still waits: the last word of a person counts.
    return { requests: [{ id, by, at, reason, ...signatureOf(record), type: 'rollback', to }] };
  },
});
