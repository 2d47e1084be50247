// An exception was made use of: somebody still has to account for it.

import { POSTMORTEMS_DUE_MAX } from '../bounds.ts';
import { eventKind } from './kind.ts';

export const incidentOpened = eventKind({
  type: 'incident-opened',
  fields: { incident: 'text', about: 'text', sentence: 'text' },
  weight: 5,
  tone: () => 'plain',
  say: (record) => `post-mortem ${record.incident} is due: ${record.sentence}`,
  fold({ postmortemsDue }, { incident, about, sentence, at }) {
    if (postmortemsDue.some(({ id }) => id === incident)) return `${incident} is due already`;
    const due = { id: incident, run: about, sentence, at };
    return { postmortemsDue: [due, ...postmortemsDue].slice(0, POSTMORTEMS_DUE_MAX) };
  },
});
