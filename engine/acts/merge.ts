// Merging a proposal by hand: which one is meant, and whether it can be.

import { type Proposal, proposalNamed, proposalsIn } from '../explain/proposals.ts';
import type { Observed } from '../model/observed.ts';
import { type Refused, refuse } from './act.ts';

export type Mergeable = {
  readonly type: 'merge';
  readonly proposal: Proposal;
  readonly head: string;
  /** Of a merge commit, where it is no fast-forward. */
  readonly message: string;
};

export function mergeNamed(observed: Pick<Observed, 'environments'>, typed: string): Mergeable | Refused {
  const proposal = proposalNamed(observed, typed);
  if (proposal === null) {
    const names = proposalsIn(observed).map(({ name }) => name);
    const hint = names.length === 0 ? 'nothing is proposed' : `proposals: ${names.join(', ')}`;
    return refuse(`there is no proposal ${typed}`, hint, 'unknown');
  }
  const { name, branch, base, head, state } = proposal;
  if (head === null) return refuse(`the branch of ${name} is not there yet`, 'wait for a look of the controller');
  if (state === 'conflict') {
    return refuse(
      `${name} conflicts with ${base}`,
      'a controller makes a new proposal on top of that; nothing was merged',
    );
  }
  return { type: 'merge', proposal, head, message: `Merge ${branch} into ${base}\n\nProposal: ${name}\n` };
}
