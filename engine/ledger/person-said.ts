// What records that speak for a person have in common: the reason in words, the signature, and which answers are
// kept.

import type { EnvironmentState, StoredApproval } from '../model/environment-state.ts';
import { APPROVALS_MAX } from './bounds.ts';

export function after(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}

export function signatureOf(record: { readonly signature?: string }): { readonly signature?: string } {
  return record.signature === undefined ? {} : { signature: record.signature };
}

/** Where there are too many, what was said again goes first, then old approvals; a no is the last to be forgotten. */
export function rememberAnswer(state: EnvironmentState, approval: StoredApproval): Partial<EnvironmentState> {
  const approvals = [...state.approvals, approval];
  while (approvals.length > APPROVALS_MAX) {
    const again = approvals.findIndex((word, at) => approvals.slice(at + 1).some((later) => isAbout(later, word)));
    const yes = approvals.findIndex(({ answer }) => answer === 'approved');
    approvals.splice(again >= 0 ? again : Math.max(0, yes), 1);
  }
  return { approvals };
}

/** The same person, by name and by key, on the same version. */
function isAbout(later: StoredApproval, word: StoredApproval): boolean {
  const signs = (approval: StoredApproval) => approval.signature !== undefined || approval.signedBy !== undefined;
  return later.by === word.by && later.version.commit === word.version.commit && signs(later) === signs(word);
}
