// What a kind of rule is: a key of a policy file, the schema below it, how it becomes a value, what it needs to know,
// its answer, and how it stands in words and in a ledger. Adding one is one file beside this one and one line in
// table.ts. The methods are methods, so that the table can take each with its own rule.

import { type Check, type Shape as Checks, is, shape } from '../../base/flaws.ts';
import type { Calendars } from '../../config/calendar.ts';
import type { Cursor } from '../../config/cursor.ts';
import type { Schema, Shape } from '../../config/schema/shape.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import type { RuleConfig, RuleTypes } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';

/** What a rule takes from other files: the zone of tidegate.yaml, where it names none, and shared calendars. */
export type RuleContext = { readonly timezone: string; readonly calendars: Calendars };

/** What has to be found out for some rules. */
export type Needs = {
  /** What lies between what runs and the version. */
  readonly change: boolean;
  readonly signed: boolean;
  readonly older: boolean;
  readonly checks: boolean;
  /** Answers by tag. */
  readonly approvals: boolean;
  /** Environments to soak in. */
  readonly soaks: readonly string[];
  readonly locks: readonly string[];
  /** Places whose public holidays count. */
  readonly holidays: readonly string[];
};

/** People of whom so many have to accept a change of the gates that such a rule is among. */
export type Voice = {
  readonly from: readonly string[];
  readonly count: number;
  readonly author: 'excluded' | 'counts';
  readonly expiresMs: number | null;
  readonly isSigned: boolean;
  readonly isVerified: boolean;
};

type Said<R> = {
  evaluate(
    rule: R,
    /** The policy that the rule stands in: its name begins the sentence. */
    policy: PolicyConfig,
    facts: PolicyFacts,
  ): RuleVerdict;
  /** Nothing but what every rule is given, where left out. */
  needs?(rule: R): Partial<Needs>;
  /** In words, for those who accept a change by them: where two rules differ, so do these. */
  say(rule: R): string;
  /** Whom the rule names, where it is about people. */
  answers?(rule: R): readonly Voice[];
  /**
   * What a simulation makes of it, where what it looks at is not in Git for versions that never met it: somebody may
   * yet give what is waited for, or it counts as given, and the words say so.
   */
  readonly simulated?: 'may-be-given' | { readonly assumed: string };
};

export type RuleKind<R extends RuleConfig = RuleConfig> = Said<R> & {
  readonly type: R['type'];
  readonly schema: Schema;
  /** `value` has been checked against `schema`. */
  build(value: unknown, cursor: Cursor): (context: RuleContext) => R;
  /** As it stands in a ledger: every field is looked at. */
  readonly stored: Check;
};

const TYPE = is((value) => typeof value === 'string', 'no text');

export function ruleKind<const Type extends keyof RuleTypes, const S extends Schema>(
  kind: Said<RuleTypes[Type]> & {
    readonly type: Type;
    readonly schema: S;
    build(value: Shape<S>, cursor: Cursor): (context: RuleContext) => RuleTypes[Type];
    readonly stored: Checks<Omit<RuleTypes[Type], 'type' | 'place'>>;
  },
): RuleKind<RuleTypes[Type]> {
  const { build, stored } = kind;
  return {
    ...kind,
    build: (value, cursor) => build(value as Shape<S>, cursor),
    stored: shape<Record<string, unknown>>({ ...stored, type: TYPE }),
  };
}
