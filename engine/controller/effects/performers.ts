// The table of outside effects: who performs which kind. A new kind is a file and a line here.

import type { OutsideEffects, OutsideKind } from '../../model/outside-effect.ts';
import { type ForgeHand, NO_FORGE } from '../../ports/forge.ts';
import type { GitRepository } from '../../ports/git.ts';
import { performMergeProposal } from './merge-proposal.ts';
import type { Order, Perform } from './performer.ts';
import { performPromoteBranch } from './promote-branch.ts';
import { performRemoveBranch } from './remove-branch.ts';
import { performWriteBack } from './write-back.ts';

export const PERFORMERS: { readonly [Kind in OutsideKind]: Perform<Kind> } = {
  'write-back': performWriteBack,
  'remove-branch': performRemoveBranch,
  'promote-branch': performPromoteBranch,
  'merge-proposal': performMergeProposal,
};

export function perform<Kind extends OutsideKind>(
  git: GitRepository,
  order: Order<Kind>,
  forge: ForgeHand = NO_FORGE,
): Promise<OutsideEffects[Kind]['result']> {
  const one: Perform<Kind> = PERFORMERS[order.kind];
  return one(git, order, forge);
}
