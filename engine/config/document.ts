// Text to plain value, with the place of every key and value at hand. This room stands between hostile YAML and the rest:
// size, depth, aliases and duplicate keys are bounded here, by a walk of our own, so that nothing behind it needs to care.
// It never throws; a text that cannot be read gives problems and the value `undefined`.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from 'yaml';
import type { Problem } from '../base/problem.ts';
import type { Place } from '../model/place.ts';
import { record } from './record.ts';

export type Path = readonly (string | number)[];

export type Source = {
  readonly file: string;
  /** Plain values only; maps have no prototype. `undefined` when the text could not be read. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** False where parts that did not fit were left out: then nothing can be said about what is missing. */
  readonly complete: boolean;
  /** Where the value at a path starts; the nearest ancestor's place where the path leads nowhere. */
  valuePlace(path: Path): Place;
  /** Where the key of a member stands. */
  keyPlace(path: Path): Place;
  /** Where the `nth` (from 0) occurrence of a text inside the value stands, for expressions in strings. */
  textPlace(path: Path, text: string, nth: number): Place;
};

/** Characters. A file this size is a mistake or an attack; reading it would block the controller for seconds. */
const TEXT_LENGTH_MAX = 1_048_576;
const DEPTH_MAX = 64;
/** Values after aliases are followed: what a bomb multiplies. */
const NODES_MAX = 200_000;

/** A tag that changes nothing: the types that YAML has anyway. */
const CORE_TAG = /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/;

export function openDocument(file: string, text: string): Source {
  const refused = refusal(text);
  if (refused !== null) return unreadable(file, refused.message, refused.hint);
  const lines = new LineCounter();
  // `uniqueKeys` compares every pair of keys, which a large file makes quadratic; the walk below uses sets instead.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = document.errors.slice(0, 10).map((error) => syntaxProblem(error, text, placeAt));
  if (problems.length > 0) return { ...unreadable(file, '', ''), problems };
  const walk = makeWalk(placeAt);
  const value = walk.toValue(document.contents, 0);
  if (walk.fatal) return { ...unreadable(file, '', ''), problems: walk.problems };
  const find = (path: Path) => findNode(document, walk.anchors, path);
  return {
    file,
    value,
    problems: walk.problems,
    complete: true,
    valuePlace: (path) => placeAt(find(path).value),
    keyPlace: (path) => placeAt(find(path).key),
    textPlace: (path, needle, nth) => placeAt(textOffset(text, find(path), needle, nth)),
  };
}

export const TOO_LARGE = {
  message: 'this file is larger than 1 MiB and was not read',
  hint: 'configuration is small; keep data elsewhere',
} as const;

function refusal(text: string): { message: string; hint: string } | null {
  if (text.length > TEXT_LENGTH_MAX) {
    return TOO_LARGE;
  }
  if (text.includes('\u0000')) {
    return { message: 'this file is not text: it holds a NUL character', hint: 'save it as UTF-8' };
  }
  if (bottomless(text)) {
    return { message: `values nest deeper than ${DEPTH_MAX} levels`, hint: 'flatten the file' };
  }
  return null;
}

/** The parser survives bottomless nesting but needs seconds for it; a glance at the brackets does not. */
function bottomless(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) depth += 1;
    else if ((code === 0x5d || code === 0x7d) && depth > 0) depth -= 1;
    if (depth > 2_000) return true;
  }
  return /^[ \t]*(?:[-?][ \t]+){64}/m.test(text);
}

function unreadable(file: string, message: string, hint: string): Source {
  const start: Place = { file, line: 1, column: 1 };
  return {
    file,
    value: undefined,
    problems: [{ ...start, severity: 'error', message, hint }],
    complete: false,
    valuePlace: () => start,
    keyPlace: () => start,
    textPlace: () => start,
  };
}

/** What people meet most often, in words that say how to mend it; the parser's own words otherwise. */
function syntaxProblem(error: YAMLError, text: string, placeAt: (offset: number) => Place): Problem {
  const place = placeAt(error.pos[0]);
  const found = (message: string, hint: string): Problem => ({ ...place, severity: 'error', message, hint });
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return found('a tab is used for indentation', 'indent with spaces');
    case 'MULTIPLE_DOCS':
      return found(
        'a second document begins here',
        'one document a file: the file name is its name, so move it to its own file',
      );
    case 'MISSING_CHAR':
      return found(lower(error.message), 'close the quote or bracket');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return found('a second `: ` on one line', 'put the value in quotes, or the inner map on its own lines');
    case 'MULTILINE_IMPLICIT_KEY':
      return found('this line is no `key: value`', 'write a space after the colon, or quote the text');
    case 'BAD_SCALAR_START': {
      const mark = text.charAt(error.pos[0]);
      return found(`a plain value cannot start with \`${mark}\``, 'put the value in quotes');
    }
    case 'RESOURCE_EXHAUSTION':
      return found(`values nest deeper than ${DEPTH_MAX} levels`, 'flatten the file');
    default:
      return found(`this is not valid YAML: ${lower(error.message)}`, 'check indentation, quotes and brackets here');
  }
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

type Walk = {
  readonly anchors: Map<string, Node>;
  readonly problems: Problem[];
  fatal: boolean;
  toValue(node: unknown, depth: number): unknown;
};

function makeWalk(placeAt: (offset: number) => Place): Walk {
  let nodes = 0;
  const walk: Walk = { anchors: new Map(), problems: [], fatal: false, toValue };
  return walk;

  function complain(node: unknown, message: string, hint: string): void {
    if (walk.problems.length >= 100) return;
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
    return scalarValue(node);
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
      const name = isScalar(key) ? String(key.value) : null;
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

function startOf(node: unknown): number {
  return isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[0] ?? 0) : 0;
}

type Found = { readonly key: number; readonly value: number; readonly end: number };

function findNode(document: Document, anchors: ReadonlyMap<string, Node>, path: Path): Found {
  let node: unknown = document.contents;
  let found: Found = { key: startOf(node), value: startOf(node), end: Number.MAX_SAFE_INTEGER };
  for (const step of path) {
    if (isAlias(node)) node = anchors.get(node.source);
    let key: unknown = null;
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
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
    found = { key: keyAt, value: empty ? keyAt : startOf(next), end: endOf(next) };
    node = next;
  }
  return found;
}

function endOf(node: unknown): number {
  return isMap(node) || isSeq(node) || isScalar(node) ? (node.range?.[1] ?? 0) : 0;
}

function textOffset(text: string, found: Found, needle: string, nth: number): number {
  let offset = found.value - 1;
  for (let count = 0; count <= nth; count += 1) {
    offset = text.indexOf(needle, offset + 1);
    if (offset < 0 || offset >= found.end) return found.value;
  }
  return offset;
}
