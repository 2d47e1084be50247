// Whoever waits for a controller to come to rest, or to end: woken whenever something may have changed, and told what went
// wrong. A defect of ours ends the life; faults of the world only count, until something was recorded again.

import type { Fault } from '../ports/fault.ts';

export class Patience {
  #failure: { readonly cause: unknown } | null = null;
  /** In a row, since anything was last recorded. */
  #faults: Fault[] = [];
  #waiters: (() => void)[] = [];

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** The first failure counts: later ones follow from it. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.wake();
  }

  fault(fault: Fault): void {
    this.#faults.push(fault);
  }

  recorded(): void {
    this.#faults = [];
  }

  wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Resolves when it is so; throws the failure, or the fault that came `faultsMax` times in a row. */
  async until(isSo: () => boolean, faultsMax = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.cause;
      const fault = this.#faults[faultsMax - 1];
      if (fault !== undefined) throw fault;
      if (isSo()) return;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }
}
