// What a kind of target is: a key, its schema, what becomes of it (with the place that it claims), and the work it
// makes for a run. A kind is a folder beside this file and one line in table.ts. `kind.ts` is pure; work that the
// controller does itself is in the `perform.ts` beside it. What other programs do (ssh, docker, kubectl) is a
// process: the supervisor ends it with its job.

import type { Cursor } from '../config/cursor.ts';
import { object, type Schema, type Shape } from '../config/schema/shape.ts';
import type { JobSubject, Planned } from '../model/job.ts';
import type { TemplateValues } from '../model/template.ts';

type BuiltTarget<Settings extends object> = {
  /** The place that it puts things into, in one spelling; null for one that only its scripts know. */
  readonly claim: string | null;
  /** Scripts that a shell is given, expressions still inside; none when left out. */
  readonly scripts?: readonly string[];
  readonly settings: Settings;
};

export type TargetKind = {
  readonly key: string;
  /** Of the map that holds the key: `{ files: … }`. */
  readonly schema: Schema;
  /** `value` is what stands below the key, checked. `values`: what an environment can say of itself. */
  build(value: unknown, cursor: Cursor, values: TemplateValues): BuiltTarget<object>;
  /** `settings` are those that `build` made. */
  plan(settings: object, subject: JobSubject): Planned;
};

/** Ties the types of a kind together. What goes in was checked against this schema, or made by this `build`. */
export function targetKind<const S extends Schema, Settings extends object>(kind: {
  readonly key: string;
  readonly description: string;
  readonly schema: S;
  readonly build: (value: Shape<S>, cursor: Cursor, values: TemplateValues) => BuiltTarget<Settings>;
  readonly plan: (settings: Settings, subject: JobSubject) => Planned;
}): TargetKind {
  return {
    key: kind.key,
    schema: object(kind.description, { [kind.key]: kind.schema }, [kind.key]),
    build: (value, cursor, values) => kind.build(value as Shape<S>, cursor, values),
    plan: (settings, subject) => kind.plan(settings as Settings, subject),
  };
}
