// Anyone who waits for a controller to come to rest, or to end: woken whenever something may have changed, and told
// what went wrong. A defect of ours ends the life; faults of the world only count, each kind in a row, until it works
// or is recorded.

import type { Fault } from '../../ports/fault.ts';

export class Patience {
  #failure: { readonly cause: unknown } | null = null;
  readonly #faults = new Map<string, Row>();
  readonly #nowMs: () => number;
  #waiters: (() => void)[] = [];

  /** `nowMs`: monotonic. */
  constructor(nowMs: () => number = () => 0) {
    this.#nowMs = nowMs;
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** The first failure counts: later ones follow from it. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.wake();
  }

  fault(what: string, last: Fault): void {
    const before = this.#faults.get(what);
    const nowMs = this.#nowMs();
    this.#faults.set(what, {
      times: (before?.times ?? 0) + 1,
      beganMs: before?.beganMs ?? nowMs,
      lastMs: nowMs,
      last,
    });
    this.wake();
  }

  works(what: string): void {
    this.#faults.delete(what);
  }

  recorded(): void {
    this.#faults.clear();
  }

  wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /**
   * Resolves when it is so; throws the failure, or the fault that came `faultsMax` times in a row, or again and again
   * for a while, when nothing is `underWay` that may still change things.
   */
  async until(
    isSo: () => boolean,
    faultsMax = Number.POSITIVE_INFINITY,
    underWay: () => boolean = () => false,
  ): Promise<void> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.cause;
      const often = [...this.#faults.values()].find((row) => row.times >= faultsMax || isLong(row, faultsMax));
      if (often !== undefined && !underWay()) throw often.last;
      if (isSo()) return;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }
}

/** Faults of one kind, in a row. */
type Row = { readonly times: number; readonly beganMs: number; readonly lastMs: number; readonly last: Fault };

/**
 * From the first fault to a later one. A remote that hangs takes seconds to fail: anyone who waits for a single pass
 * is not kept for as many of them as when it says no at once.
 */
const ROW_MS = 15_000;

function isLong({ times, beganMs, lastMs }: Row, faultsMax: number): boolean {
  return Number.isFinite(faultsMax) && times > 1 && lastMs - beganMs >= ROW_MS;
}
