// Stopping and resuming decisions for one environment.

import { sayUntil } from '../explain/moment.ts';
import { standingOf } from '../explain/standing.ts';
import {
  type Asker,
  type Nothing,
  type Recorded,
  type Refused,
  reasonRefused,
  record,
  type Scene,
  signingFor,
} from './act.ts';

/** `forMs` null: until somebody resumes it. */
export type SuspendAsked = Asker & { readonly reason: string; readonly forMs: number | null };

export function suspendEnvironment(
  { environment, now, timezone }: Scene,
  { reason, forMs, ...asker }: SuspendAsked,
): Recorded | Refused {
  const unreasoned = reasonRefused(reason, true);
  if (unreasoned !== null) return unreasoned;
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const until = forMs === null ? null : now + forMs;
  const span = until === null ? 'until it is resumed' : `until ${sayUntil(until, now, timezone)}`;
  return record(
    { type: 'suspended', reason, until },
    {
      sign: signing.sign,
      says: `suspended ${environment.name} ${span}; a run that has begun to change the target goes on`,
    },
  );
}

export type ResumeAsked = Asker & { readonly reason: string };

export function resumeEnvironment(
  { environment, observed, now }: Scene,
  { reason, ...asker }: ResumeAsked,
): Recorded | Nothing | Refused {
  const unreasoned = reasonRefused(reason, true);
  if (unreasoned !== null) return unreasoned;
  const { name, ledger } = environment;
  const { suspended, stalled } = ledger.state;
  const { isAhead, suspension } = standingOf(environment, observed, now);
  if (suspended === null && stalled === null && !isAhead) {
    const all = suspension === null ? '' : `; ${suspension.sentence}`;
    return { type: 'nothing', says: `${name} is neither suspended nor stalled by a run; nothing was written${all}` };
  }
  const signing = signingFor(environment, asker);
  if (signing.type === 'refused') return signing;
  const ended = [
    ...(suspended === null ? [] : ['the suspension']),
    ...(stalled === null ? [] : ['the stall']),
    ...(isAhead ? ['the wait for a record from the future'] : []),
  ];
  return record({ type: 'resumed', reason }, { sign: signing.sign, says: `ended ${ended.join(' and ')} of ${name}` });
}
