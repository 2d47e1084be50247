// What became of a proposal.

import { proposalBranch } from '../../model/promotion.ts';
import { LEFTOVERS_MAX } from '../bounds.ts';
import { changeProposal } from '../fold-proposal.ts';
import { eventKind } from './kind.ts';

export const proposalEnded = eventKind({
  type: 'proposal-ended',
  fields: {
    proposal: 'text',
    how: { oneOf: ['merged', 'declined', 'superseded', 'obsolete', 'refused'] },
    commit: 'text?',
    sentence: 'text',
  },
  weight: 6,
  tone: () => 'plain',
  say: ({ sentence }) => sentence,
  fold(state, { proposal, how, commit, sentence, at }) {
    const change = changeProposal(state, proposal, () => ({ ended: { how, commit, sentence, at } }));
    if (typeof change === 'string') return change;
    const ended = state.proposals?.find((other) => other.proposal === proposal);
    const isTheirs = how === 'declined' || (ended?.touched.length ?? 0) > 0;
    if (ended === undefined || ended.head === null || isTheirs) return change;
    // Its branch is of no more use, and removed where it is ours alone: this record is the intent to.
    const leftover = { branch: proposalBranch(proposal), commit: ended.head };
    return { ...change, leftovers: [...state.leftovers, leftover].slice(-LEFTOVERS_MAX) };
  },
});
