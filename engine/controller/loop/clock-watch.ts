// Was this machine's clock set, or did it stand still with the machine? Then the wall clock has moved against the
// monotonic one, and what was decided by it (a window judged closed) may hold no longer, though nothing else has
// changed.

import type { Clock } from '../../ports/clock.ts';

/**
 * A clock that is only slewed drifts so far apart in hours; everything is looked at again then, which is harmless.
 */
const JUMP_MS = 1_000;

export class ClockWatch {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = this.#offset();
  }

  /** How far the clock was set since this was last asked, as `back by 180 s`; null where it was not. */
  jump(): string | null {
    const jumpMs = this.#offset() - this.#offsetMs;
    if (Math.abs(jumpMs) < JUMP_MS) return null;
    this.#offsetMs += jumpMs;
    return `${jumpMs < 0 ? 'back' : 'forward'} by ${Math.round(Math.abs(jumpMs) / 1_000)} s`;
  }

  #offset(): number {
    return this.#clock.now() - this.#clock.monotonicMs();
  }
}
