// A bounded memory of what was computed last. Promises may be remembered: one that fails is forgotten, so that the
// next caller tries again.

import { type BoundedMap, boundedMap } from '../../base/bounded-map.ts';

/**
 * Answers about versions: a few for each of a thousand environments. More are no help, and take a controller
 * thousands of versions to fill.
 */
export const REMEMBERED = 2_000;

export class Recent<Key, Value> {
  readonly #entries: BoundedMap<Key, Value>;

  constructor(sizeMax: number) {
    this.#entries = boundedMap<Key, Value>(sizeMax);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
  }

  delete(key: Key): void {
    this.#entries.delete(key);
  }

  remember(key: Key, compute: () => Value): Value {
    const known = this.get(key);
    if (known !== undefined) return known;
    const value = compute();
    this.set(key, value);
    if (value instanceof Promise) value.catch(() => this.delete(key));
    return value;
  }
}
