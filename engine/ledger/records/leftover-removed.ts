// A branch that held a rollback: removed, or left to people.

import { eventKind } from './kind.ts';

export const leftoverRemoved = eventKind({
  type: 'leftover-removed',
  fields: { branch: 'text', because: 'text' },
  say: (record) => `${record.branch}: ${record.because}`,
  fold({ leftovers }, record) {
    if (!leftovers.some(({ branch }) => branch === record.branch)) {
      return `${record.branch} is no branch of a rollback that is over`;
    }
    return { leftovers: leftovers.filter(({ branch }) => branch !== record.branch) };
  },
});
