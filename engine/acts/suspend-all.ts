// Stopping the line: a suspension that holds for every environment stands in the ledger of the whole repository. The
// person who stopped it may still deploy by name.

import type { Instant } from '../base/instant.ts';
import { sayUntil } from '../explain/moment.ts';
import type { RepositoryConfig } from '../model/config.ts';
import { mustSignIn } from '../model/must-sign.ts';
import type { Observed } from '../model/observed.ts';
import { type Nothing, type Recorded, type Refused, reasonRefused, record, signingAs } from './act.ts';
import type { ResumeAsked, SuspendAsked } from './suspend.ts';

/** What an act on the whole repository looks at. */
export type WholeScene = {
  readonly observed: Observed;
  /** Null while nothing of the configuration can be used. */
  readonly repository: RepositoryConfig | null;
  readonly now: Instant;
  readonly timezone: string;
};

export function suspendAllEnvironments(
  { repository, now, timezone }: WholeScene,
  { by, sign, reason, forMs }: SuspendAsked,
): Recorded | Refused {
  const unreasoned = reasonRefused(reason, true);
  if (unreasoned !== null) return unreasoned;
  const signing = signingAs(sign || mustSignIn(repository), repository, by);
  if (signing.type === 'refused') return signing;
  const until = forMs === null ? null : now + forMs;
  const span = until === null ? 'until they are resumed' : `until ${sayUntil(until, now, timezone)}`;
  const goesOn = `a run that has begun to change its target goes on, and ${by} may still deploy by name`;
  return record(
    { type: 'suspended', reason, until },
    { sign: signing.sign, says: `suspended all environments ${span}; ${goesOn}` },
  );
}

export function resumeAllEnvironments(
  { observed, repository }: WholeScene,
  { by, sign, reason }: ResumeAsked,
): Recorded | Nothing | Refused {
  const unreasoned = reasonRefused(reason, true);
  if (unreasoned !== null) return unreasoned;
  if (observed.repository.state.suspended === null) {
    return { type: 'nothing', says: 'nobody has suspended all environments; nothing was written' };
  }
  const signing = signingAs(sign || mustSignIn(repository), repository, by);
  if (signing.type === 'refused') return signing;
  return record({ type: 'resumed', reason }, { sign: signing.sign, says: 'ended the suspension of all environments' });
}
