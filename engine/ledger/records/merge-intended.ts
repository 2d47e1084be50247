// All gates allow a proposal, and the environment says that we merge it then: the intent to.

import { changeProposal } from '../fold-proposal.ts';
import { eventKind } from './kind.ts';

export const mergeIntended = eventKind({
  type: 'merge-intended',
  fields: { proposal: 'text', because: 'text' },
  weight: 5,
  say: ({ proposal, because }) => `${proposal} is to be merged: ${because}`,
  fold(state, { proposal, at }) {
    return changeProposal(state, proposal, ({ head, merging }) => {
      if (head === null) return 'its branch was not there yet';
      return merging === null ? { merging: { intendedAt: at, failed: null } } : 'that is known';
    });
  },
});
