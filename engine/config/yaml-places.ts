// Where in a text the keys and values of its YAML stand, and how a value was written there: `1.20` is the number 1.2,
// and anyone who wants text wants what its author wrote.

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';

export type Found = {
  /** Offsets of the key, and of the value's start and end. */
  readonly key: number;
  readonly value: number;
  readonly end: number;
  /** The value as it was written, where it is no map and no list. */
  readonly written: string | null;
};

export function startOf(node: unknown): number {
  return isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? 0) : 0;
}

/** A key as it was written: `1.0` is no other key than `"1.0"`. Null for what is no plain text. */
export function keyText(key: unknown): string | null {
  if (!isScalar(key)) return null;
  return key.source ?? String(key.value);
}

/** Finds what stands at a path; the nearest ancestor where the path leads nowhere. */
export function makeFinder(
  document: Document,
  anchors: ReadonlyMap<string, Node>,
): (path: readonly (string | number)[]) => Found {
  // A map of many keys is asked for each of them.
  const members = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  function membersOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = members.get(map);
    if (known !== undefined) return known;
    const made = new Map<string, Pair>();
    for (const pair of map.items) {
      const name = keyText(pair.key);
      if (name !== null && !made.has(name)) made.set(name, pair);
    }
    members.set(map, made);
    return made;
  }

  const followed = (node: unknown): unknown => (isAlias(node) ? anchors.get(node.source) : node);

  return (path) => {
    let node: unknown = document.contents;
    let found: Found = {
      key: startOf(node),
      value: startOf(node),
      end: Number.MAX_SAFE_INTEGER,
      written: textOf(node),
    };
    for (const step of path) {
      node = followed(node);
      let key: unknown = null;
      let next: unknown;
      if (isMap(node)) {
        const pair = membersOf(node).get(String(step));
        if (pair === undefined) return found;
        key = pair.key;
        next = pair.value;
      } else if (isSeq(node)) {
        next = node.items[Number(step)];
        if (next === undefined) return found;
      } else return found;
      const keyAt = key === null ? startOf(next) : startOf(key);
      // An absent value (`key:`) has no place of its own worth pointing at.
      const empty = !isScalar(next) ? next === null : next.value === null && next.source === '';
      const written = textOf(followed(next));
      found = { key: keyAt, value: empty ? keyAt : startOf(next), end: endOf(next), written };
      node = next;
    }
    return found;
  };
}

function textOf(node: unknown): string | null {
  return isScalar(node) ? (node.source ?? null) : null;
}

function endOf(node: unknown): number {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[1] ?? 0) : 0;
}
