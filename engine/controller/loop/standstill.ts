// After a standstill (this machine slept, or was cut off) policies may say something else by now: the remote is
// looked at once before a lease of ours that ran out is taken up again, and then work goes on with what is known. A
// controller that cannot look cannot claim either.

/** What was seen so long ago is looked at again first. */
export const STALE_MS = 10_000;

export class Standstill {
  readonly #nowMs: () => number;
  #lookedAtMs = 0;
  #hasLookedFirst = false;

  /** `nowMs`: monotonic. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  looked(): void {
    this.#lookedAtMs = this.#nowMs();
  }

  /** True where the remote is to be looked at first; not twice in a row. */
  asksForLook(): boolean {
    this.#hasLookedFirst = this.#nowMs() - this.#lookedAtMs > STALE_MS && !this.#hasLookedFirst;
    return this.#hasLookedFirst;
  }
}
