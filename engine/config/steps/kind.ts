// What a step kind is: a key, the schema of a step that has it, and how such a step becomes a model value.
// Adding a kind is one file beside this one and one line in table.ts.

import type { StepConfig } from '../../model/config.ts';
import type { Cursor } from '../cursor.ts';
import { retry } from '../schema/retry.ts';
import { duration, flag, object, type Schema, type Shape, text } from '../schema/shape.ts';

type Common = 'name' | 'place' | 'timeoutMs' | 'retry' | 'idempotent';
type WithoutCommon<S> = S extends unknown ? Omit<S, Common> : never;

/** The part of a step that its kind decides. */
type StepWork = WithoutCommon<StepConfig>;

type BuiltStep = {
  /** What the step is called where it has no `name:`. */
  readonly title: string;
  /** How long it may take where it has no `timeout:`. */
  readonly timeoutMs: number;
  readonly work: StepWork;
};

export type StepKind = {
  readonly key: string;
  readonly schema: Schema;
  /** `step` has been checked against `schema`. */
  build(step: unknown, cursor: Cursor): BuiltStep;
};

export const COMMON_KEYS = {
  name: text('What the step is called; something readable is made up when left out.', {
    maxLength: 100,
    examples: ['unit tests'],
  }),
  timeout: duration('How long it may take before it is stopped and has failed.', { examples: ['10m'] }),
  retry,
  idempotent: flag(
    'Whether it may run twice: a step that may or may not have run when its controller was lost runs again.',
    true,
  ),
} as const;

/** The schema of one kind of step: its own keys, and those that all steps have. */
export function stepSchema<const K extends string, const P extends Readonly<Record<K, Schema>>>(
  key: K,
  description: string,
  own: P,
) {
  return object(description, { ...own, ...COMMON_KEYS }, [key]);
}

export function stepKind<const S extends Schema>(
  key: string,
  schema: S,
  build: (step: Shape<S>, cursor: Cursor) => BuiltStep,
): StepKind {
  return { key, schema, build: (step, cursor) => build(step as Shape<S>, cursor) };
}

/** `within` and `every`, for steps that ask until the answer is right. */
export const POLLING_KEYS = {
  within: duration('Ask again until this time has passed; once when left out.', { default: '0s', examples: ['60s'] }),
  every: duration('How long to wait between two tries.', { default: '2s', examples: ['2s'] }),
} as const;

/** The last try may begin at the very end of `within`; this is for its answer. */
export const POLLING_SLACK_MS = 30_000;
