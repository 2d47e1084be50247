// What kind of run this is, in the words that rules need.

import type { Run } from '../model/run.ts';

/**
 * Rollbacks that answer a failure, and those that people ask for by name, ignore windows, soak, limits and approvals.
 */
export function isExempt(run: Run): boolean {
  return answersFailure(run) || (run.kind === 'rollback' && run.trigger === 'request');
}

export function answersFailure(run: Run): boolean {
  return run.trigger === 'failure';
}

/** Rollbacks that Tidegate writes back to Git. A revert that a person pushed is in Git already. */
export function isWrittenBack(run: Run): boolean {
  return run.kind === 'rollback' && run.trigger !== 'revert';
}
