// What a target kind is: a key, its schema, and how it becomes a model value. Adding a kind is one file beside this one
// and one line in table.ts.

import type { TargetConfig } from '../../model/config.ts';
import type { TemplateValues } from '../../model/template.ts';
import type { Cursor } from '../cursor.ts';
import { object, type Schema, type Shape } from '../schema/shape.ts';

export type TargetKind = {
  readonly key: string;
  /** Of the map that holds the key: `{ files: … }`. */
  readonly schema: Schema;
  /** `value` is what stands below the key, checked. `values`: what an environment can say of itself. */
  build(value: unknown, cursor: Cursor, values: TemplateValues): TargetConfig;
};

export function targetKind<const S extends Schema>(
  key: string,
  description: string,
  schema: S,
  build: (value: Shape<S>, cursor: Cursor, values: TemplateValues) => TargetConfig,
): TargetKind {
  return {
    key,
    schema: object(description, { [key]: schema }, [key]),
    build: (value, cursor, values) => build(value as Shape<S>, cursor, values),
  };
}
