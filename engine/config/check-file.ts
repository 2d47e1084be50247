// A file's value against its schema: every problem told, and then as much of the value kept as does fit, so that a
// slip in one key does not hide a problem in another. What is kept after a problem is for finding further problems
// only: the file has errors, and assemble.ts leaves it out.

import { type Cursor, FINDINGS_MAX } from './cursor.ts';
import type { Path, Source } from './document.ts';
import { explain } from './explain.ts';
import { isRecord, record } from './record.ts';
import { type Misfit, misfits, propertiesOf } from './schema/misfits.ts';
import type { Schema } from './schema/shape.ts';
import { standIn } from './schema/stand-in.ts';

/** Leaving a value out can leave its parent wanting. */
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
  const madeUp: MadeUp[] = [];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const soFar = [...leftOut];
    for (const misfit of wrong.filter((one) => !isGap(one, gaps))) settle(misfit, soFar, leftOut, madeUp);
    const rest = edited(source.value, leftOut, madeUp);
    const filled = isRecord(rest) ? record([...Object.entries(gaps), ...Object.entries(rest)]) : rest;
    wrong = misfits(filled, schema);
    if (wrong.length === 0) return { file: filled as T, cursor: cursorOn(shifted(source, leftOut, madeUp)) };
  }
  return null;
}

type MadeUp = { readonly path: Path; readonly value: unknown };

/**
 * A key that is not known goes, and so does a value that does not fit; what must be there is made up, so that a slip
 * in one step does not hide its whole stage.
 */
function settle(misfit: Misfit, soFar: readonly Path[], leftOut: Path[], madeUp: MadeUp[]): void {
  const { keyword, path, key, schema } = misfit;
  if (keyword === 'required') {
    madeUp.push({ path: asWritten([...path, key], soFar), value: standIn(propertiesOf(schema)[key] ?? {}) });
  } else if (keyword === 'minItems' && path.length > 0) {
    madeUp.push({ path: asWritten(path, soFar), value: standIn(schema) });
  } else {
    const isKey = keyword === 'additionalProperties' || keyword === 'propertyNames';
    leftOut.push(asWritten(isKey ? [...path, key] : path, soFar));
  }
}

/** The caller says what stands there. */
function isGap({ keyword, path, key }: Misfit, gaps: Readonly<Record<string, unknown>>): boolean {
  return keyword === 'required' && path.length === 0 && Object.hasOwn(gaps, key);
}

function edited(value: unknown, leftOut: readonly Path[], madeUp: readonly MadeUp[]): unknown {
  if (leftOut.length === 0 && madeUp.length === 0) return value;
  const below = (key: string | number): unknown => {
    const within = (path: Path): boolean => path.length > 1 && path[0] === key;
    const inner = madeUp.filter(({ path }) => within(path)).map((made) => ({ ...made, path: made.path.slice(1) }));
    const item = Array.isArray(value) ? value[Number(key)] : isRecord(value) ? value[key] : undefined;
    return edited(
      item,
      leftOut.filter(within).map((path) => path.slice(1)),
      inner,
    );
  };
  const kept = (key: string | number): boolean => !leftOut.some((path) => path.length === 1 && path[0] === key);
  if (Array.isArray(value)) return value.flatMap((_, index) => (kept(index) ? [below(index)] : []));
  if (!isRecord(value)) return value;
  const own = Object.keys(value).flatMap((key) => (kept(key) ? [[key, below(key)] as const] : []));
  const made = madeUp.flatMap(({ path, value: one }) => (path.length === 1 ? [[String(path[0]), one] as const] : []));
  return record([...own, ...made]);
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

function shifted(source: Source, leftOut: readonly Path[], madeUp: readonly MadeUp[]): Source {
  return {
    ...source,
    complete: false,
    valuePlace: (path) => source.valuePlace(asWritten(path, leftOut)),
    keyPlace: (path) => source.keyPlace(asWritten(path, leftOut)),
    textPlace: (path, text, nth) => source.textPlace(asWritten(path, leftOut), text, nth),
    written: (path) => source.written(asWritten(path, leftOut)),
    isMadeUp: (path) => madeUp.some((made) => startsWith(asWritten(path, leftOut), made.path)),
  };
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}
