// The `until` of a whole answer. Anyone who has an answer that people read, or that a controller sleeps by, asks
// here.

import type { Instant } from '../base/instant.ts';
import { turnFrom } from './turn.ts';
import type { Verdict } from './verdict.ts';

/**
 * The same verdict with the `until` of the whole. `look`: the same question at a later instant, when only time has
 * passed.
 */
export function lookedAhead<Whole extends Verdict>(
  now: Instant,
  verdict: Whole,
  look: (at: Instant) => Verdict,
  /** Somebody made an exception: it may hold open what closes. */
  hasExceptions: boolean,
): Whole {
  // Whatever allows ends exactly when it says so. Only what is overridden may allow by itself by then, or go on being
  // overridden.
  if (verdict.status === 'allowed' && !verdict.overridden && !hasExceptions) return verdict;
  const { until, becomes, lookedTo } = turnFrom(now, verdict, look);
  return {
    ...verdict,
    until,
    ...(becomes === null ? {} : { becomes }),
    ...(lookedTo === null ? {} : { lookedTo }),
  };
}

/**
 * When it is worth asking again: at the change, or where the search for it ended. Too early is harmless, too late is
 * not.
 */
export function wakeOf({ until, lookedTo }: Verdict): Instant | null {
  return until ?? lookedTo ?? null;
}
