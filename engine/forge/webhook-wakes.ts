// How often deliveries may wake: once a second, the last of a burst included, so that what came during a look is
// looked at. The same delivery again, within ten seconds, has woken already.

import type { Cancel, Clock } from '../ports/clock.ts';

const BETWEEN_MS = 1_000;
const SAME_MS = 10_000;
const UNKNOWN_MS = 60_000;
const REMEMBERED_MAX = 1_000;

export class WebhookWakes {
  readonly #clock: Clock;
  readonly #wake: () => void;
  /** By signature: the same bytes have the same. */
  readonly #seen = new Map<string, number>();
  #lastMs = Number.NEGATIVE_INFINITY;
  #unknownMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | null = null;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  delivered(signature: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - (this.#seen.get(signature) ?? Number.NEGATIVE_INFINITY) < SAME_MS) return;
    this.#seen.delete(signature);
    this.#seen.set(signature, nowMs);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > REMEMBERED_MAX && oldest !== undefined) this.#seen.delete(oldest);
    this.#soon(nowMs);
  }

  /** Nobody knows who it is from. */
  unknown(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#unknownMs < UNKNOWN_MS) return;
    this.#unknownMs = nowMs;
    this.#soon(nowMs);
  }

  end(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #soon(nowMs: number): void {
    if (this.#cancel !== null) return;
    const waitMs = this.#lastMs + BETWEEN_MS - nowMs;
    if (waitMs <= 0) {
      this.#now();
      return;
    }
    this.#cancel = this.#clock.after(waitMs, () => {
      this.#cancel = null;
      this.#now();
    });
  }

  #now(): void {
    this.#lastMs = this.#clock.monotonicMs();
    this.#wake();
  }
}
