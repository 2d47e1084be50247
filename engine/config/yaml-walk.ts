// From YAML's nodes to plain values. Size, depth, aliases and duplicate keys are bounded by this walk, so that
// nothing behind it needs to care. It never throws.

import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Problem } from '../base/problem.ts';
import type { Place } from '../model/place.ts';
import { record } from './record.ts';
import { keyText, startOf } from './yaml-places.ts';

export const DEPTH_MAX = 64;
/** Values after aliases are followed: what a bomb multiplies. */
const NODES_MAX = 200_000;
/** Of one file; nobody fixes more at a time. */
const PROBLEMS_MAX = 100;

/** A tag that changes nothing: the types that YAML has anyway. */
const CORE_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

type Walk = {
  readonly anchors: Map<string, Node>;
  readonly problems: Problem[];
  fatal: boolean;
  toValue(node: unknown, depth: number): unknown;
};

/** `restored`: the text of a plain scalar in which expressions were replaced, and null for any other. */
export function makeWalk(placeAt: (offset: number) => Place, restored: (node: unknown) => string | null): Walk {
  let nodes = 0;
  const walk: Walk = { anchors: new Map(), problems: [], fatal: false, toValue };
  return walk;

  function complain(node: unknown, message: string, hint: string): void {
    if (walk.problems.length >= PROBLEMS_MAX) return;
    walk.problems.push({ ...placeAt(startOf(node)), severity: 'error', message, hint });
  }

  function giveUp(node: unknown, message: string, hint: string): undefined {
    if (!walk.fatal) complain(node, message, hint);
    walk.fatal = true;
    return undefined;
  }

  function toValue(node: unknown, depth: number): unknown {
    nodes += 1;
    if (walk.fatal) return undefined;
    if (depth > DEPTH_MAX) return giveUp(node, `values nest deeper than ${DEPTH_MAX} levels`, 'flatten the file');
    if (nodes > NODES_MAX)
      return giveUp(node, 'aliases make this file too large', 'write the values out, or fewer of them');
    if (isAlias(node)) {
      const target = walk.anchors.get(node.source);
      if (target === undefined)
        return giveUp(node, `no anchor \`&${node.source}\` stands before this alias`, 'define it, or quote the text');
      return toValue(target, depth + 1);
    }
    remember(node);
    if (isSeq(node)) return node.items.map((item) => toValue(item, depth + 1));
    if (isMap(node)) return mapValue(node.items, depth);
    if (!isScalar(node)) return null;
    return restored(node) ?? scalarValue(node);
  }

  function remember(node: unknown): void {
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return;
    if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
    if (node.tag !== undefined && !CORE_TAG.test(node.tag)) {
      complain(
        node,
        `the tag \`${node.tag}\` is not known here`,
        'remove it: values are plain text, numbers, lists and maps',
      );
    }
  }

  function mapValue(items: readonly { key: unknown; value: unknown }[], depth: number): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of items) {
      const name = keyText(key);
      if (name === null) {
        complain(key, 'a key must be plain text', 'write `key: value`');
        continue;
      }
      remember(key);
      if (entries.has(name)) complain(key, `\`${name}\` is given twice`, 'keep one of them');
      else entries.set(name, toValue(value, depth + 1));
    }
    return record(entries);
  }

  function scalarValue(node: { readonly value: unknown; readonly source?: string }): unknown {
    if (typeof node.value === 'number' && !Number.isFinite(node.value)) return node.source ?? String(node.value);
    return typeof node.value === 'bigint' ? String(node.value) : node.value;
  }
}
