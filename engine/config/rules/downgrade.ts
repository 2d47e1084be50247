// `downgrade: denied`: an older version is not put in place as if it were a new one.

import { ruleKind } from './kind.ts';

const schema = {
  enum: ['denied'],
  description: 'A version older than the one that runs here is refused, unless it is a rollback.',
  examples: ['denied'],
} as const;

export const downgradeRule = ruleKind('downgrade', schema, (_value, cursor) => {
  const place = cursor.key();
  return () => ({ type: 'downgrade', place });
});
