// A person accepts one change of gates alone, by an exception that the policies name.

import { GATES_WORD, rememberWord, sayChange } from '../gates-said.ts';
import { after } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const gatesOverridden = eventKind({
  type: 'gates-overridden',
  fields: GATES_WORD,
  weight: 5,
  tone: () => 'plain',
  say: (record) =>
    `${record.by} accepts the change of gates ${sayChange(record)} alone, by an override${after(record.reason)}`,
  fold: (state, record) => rememberWord(state, record, 'overridden'),
});
