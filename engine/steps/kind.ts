// What a kind of step is: a key, the schema of a step that has it, what becomes of such a step, and the work it makes
// for a run. A kind is a folder beside this file and one line in table.ts. `kind.ts` is pure; work that the
// controller does itself is in the `perform.ts` beside it.

import type { Cursor } from '../config/cursor.ts';
import { retry } from '../config/schema/retry.ts';
import { duration, either, flag, object, type Schema, type Shape, text } from '../config/schema/shape.ts';
import type { JobSubject, Planned } from '../model/job.ts';
import { STEP_CONDITION_LENGTH_MAX } from '../model/step-condition.ts';
import { STEP_ID_SAYS } from '../model/step-reference.ts';

type BuiltStep<Settings extends object> = {
  /** What the step is called where it has no `name:`. */
  readonly title: string;
  /** How long it may take where it has no `timeout:`. */
  readonly timeoutMs: number;
  /** Whether it puts the version in place; no when left out. */
  readonly touches?: boolean;
  /** Scripts that a shell is given, expressions still inside; none when left out. */
  readonly scripts?: readonly string[];
  readonly settings: Settings;
};

export type StepKind = {
  readonly key: string;
  readonly schema: Schema;
  /** `step` has been checked against `schema`. */
  build(step: unknown, cursor: Cursor): BuiltStep<object>;
  /** `settings` are those that `build` made. */
  plan(settings: object, subject: JobSubject): Planned;
};

export const COMMON_KEYS = {
  name: text('What the step is called; something readable is made up when left out.', {
    maxLength: 100,
    examples: ['unit tests'],
  }),
  timeout: duration('How long it may take before it is stopped and has failed.', { examples: ['10m'] }),
  retry,
  id: text(`By which later steps name it (\`steps.ID.outcome\`): ${STEP_ID_SAYS}.`, {
    maxLength: 64,
    examples: ['build'],
  }),
  if: either('When it runs: CEL over earlier steps; `success()` where it says nothing of the state.', [
    text('a condition, in CEL', {
      maxLength: STEP_CONDITION_LENGTH_MAX,
      examples: ['always()', "failure() && steps.migrate.outcome == 'success'"],
    }),
    { type: 'boolean', description: 'Always while nothing has failed, or never.' },
  ]),
  continue_on_error: flag('Whether the stage goes on, and does not fail, when this step fails.', false),
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

/** Ties the types of a kind together. What goes in was checked against this schema, or made by this `build`. */
export function stepKind<const S extends Schema, Settings extends object>(kind: {
  readonly key: string;
  readonly schema: S;
  readonly build: (step: Shape<S>, cursor: Cursor) => BuiltStep<Settings>;
  readonly plan: (settings: Settings, subject: JobSubject) => Planned;
}): StepKind {
  return {
    key: kind.key,
    schema: kind.schema,
    build: (step, cursor) => kind.build(step as Shape<S>, cursor),
    plan: (settings, subject) => kind.plan(settings as Settings, subject),
  };
}

/** `within` and `every`, for steps that ask until the answer is right. */
export const POLLING_KEYS = {
  within: duration('Ask again until this time has passed; once when left out.', { default: '0s', examples: ['60s'] }),
  every: duration('How long to wait between two tries.', { default: '2s', examples: ['2s'] }),
} as const;

export type Polling = { readonly withinMs: number; readonly everyMs: number };

/** The last try may begin at the very end of `within`; this is for its answer. */
export const POLLING_SLACK_MS = 30_000;
