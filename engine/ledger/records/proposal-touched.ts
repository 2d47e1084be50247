// Somebody has pushed to the branch of a proposal: it is theirs from now on.

import { TOUCHED_MAX } from '../bounds.ts';
import { changeProposal } from '../fold-proposal.ts';
import { eventKind } from './kind.ts';

export const proposalTouched = eventKind({
  type: 'proposal-touched',
  fields: { proposal: 'text', commit: 'commit' },
  weight: 4,
  say: ({ proposal, commit }) => `somebody has pushed ${commit.slice(0, 7)} to promote/${proposal}: it is theirs now`,
  fold(state, { proposal, commit }) {
    return changeProposal(state, proposal, ({ head, touched }) => {
      if (head === null) return 'its branch was not there yet';
      if (touched.includes(commit)) return `${commit.slice(0, 7)} is known already`;
      return { touched: [commit, ...touched].slice(0, TOUCHED_MAX) };
    });
  },
});
