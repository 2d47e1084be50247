// Text to plain value, with the place of every key and value at hand. This room stands between hostile YAML and the
// rest: the size of a text is bounded here, and what it multiplies to by the walk (yaml-walk.ts). It never throws; a
// text that cannot be read gives problems and the value `undefined`.

import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Problem } from '../base/problem.ts';
import type { Place } from '../model/place.ts';
import { type Found, makeFinder } from './yaml-places.ts';
import { syntaxProblems, unquotedProblem, withExpressions, withoutExpressions } from './yaml-syntax.ts';
import { DEPTH_MAX, makeWalk } from './yaml-walk.ts';

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
  /** How the value at a path was written, without its quotes; null for maps and lists. */
  written(path: Path): string | null;
  /** Whether nobody wrote what stands at a path: it fills the place of something that does not fit. */
  isMadeUp(path: Path): boolean;
};

/** Characters. A file this size is a mistake or an attack; reading it would block the controller for seconds. */
const TEXT_LENGTH_MAX = 1_048_576;

export function openDocument(file: string, text: string): Source {
  const refused = refusal(text);
  if (refused !== null) return unreadable(file, refused.message, refused.hint);
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const read = readNodes(text, lines);
  if (read.document.errors.length > 0) {
    const problems = [...read.unquoted.map(problemAt), ...syntaxProblems(read.document.errors, text, placeAt)];
    return { ...unreadable(file, '', ''), problems };
  }
  const walk = makeWalk(placeAt, (node) => restored(read, node, text));
  const value = walk.toValue(read.document.contents, 0);
  const problems = [...read.unquoted.map(problemAt), ...walk.problems];
  if (walk.fatal) return { ...unreadable(file, '', ''), problems };
  const find = makeFinder(read.document, walk.anchors);
  return {
    file,
    value,
    problems,
    complete: true,
    valuePlace: (path) => placeAt(find(path).value),
    keyPlace: (path) => placeAt(find(path).key),
    textPlace: (path, needle, nth) => placeAt(textOffset(text, find(path), needle, nth)),
    written: (path) => find(path).written,
    isMadeUp: () => false,
  };

  function problemAt({ start, end }: Range): Problem {
    return unquotedProblem(text.slice(start, end), placeAt(start));
  }
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

type Range = { readonly start: number; readonly end: number };

type Nodes = {
  readonly document: Document;
  /** Plain scalars with an expression that stand in `{ }` or `[ ]` without quotes: what the parser could not read. */
  readonly unquoted: readonly Range[];
  /** Whether expressions were replaced to read the rest at all. */
  readonly isReplaced: boolean;
};

function readNodes(text: string, lines: LineCounter): Nodes {
  const document = parsed(text, lines);
  if (document.errors.length === 0) return { document, unquoted: [], isReplaced: false };
  const plain = withoutExpressions(text);
  if (plain === null) return { document, unquoted: [], isReplaced: false };
  const second = parsed(plain, new LineCounter());
  const unquoted = expressionsInFlow(second, text);
  return unquoted.length === 0
    ? { document, unquoted: [], isReplaced: false }
    : { document: second, unquoted, isReplaced: true };
}

function parsed(text: string, lines: LineCounter): Document {
  // `uniqueKeys` compares every pair of keys, which a large file makes quadratic; the walk uses sets instead. The
  // schema is named, so that no `%YAML 1.1` in a file turns `yes` into true and a date into an object.
  return parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
    schema: 'core',
  });
}

function expressionsInFlow(document: Document, text: string): readonly Range[] {
  const found: Range[] = [];
  visit(document, {
    Scalar: (_, node, path) => {
      const isInFlow = path.some((parent) => (isMap(parent) || isSeq(parent)) && parent.flow === true);
      const range = plainRange(node);
      if (isInFlow && range !== null && text.slice(range.start, range.end).includes('${{')) found.push(range);
    },
  });
  return found;
}

function plainRange(node: unknown): Range | null {
  if (!isScalar(node) || node.type !== 'PLAIN' || !node.range) return null;
  return { start: node.range[0], end: node.range[1] };
}

/** What stood where expressions were replaced. */
function restored({ isReplaced }: Nodes, node: unknown, text: string): string | null {
  if (!isReplaced || !isScalar(node) || !node.range || typeof node.value !== 'string') return null;
  const written = text.slice(node.range[0], node.range[1]);
  return written.includes('${{') ? withExpressions(node.value, written) : null;
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
    written: () => null,
    isMadeUp: () => false,
  };
}

function textOffset(text: string, found: Found, needle: string, nth: number): number {
  let offset = found.value - 1;
  for (let count = 0; count <= nth; count += 1) {
    offset = text.indexOf(needle, offset + 1);
    if (offset < 0 || offset >= found.end) return found.value;
  }
  return offset;
}
