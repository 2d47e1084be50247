// The branch of a proposal is on the remote, with this commit of ours.

import { changeProposal } from '../fold-proposal.ts';
import { eventKind } from './kind.ts';

export const proposalOpened = eventKind({
  type: 'proposal-opened',
  fields: { proposal: 'text', commit: 'commit', sentence: 'text' },
  weight: 6,
  tone: () => 'plain',
  say: ({ sentence }) => sentence,
  fold(state, { proposal, commit }) {
    return changeProposal(state, proposal, ({ head }) => (head === null ? { head: commit } : `it is open already`));
  },
});
