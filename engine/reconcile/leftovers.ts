// Branches that held a rollback, once the hold is over. What ended it is in the ledger, and is the intent to remove them; a
// branch that somebody has pushed to since is theirs.

import type { LeftoverSeen } from '../model/observed.ts';
import { isClockOff } from './clock.ts';
import type { Draft } from './draft.ts';

export function clearLeftovers(draft: Draft): void {
  const { environment, observed } = draft;
  if (isClockOff(observed)) return;
  for (const { branch, commit } of environment.ledger.state.leftovers) {
    const seen = environment.leftovers.get(branch);
    if (seen === undefined) continue;
    if (seen.type === 'there' && seen.oid === commit) {
      draft.effect({ type: 'remove-branch', environment: environment.name, branch, commit });
      continue;
    }
    draft.event({ type: 'leftover-removed', branch, because: sayOver(seen) }, branch);
  }
}

function sayOver(seen: LeftoverSeen): string {
  switch (seen.type) {
    case 'gone':
      return 'removed: the rollback that it held is over';
    case 'there':
      return `left as it is: somebody has pushed ${seen.oid.slice(0, 7)} to it`;
    case 'kept':
      return `left for a person to remove: ${seen.sentence}`;
  }
}
