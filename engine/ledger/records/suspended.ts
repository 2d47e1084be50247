// A person stops decisions, of one environment or of all at once.

import { formatSecond } from '../../base/instant.ts';
import { SIGNABLE } from '../fields.ts';
import { eventKind } from './kind.ts';

export const suspended = eventKind({
  type: 'suspended',
  fields: { reason: 'reason', until: 'instant?', ...SIGNABLE },
  ledger: 'both',
  weight: 5,
  tone: () => 'plain',
  say({ by, until, reason }) {
    return `suspended by ${by}${until === null ? '' : ` until ${formatSecond(until)}`}: ${reason}`;
  },
  fold: (_state, { by, reason, at, until }) => ({ suspended: { by, reason, at, until } }),
});
