// A proposal could not be merged by us: people have to.

import { changeProposal } from '../fold-proposal.ts';
import { eventKind } from './kind.ts';

export const mergeFailed = eventKind({
  type: 'merge-failed',
  fields: { proposal: 'text', sentence: 'text' },
  weight: 6,
  tone: () => 'plain',
  say: ({ sentence }) => sentence,
  fold(state, { proposal, sentence }) {
    return changeProposal(state, proposal, ({ merging }) => {
      if (merging === null || merging.failed !== null) return 'nobody was to merge it';
      return { merging: { ...merging, failed: sentence } };
    });
  },
});
