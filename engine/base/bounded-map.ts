// A map that forgets what was used longest ago once its entries weigh more than a bound. For objects read by id: they
// never change, so that forgetting costs a read and never truth.

export type BoundedMap<Key, Value> = {
  has(key: Key): boolean;
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
  /** Another bound from now on. */
  allow(weightMax: number): void;
  clear(): void;
};

export function boundedMap<Key, Value>(
  weightMaxAtFirst: number,
  weigh: (value: Value) => number = () => 1,
): BoundedMap<Key, Value> {
  const held = new Map<Key, Value>();
  let weight = 0;
  let weightMax = weightMaxAtFirst;
  return {
    has: (key) => held.has(key),
    get(key) {
      const value = held.get(key);
      if (value === undefined) return undefined;
      held.delete(key);
      held.set(key, value);
      return value;
    },
    set(key, value) {
      const before = held.get(key);
      if (before !== undefined) weight -= weigh(before);
      held.delete(key);
      held.set(key, value);
      weight += weigh(value);
      for (const [oldest, dropped] of held) {
        if (weight <= weightMax || oldest === key) break;
        held.delete(oldest);
        weight -= weigh(dropped);
      }
    },
    delete(key) {
      const before = held.get(key);
      if (before !== undefined && held.delete(key)) weight -= weigh(before);
    },
    allow(bound) {
      weightMax = bound;
    },
    clear() {
      held.clear();
      weight = 0;
    },
  };
}
