// Locks are taken with the claim of a run, in one push with it, and are free when that run is no longer open. They
// stand in an environment's own policies, never in a stage's, so that all are taken at once: two runs cannot wait for
// each other.

import { needsOf } from '../policy/needs.ts';
import type { Draft } from './draft.ts';

/**
 * Those that the run does not hold yet: all of them when it begins, and what was added while it waited when it goes
 * on.
 */
export function takeLocks(draft: Draft, run: string): void {
  const { locks } = draft.observed.repository.state;
  for (const lock of locksOf(draft)) {
    if (locks.some((held) => held.lock === lock && held.run === run)) continue;
    const record = { type: 'lock-taken', lock, environment: draft.environment.name, holder: run } as const;
    draft.repositoryWide(record, `${run}:${lock}:${draft.state.epoch}`);
  }
}

function locksOf(draft: Draft): readonly string[] {
  return needsOf(draft.sides.flatMap(({ policies }) => policies)).locks;
}
