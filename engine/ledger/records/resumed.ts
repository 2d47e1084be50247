// A person starts decisions again, of one environment or of all at once.

import { SIGNABLE } from '../fields.ts';
import { eventKind } from './kind.ts';

export const resumed = eventKind({
  type: 'resumed',
  fields: { reason: 'reason', ...SIGNABLE },
  ledger: 'both',
  weight: 5,
  tone: () => 'plain',
  say: (record) => `resumed by ${record.by}: ${record.reason}`,
  // A person has looked: an instant before this one holds nothing up any more, whatever clock it was written by.
  fold: () => ({ suspended: null, stalled: null, lastAt: null, lastBy: null }),
});
