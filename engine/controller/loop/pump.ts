// Who is to be decided about, and deciding until nothing more follows: one round at a time. Whoever is touched while a round
// is under way is in the next.

type PumpParts = {
  /** Decides about these; may mark some again. */
  readonly decide: (names: readonly string[]) => Promise<void>;
  /** These wait for an answer, and are decided about once it is there. */
  readonly isBusy: (name: string) => boolean;
  /** Nothing follows any more from what is known. */
  readonly onRest: () => void;
  readonly onFault: (cause: unknown) => void;
};

export class Pump {
  readonly #parts: PumpParts;
  readonly #marked = new Set<string>();
  #isPumping = false;
  #again = false;
  #isStopped = false;

  constructor(parts: PumpParts) {
    this.#parts = parts;
  }

  get isAtRest(): boolean {
    return !this.#isPumping && this.#marked.size === 0;
  }

  /** To be decided about in this round, or in the next that somebody begins. */
  mark(names: Iterable<string>): void {
    for (const name of names) this.#marked.add(name);
  }

  touch(names: Iterable<string>): void {
    this.mark(names);
    this.#pump();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #pump(): void {
    if (this.#isPumping || this.#isStopped) {
      this.#again = true;
      return;
    }
    this.#isPumping = true;
    this.#untilNothingFollows().then(
      () => this.#pumped(),
      (cause: unknown) => {
        this.#parts.onFault(cause);
        this.#pumped();
      },
    );
  }

  #pumped(): void {
    this.#isPumping = false;
    if (this.#again && !this.#isStopped) {
      this.#again = false;
      this.#pump();
      return;
    }
    this.#parts.onRest();
  }

  async #untilNothingFollows(): Promise<void> {
    this.#again = false;
    for (;;) {
      const names = [...this.#marked].filter((name) => !this.#parts.isBusy(name)).sort();
      if (names.length === 0 || this.#isStopped) return;
      for (const name of names) this.#marked.delete(name);
      await this.#parts.decide(names);
    }
  }
}
