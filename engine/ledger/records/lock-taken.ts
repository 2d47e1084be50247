// A run takes a lock that environments share.

import { LOCKS_MAX } from '../bounds.ts';
import { eventKind } from './kind.ts';

export const lockTaken = eventKind({
  type: 'lock-taken',
  fields: { lock: 'text', environment: 'text', holder: 'text' },
  ledger: 'repository',
  say: (record) => `lock ${record.lock} taken by ${record.holder}`,
  fold({ locks }, { lock, environment, holder: run }) {
    const others = locks.filter((held) => held.lock !== lock);
    return { locks: [{ lock, environment, run }, ...others].slice(0, LOCKS_MAX) };
  },
});
