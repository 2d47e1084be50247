// When to look again at what only time changes: a window that opens, a retry that is due. One timer for all
// environments.

import type { Instant } from '../../base/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WakeEvent } from './loop-event.ts';

export class Wakes {
  readonly #clock: Clock;
  readonly #emit: (event: WakeEvent) => void;
  readonly #at = new Map<string, Instant>();
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, emit: (event: WakeEvent) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Null: time alone changes nothing for this environment. */
  set(environment: string, at: Instant | null): void {
    if (at === null) this.#at.delete(environment);
    else this.#at.set(environment, at);
  }

  schedule(): void {
    this.cancel();
    if (this.#at.size === 0) return;
    const clock = this.#clock;
    const first = Math.min(...this.#at.values());
    // What was due before it was asked for is not late.
    const expected = Math.max(first, clock.now());
    this.#cancel = clock.after(first - clock.now(), () => {
      const due = [...this.#at].filter(([, at]) => at <= clock.now() + 1).map(([environment]) => environment);
      for (const environment of due) this.#at.delete(environment);
      // A timer may come early: a long one is cut, and a clock may have been set back.
      if (due.length === 0) this.schedule();
      else this.#emit({ type: 'time-came', environments: due, lateMs: clock.now() - expected });
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
