// The machine's clock, and one that was given (`run --once --at`): the given one stands at an instant and goes on
// from there, so that waits and time-outs still pass.

import type { Instant } from '../base/instant.ts';
import type { Clock } from '../ports/clock.ts';

export function realClock(): Clock {
  return clock('real', () => Date.now());
}

export function givenClock(at: Instant): Clock {
  const startedAt = performance.now();
  return clock('given', () => at + Math.floor(performance.now() - startedAt));
}

/** For commands that only read: every answer is about exactly this instant. */
export function stoppedClock(at: Instant): Clock {
  return clock('given', () => at);
}

/** setTimeout takes at most about 24.8 days; a longer wait is looked at again then, which is harmless. */
const DELAY_MS_MAX = 2 ** 31 - 1;

function clock(kind: Clock['kind'], now: () => Instant): Clock {
  return {
    kind,
    now,
    monotonicMs: () => performance.now(),
    after: (delayMs, then) => {
      const timer = setTimeout(then, Math.min(Math.max(delayMs, 0), DELAY_MS_MAX));
      return () => clearTimeout(timer);
    },
  };
}
