// What records of proposals change: one of them, as long as it is open. Those that have ended are kept, so that what
// a person declined is not offered again; the oldest are forgotten first.

import type { EnvironmentState } from '../model/environment-state.ts';
import { isOpen, type StoredProposal } from '../model/promotion.ts';
import { PROPOSALS_MAX } from './bounds.ts';
import type { Change } from './records/kind.ts';

export function addProposal(state: EnvironmentState, proposal: StoredProposal): Change {
  const known = state.proposals ?? [];
  if (known.some((other) => other.proposal === proposal.proposal)) return `${proposal.proposal} is known already`;
  const kept = [proposal, ...known];
  const open = kept.filter(isOpen);
  if (open.length > PROPOSALS_MAX) return `${PROPOSALS_MAX} proposals are open`;
  const ended = kept.filter((other) => !isOpen(other)).slice(0, PROPOSALS_MAX - open.length);
  return { proposals: kept.filter((other) => isOpen(other) || ended.includes(other)) };
}

/** `change`: what becomes of it, or why it cannot. */
export function changeProposal(
  state: EnvironmentState,
  name: string,
  change: (proposal: StoredProposal) => Partial<StoredProposal> | string,
): Change {
  const known = state.proposals ?? [];
  const proposal = known.find((other) => other.proposal === name);
  if (proposal === undefined) return `${name} is no proposal of ${state.environment}`;
  if (!isOpen(proposal)) return `${name} has ended`;
  const changed = change(proposal);
  if (typeof changed === 'string') return changed;
  return { proposals: known.map((other) => (other === proposal ? { ...proposal, ...changed } : other)) };
}
