// Who is to be decided about in this round or the next, and who waits for a free place.

export class Marks {
  readonly #marked = new Set<string>();
  readonly #waitForRoom = new Set<string>();

  get size(): number {
    return this.#marked.size;
  }

  add(names: Iterable<string>): void {
    for (const name of names) this.#marked.add(name);
  }

  /** The next round, in stable order. Those that wait for an answer are decided about once it is there. */
  take(isBusy: (name: string) => boolean): readonly string[] {
    const names = [...this.#marked].filter((name) => !isBusy(name)).sort();
    for (const name of names) this.#marked.delete(name);
    return names;
  }

  waitsForRoom(name: string): void {
    this.#waitForRoom.add(name);
  }

  /** A place may be free: all that waited for one are asked again. */
  roomFreed(): void {
    this.add(this.#waitForRoom);
    this.#waitForRoom.clear();
  }
}
