// In the worlds of these rigs every version does what it should: anyone who calls one bad took the misfortune of a
// controller for the version's. Looks at the whole of each ledger, with plain git.

import { git } from '../support/git-repositories.ts';

/** Rollbacks, failed runs and quarantined versions, as sentences. */
export function unwarranted(repository: string, refs: readonly string[]): readonly string[] {
  return refs.flatMap((ref) => {
    if (git(repository, ['for-each-ref', ref]) === '') return [];
    const { quarantine } = JSON.parse(git(repository, ['show', `${ref}:index.json`])) as { quarantine: unknown[] };
    const held =
      quarantine.length === 0 ? [] : [`${ref} has a good version in quarantine: ${JSON.stringify(quarantine)}`];
    return [...held, ...recordsOf(repository, ref).flatMap((record) => complaint(record))];
  });
}

function complaint(record: Record<string, unknown>): readonly string[] {
  const { type, run, kind, outcome, because, sentence } = record;
  if (type === 'run-opened' && kind === 'rollback') return [`${run} rolled a good version back: ${because}`];
  if (type === 'run-ended' && (outcome === 'Failed' || outcome === 'RolledBack'))
    return [`${run} ended ${outcome}: ${sentence}`];
  return [];
}

/** Those of runs that may be a complaint. */
function recordsOf(repository: string, ref: string): readonly Record<string, unknown>[] {
  // Git fails where nothing matches, and so do we: every ledger of these worlds has a run that was opened.
  const found = git(repository, ['grep', '-h', '-E', '"type":"run-(opened|ended)"', ref, '--', 'active', 'archive']);
  return found.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}
