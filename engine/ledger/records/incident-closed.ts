// Somebody has accounted for an exception.

import { SIGNABLE } from '../fields.ts';
import { after } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const incidentClosed = eventKind({
  type: 'incident-closed',
  fields: { incident: 'text', reason: 'reason', ...SIGNABLE },
  weight: 5,
  tone: () => 'plain',
  say: (record) => `post-mortem ${record.incident} closed by ${record.by}${after(record.reason)}`,
  fold({ postmortemsDue }, { incident }) {
    if (!postmortemsDue.some(({ id }) => id === incident)) return `no post-mortem ${incident} is due`;
    return { postmortemsDue: postmortemsDue.filter(({ id }) => id !== incident) };
  },
});
