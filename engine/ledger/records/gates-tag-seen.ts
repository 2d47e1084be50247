// Somebody answered a change of gates with an annotated tag (`approve/production/gates-3-<digest>`): first seen now.

import { rememberWord, sayChange } from '../gates-said.ts';
import { after } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const gatesTagSeen = eventKind({
  type: 'gates-tag-seen',
  fields: {
    tag: 'text',
    oid: 'commit',
    answer: { oneOf: ['approved', 'rejected'] },
    serial: 'count',
    digest: 'digest',
    person: 'text',
    reason: 'reason',
    signedBy: 'text or absent',
  },
  weight: 4,
  tone: () => 'plain',
  say(record) {
    const { answer, person, tag, reason } = record;
    return `change of gates ${sayChange(record)} ${answer} by ${person} (tag ${tag})${after(reason)}`;
  },
  fold(state, record) {
    const { tag: name, oid, signedBy, person, answer } = record;
    const seen = { name, oid, ...(signedBy === undefined ? {} : { signedBy }) };
    return rememberWord(state, { ...record, by: person }, answer, seen);
  },
});
