// A hand on one value of one file: it knows where the value stands, takes down what is wrong with it, and what it
// refers to elsewhere. Builders get a cursor beside each value, so that every problem has a line and a column.

import type { Problem } from '../base/problem.ts';
import type { Place } from '../model/place.ts';
import type { Path, Source } from './document.ts';

/** Which of an environment's two questions a problem bears on: may anything run here (asked of the default branch's
 *  head), and can this version run (asked of the version). */
export type Concern = 'gate' | 'version' | 'both';

export type Finding = Problem & { readonly concern: Concern };

/** A name that must exist in another file, or a path that must exist in the tree. */
export type Reference = {
  readonly type:
    | 'pipeline'
    | 'policy'
    | 'calendar'
    | 'promoted'
    | 'party'
    | 'script'
    | 'path'
    | 'variable'
    | 'url'
    /** Of rules: an environment, a lock, the file of signing keys, the window of the same policy. */
    | 'soak'
    | 'lock'
    | 'signers'
    | 'own-window';
  readonly name: string;
  readonly place: Place;
  readonly concern: Concern;
};

export type Notes = { readonly findings: Finding[]; readonly references: Reference[] };

/** Of one file. Nobody fixes more at a time, and a hostile file must not cost a place for each of a million keys. */
export const FINDINGS_MAX = 100;

export type Cursor = {
  /** False where parts of the file that did not fit were left out: then nothing can be said about what is missing. */
  readonly complete: boolean;
  /** Where the value starts. */
  place(): Place;
  /** Where its key stands. */
  key(): Place;
  /** Where the nth (from 0) occurrence of a text inside the value stands. */
  text(needle: string, nth: number): Place;
  /** How the value was written, without its quotes; null for maps and lists. */
  written(): string | null;
  at(...steps: readonly (string | number)[]): Cursor;
  error(message: string, hint: string, place?: Place): void;
  /** Where what stands there may be a secret. The message must not repeat it. */
  secret(message: string, hint: string): void;
  warning(message: string, hint: string, place?: Place): void;
  refer(type: Reference['type'], name: string, place?: Place): void;
};

export function makeCursor(source: Source, concernOf: (path: Path) => Concern, notes: Notes, path: Path = []): Cursor {
  const add = (said: Pick<Problem, 'severity' | 'message' | 'hint' | 'isSecret'>, where: Place | undefined): void => {
    if (notes.findings.length >= FINDINGS_MAX || source.isMadeUp(path)) return;
    notes.findings.push({ ...(where ?? place()), ...said, concern: concernOf(path) });
  };
  const place = (): Place => source.valuePlace(path);
  return {
    complete: source.complete,
    place,
    key: () => source.keyPlace(path),
    text: (needle, nth) => source.textPlace(path, needle, nth),
    written: () => source.written(path),
    at: (...steps) => makeCursor(source, concernOf, notes, [...path, ...steps]),
    error: (message, hint, where) => add({ severity: 'error', message, hint }, where),
    secret: (message, hint) => add({ severity: 'error', message, hint, isSecret: true }, undefined),
    warning: (message, hint, where) => add({ severity: 'warning', message, hint }, where),
    refer: (type, name, where = place()) => {
      if (source.isMadeUp(path)) return;
      notes.references.push({ type, name, place: where, concern: concernOf(path) });
    },
  };
}
