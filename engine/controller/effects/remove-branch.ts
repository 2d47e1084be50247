// Removes a branch that held a rollback or was a proposal, where nobody has pushed to it since.

import type { RemoveBranchResult } from '../../model/outside-effect.ts';
import type { GitRepository } from '../../ports/git.ts';
import { inDoubt } from '../ledger/push-fault.ts';
import type { Order } from './performer.ts';

export async function performRemoveBranch(
  git: GitRepository,
  { payload: { branch, commit } }: Order<'remove-branch'>,
): Promise<RemoveBranchResult> {
  const result = await git.removeRestore(`refs/heads/${branch}`, commit);
  switch (result.type) {
    case 'in-doubt':
      throw inDoubt(result.fault);
    case 'refused':
      // A branch that stays does no harm: it is said once, and no fault.
      return { result: 'kept', sentence: `the remote does not let it be removed (${result.message})` };
    case 'accepted':
    case 'moved':
      return { result: 'over' };
  }
}
