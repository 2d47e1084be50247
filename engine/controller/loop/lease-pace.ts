// How many leases can be renewed in time: a controller that claims more than that loses what it holds, takes its own
// runs over, and repeats their stages, the more the more there are. Measured by the pushes of ledgers themselves, so
// that a machine under load, a slow line and a slow server all count.

/**
 * Of a lease's life, the most that one push of all that is held may take: another one, and a claim, have to fit in as
 * well.
 */
const SHARE = 1 / 6;
/** Before anything was measured. */
const FIRST = 20;
/** Of fewer refs, what a push costs by itself hides what each of them costs. */
const TELLING_REFS = 10;
/** A machine that was busy is not trusted at once to be idle. */
const FADING = 0.7;

export class LeasePace {
  #msARef: number | null = null;

  /** A push of so many ledgers, from the drafts to the remote's answer. */
  took(ms: number, refs: number): void {
    if (refs < TELLING_REFS) return;
    this.#msARef = Math.max(ms / refs, (this.#msARef ?? 0) * FADING);
  }

  capacity(expiresMs: number): number {
    if (this.#msARef === null) return FIRST;
    return Math.max(FIRST, Math.floor((expiresMs * SHARE) / Math.max(this.#msARef, 0.01)));
  }
}
