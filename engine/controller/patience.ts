// Whoever waits for a controller to come to rest, or to end: woken whenever something may have changed, and told what went
// wrong. A defect of ours ends the life; faults of the world only count, each kind in a row, until it works or is recorded.

import type { Fault } from '../ports/fault.ts';

export class Patience {
  #failure: { readonly cause: unknown } | null = null;
  readonly #faults = new Map<string, { readonly times: number; readonly last: Fault }>();
  #waiters: (() => void)[] = [];

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** The first failure counts: later ones follow from it. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.wake();
  }

  fault(what: string, last: Fault): void {
    this.#faults.set(what, { times: (this.#faults.get(what)?.times ?? 0) + 1, last });
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

  /** Resolves when it is so; throws the failure, or the fault that came `faultsMax` times in a row while nothing was
   *  `underWay` that may still change things. */
  async until(
    isSo: () => boolean,
    faultsMax = Number.POSITIVE_INFINITY,
    underWay: () => boolean = () => false,
  ): Promise<void> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.cause;
      const often = [...this.#faults.values()].find(({ times }) => times >= faultsMax);
      if (often !== undefined && !underWay()) throw often.last;
      if (isSo()) return;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }
}
