// One look at the remote at a time. Anyone who asks while one is under way gets the next one, shared by all who ask
// meanwhile: a slow remote never makes a queue of looks.

export class Looks {
  readonly #look: () => Promise<void>;
  #current: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(look: () => Promise<void>) {
    this.#look = look;
  }

  get underWay(): boolean {
    return this.#current !== null;
  }

  /** Resolves after a look that began no sooner than this call. */
  look(): Promise<void> {
    if (this.#current === null) return this.#begin();
    this.#next ??= this.#current
      .catch(() => {})
      .then(() => {
        this.#next = null;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<void> {
    const look = this.#look().finally(() => {
      if (this.#current === look) this.#current = null;
    });
    this.#current = look;
    return look;
  }
}
