// Branches that held a rollback or were a proposal, once that is over. What ended it is in the ledger, and is the
// intent to remove them; a branch that somebody has pushed to since is theirs.

import type { LeftoverSeen } from '../model/observed.ts';
import { type RemoveBranchResult, removeBranchId } from '../model/outside-effect.ts';
import { mayReturn, PROPOSAL_FOLDER, proposalBranch } from '../model/promotion.ts';
import { isClockOff } from './clock.ts';
import type { Draft } from './draft.ts';

export function clearLeftovers(draft: Draft): void {
  const { environment, observed } = draft;
  if (isClockOff(observed)) return;
  for (const { branch, commit } of environment.ledger.state.leftovers) {
    const seen = environment.leftovers.get(branch);
    if (seen === undefined) continue;
    const ended = environment.effects.get(removeBranchId(branch));
    const because = whyOver(branch, seen, commit, ended?.kind === 'remove-branch' ? ended.result : null);
    if (because !== null) {
      draft.event({ type: 'leftover-removed', branch, because }, branch);
      continue;
    }
    remove(draft, branch, commit);
  }
  clearReturned(draft);
}

/** A controller that was killed may still have been pushing: the branch of a proposal that is over comes back. */
function clearReturned(draft: Draft): void {
  const { environment, now } = draft;
  const { proposals = [], leftovers } = environment.ledger.state;
  for (const proposal of proposals.filter((one) => mayReturn(one, now))) {
    const { head } = proposal;
    const branch = proposalBranch(proposal.proposal);
    const seen = environment.leftovers.get(branch);
    if (head === null || seen?.type !== 'there' || seen.oid !== head) continue;
    const ended = environment.effects.get(removeBranchId(branch));
    const isKept = ended?.kind === 'remove-branch' && ended.result.result === 'kept';
    if (!isKept && !leftovers.some((one) => one.branch === branch)) remove(draft, branch, head);
  }
}

function remove(draft: Draft, branch: string, commit: string): void {
  const { name } = draft.environment;
  const payload = { branch, commit };
  draft.effect({
    type: 'outside',
    id: removeBranchId(branch),
    kind: 'remove-branch',
    environment: name,
    run: null,
    payload,
  });
}

/** Null while it is to be removed. */
function whyOver(branch: string, seen: LeftoverSeen, commit: string, ended: RemoveBranchResult | null): string | null {
  if (seen.type === 'gone')
    return isProposal(branch) ? 'removed: it is over' : 'removed: the rollback that it held is over';
  if (ended?.result === 'kept') return `left for a person to remove: ${ended.sentence}`;
  return seen.oid === commit ? null : `left as it is: somebody has pushed ${seen.oid.slice(0, 7)} to it`;
}

function isProposal(branch: string): boolean {
  return branch.startsWith(PROPOSAL_FOLDER);
}
