// When to try again what the world refused: exponential, bounded, with jitter so that controllers do not come in
// step.

const FIRST_MS = 500;
const LAST_MS = 60_000;

export class Backoff {
  readonly #waits = new Map<string, { delayMs: number; untilMs: number }>();
  readonly #random: () => number;

  readonly #lastMs: number;

  /** `random`: from 0 to 1; a simulated life draws it from its seed. `lastMs`: what the delays grow to. */
  constructor(random: () => number = Math.random, lastMs = LAST_MS) {
    this.#random = random;
    this.#lastMs = lastMs;
  }

  /** Returns how long to wait. */
  failed(key: string, nowMs: number): number {
    const before = this.#waits.get(key)?.delayMs;
    const delayMs = before === undefined ? FIRST_MS : Math.min(before * 2, this.#lastMs);
    const jittered = delayMs * (0.75 + this.#random() / 2);
    this.#waits.set(key, { delayMs, untilMs: nowMs + jittered });
    return jittered;
  }

  /** On the same clock; long past when nothing is waited for. */
  waitingUntil(key: string): number {
    return this.#waits.get(key)?.untilMs ?? Number.NEGATIVE_INFINITY;
  }

  /** True when it had failed before. */
  succeeded(key: string): boolean {
    return this.#waits.delete(key);
  }
}
