// A rollback need not be merged any more: what follows is let in again.

import { eventKind } from './kind.ts';

export const holdReleased = eventKind({
  type: 'hold-released',
  fields: { because: 'text' },
  tone: () => 'plain',
  say: (record) => `hold released: ${record.because}`,
  fold: () => ({ held: null }),
});
