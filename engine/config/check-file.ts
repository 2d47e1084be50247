// A file's value against its schema: every problem told, and then as much of the value kept as does fit, so that a slip in
// one key does not hide a problem in another. What is kept after a problem is for finding further problems only: the file
// has errors, and assemble.ts leaves it out.

import { type Cursor, FINDINGS_MAX } from './cursor.ts';
import type { Path, Source } from './document.ts';
import { explain } from './explain.ts';
import { isRecord, record } from './record.ts';
import { type Misfit, misfits } from './schema/misfits.ts';
import type { Schema } from './schema/shape.ts';

/** Leaving a value out can leave its parent wanting; deeper than this nobody nests. */
const ROUNDS_MAX = 6;

type CheckedFile<T> = { readonly file: T; readonly cursor: Cursor };

/** Null where too little is left. `gaps`: stand-ins for required keys that are missing at the top. */
export function checkFile<T>(
  source: Source,
  schema: Schema,
  gaps: Readonly<Record<string, unknown>>,
  cursorOn: (source: Source) => Cursor,
): CheckedFile<T> | null {
  let wrong = misfits(source.value, schema);
  if (wrong.length === 0) return { file: source.value as T, cursor: cursorOn(source) };
  const whole = cursorOn(source);
  if (source.value === null) {
    whole.error('this file is empty', 'see docs/configuration.md for what belongs into it');
    return null;
  }
  for (const misfit of wrong.slice(0, FINDINGS_MAX)) explain(misfit, whole);
  if (wrong.length > FINDINGS_MAX) return null;
  const leftOut: Path[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const soFar = [...leftOut];
    leftOut.push(...wrong.map((misfit) => asWritten(culprit(misfit), soFar)));
    const rest = without(source.value, leftOut);
    const filled = isRecord(rest) ? record([...Object.entries(gaps), ...Object.entries(rest)]) : rest;
    wrong = misfits(filled, schema);
    if (wrong.length === 0) return { file: filled as T, cursor: cursorOn(shifted(source, leftOut)) };
  }
  return null;
}

/** What must go so that the rest fits: an unknown key, or the value itself. */
function culprit({ keyword, path, key }: Misfit): Path {
  return keyword === 'additionalProperties' || keyword === 'propertyNames' ? [...path, key] : path;
}

function without(value: unknown, paths: readonly Path[]): unknown {
  if (paths.length === 0) return value;
  const below = (key: string | number): readonly Path[] =>
    paths.filter((path) => path.length > 1 && path[0] === key).map((path) => path.slice(1));
  const kept = (key: string | number): boolean => !paths.some((path) => path.length === 1 && path[0] === key);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => (kept(index) ? [without(item, below(index))] : []));
  }
  if (!isRecord(value)) return value;
  return record(
    Object.entries(value).flatMap(([key, item]) => (kept(key) ? [[key, without(item, below(key))] as const] : [])),
  );
}

/** Items that were left out have moved the later ones: a path in what was kept, as a path in what was written. */
function asWritten(path: Path, leftOut: readonly Path[]): Path {
  const written: (string | number)[] = [];
  for (const step of path) {
    if (typeof step === 'string') {
      written.push(step);
      continue;
    }
    const gone = new Set(leftOut.filter((other) => isChild(other, written)).map((other) => other[written.length]));
    let index = -1;
    for (let left = step; left >= 0; left -= 1) {
      do index += 1;
      while (gone.has(index));
    }
    written.push(index);
  }
  return written;
}

function isChild(path: Path, parent: Path): boolean {
  return path.length === parent.length + 1 && parent.every((step, index) => path[index] === step);
}

function shifted(source: Source, leftOut: readonly Path[]): Source {
  return {
    ...source,
    complete: false,
    valuePlace: (path) => source.valuePlace(asWritten(path, leftOut)),
    keyPlace: (path) => source.keyPlace(asWritten(path, leftOut)),
    textPlace: (path, text, nth) => source.textPlace(asWritten(path, leftOut), text, nth),
  };
}
