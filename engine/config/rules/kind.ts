// What a rule kind is: a key of a policy file, the schema below it, and how it becomes a model value. Adding a kind
// is one file beside this one and one line in table.ts.

import type { RuleConfig } from '../../model/rule.ts';
import type { Calendars } from '../calendar.ts';
import type { Cursor } from '../cursor.ts';
import type { Schema, Shape } from '../schema/shape.ts';

/** What a rule takes from other files: the zone of tidegate.yaml, where it names none, and shared calendars. */
export type RuleContext = { readonly timezone: string; readonly calendars: Calendars };

type RuleDraft = (context: RuleContext) => RuleConfig;

export type RuleKind = {
  readonly key: string;
  readonly schema: Schema;
  /** `value` has been checked against `schema`. */
  build(value: unknown, cursor: Cursor): RuleDraft;
};

export function ruleKind<const S extends Schema>(
  key: string,
  schema: S,
  build: (value: Shape<S>, cursor: Cursor) => RuleDraft,
): RuleKind {
  return { key, schema, build: (value, cursor) => build(value as Shape<S>, cursor) };
}
