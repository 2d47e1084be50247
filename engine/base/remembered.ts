// What follows from an immutable value alone, computed once for as long as that value lives. A memo, never a state:
// asking again, asking in another order or forgetting everything in between gives the same answers.

/** `make` must look at nothing but its argument. */
export function remembered<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
