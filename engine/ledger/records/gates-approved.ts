// A person's yes to one change of gates: the one with this digest, after those in force with this serial.

import { GATES_WORD, rememberWord, sayChange } from '../gates-said.ts';
import { after } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const gatesApproved = eventKind({
  type: 'gates-approved',
  fields: GATES_WORD,
  weight: 5,
  tone: () => 'plain',
  say: (record) => `change of gates ${sayChange(record)} approved by ${record.by}${after(record.reason)}`,
  fold: (state, record) => rememberWord(state, record, 'approved'),
});
