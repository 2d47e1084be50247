// What a record kind is: its fields, what it changes, what is said of it. Adding one is one file beside this one and
// one line in table.ts. The methods are methods, so that the table can take each with its own record.

import type { EnvironmentState } from '../../model/environment-state.ts';
import type { RecordCommon, Tone } from '../../model/record.ts';
import type { Run } from '../../model/run.ts';
import type { Fields, Held } from '../fields.ts';

/** What a record changes, or a sentence that says why it cannot follow. */
export type Change = Partial<EnvironmentState> | string;

export type RecordKind<R extends { readonly type: string }> = {
  readonly type: R['type'];
  readonly fields: Fields;
  /** In words, for commit messages and audit trails. */
  say(record: R): string;
  /** How much somebody who scans a log looks for it: a batch is named for its heaviest record. 0 where left out. */
  readonly weight?: number;
  /** How it is told to somebody who watches; not at all where left out or null. */
  tone?(record: R): Tone | null;
  /** It is pushed before anything else is decided there, without being a claim. */
  readonly isFirst?: true;
  /** It must be accepted by the remote before anything that rests on it is done. */
  isClaim?(record: R): boolean;
};

/** The record that a run begins with. */
export type OpeningKind<R extends { readonly type: string }> = RecordKind<R> & {
  open(environment: string, record: R): Run;
  /** `run` is the run opened. */
  settle(state: EnvironmentState, record: R, run: Run): Change;
};

/** Of a run that is open: only the holder of its lease writes these. */
export type RunKind<R extends { readonly type: string }> = RecordKind<R> & {
  /** The run after the record, or a sentence. */
  fold(run: Run, record: R): Run | string;
  /** A run that has failed goes nowhere but to its end: only these may follow. */
  readonly afterFailure?: true;
  /** Why it cannot stand in the ledger as it is. */
  whyNot?(state: EnvironmentState, record: R): string | null;
  /** What changes beside the run; `state` has the run as it was, `run` as it is now. */
  settle?(state: EnvironmentState, record: R, run: Run): Partial<EnvironmentState>;
};

/** An environment's own: anybody who may push the ref may add them. */
export type EventKind<R extends { readonly type: string }> = RecordKind<R> & {
  /** `repository`: in the ledger of the whole repository only (`_all`). An environment's where left out. */
  readonly ledger?: 'repository' | 'both';
  fold(state: EnvironmentState, record: R): Change;
};

/** The record that a kind is of. */
export type RecordOf<Kind> = Kind extends { say(record: infer R): string } ? R : never;

type Flat<T> = { [Key in keyof T]: T[Key] };
/** The record of an environment, or of a run, with these fields. */
export type OfEnvironment<Type extends string, F extends Fields> = Flat<
  RecordCommon & { readonly type: Type } & Held<F>
>;
export type OfRun<Type extends string, F extends Fields> = Flat<
  RecordCommon & { readonly type: Type; readonly run: string } & Held<F>
>;

export function eventKind<const Type extends string, const F extends Fields>(
  kind: EventKind<OfEnvironment<Type, F>> & { readonly type: Type; readonly fields: F },
): EventKind<OfEnvironment<Type, F>> {
  return kind;
}

export function runKind<const Type extends string, const F extends Fields>(
  kind: RunKind<OfRun<Type, F>> & { readonly type: Type; readonly fields: F },
): RunKind<OfRun<Type, F>> {
  return kind;
}

export function openingKind<const Type extends string, const F extends Fields>(
  kind: OpeningKind<OfRun<Type, F>> & { readonly type: Type; readonly fields: F },
): OpeningKind<OfRun<Type, F>> {
  return kind;
}
