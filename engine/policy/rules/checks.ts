// `checks:` results that must be there: by name, with a bound (`coverage: ">= 80"`), or by kind of change. What is
// missing or pending is waited for; what failed or is out of bounds is refused, until a newer result of that name
// says otherwise. Only the newest result of a name counts: results come newest first.

import { is, listOf as manyOf, oneOf, recordOf, shape } from '../../base/flaws.ts';
import { sayInstant } from '../../base/instant.ts';
import type { Cursor } from '../../config/cursor.ts';
import { record } from '../../config/record.ts';
import { listOf, mapOf } from '../../config/schema/shape.ts';
import { CHECK_NAME_PATTERN, CHECK_NAME_SAYS } from '../../model/check-name.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { Change, CheckResult, PolicyFacts } from '../../model/policy-facts.ts';
import { needsOneOf, type Remedy, versionName } from '../../model/remedy.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { sayVersion } from '../../model/version.ts';
import { andList, leavesOf } from '../leaf.ts';
import { list as commaList } from '../say-parts.ts';
import { MANY, TEXT, TEXTS } from '../stored.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly checks: ChecksRule;
  }
}

export type ChecksRule = Rule<'checks'> & {
  /** Results that must have passed on the version's commit. */
  readonly require: readonly string[];
  readonly values: readonly {
    readonly name: string;
    readonly operator: '>=' | '<=' | '>' | '<' | '==';
    readonly bound: number;
  }[];
  /** Further results by kind of change (`feat`: [unit, integration]). */
  readonly evidence: Readonly<Record<string, readonly string[]>>;
};

const names = { pattern: CHECK_NAME_PATTERN, patternErrorMessage: CHECK_NAME_SAYS } as const;
const checkName = { type: 'string', description: 'The name of a result.', ...names } as const;
const list = (description: string, examples: readonly string[]) =>
  listOf(description, checkName, { minItems: 1, uniqueItems: true, examples: [examples] });

const BOUND = '^(>=|<=|>|<|==) *(-?[0-9]{1,12}(\\.[0-9]{1,6})?)$';

const evidence = mapOf(
  'Further results that must have passed, by kind of change (the type of a conventional commit).',
  { pattern: '^[a-z][a-z0-9-]{0,62}$', patternErrorMessage: 'a commit type in small letters, such as feat or fix' },
  list('Results that a change of this kind needs.', ['unit', 'integration']),
  { minProperties: 1, examples: [{ feat: ['unit', 'integration'], fix: ['regression'] }] },
);

const bound = {
  type: 'string',
  description: 'A bound for the number of the result of this name, such as ">= 80".',
  pattern: BOUND,
  patternErrorMessage: 'a comparison with a number in quotes: ">= 80", "< 0.5"; there are >=, <=, >, < and ==',
  examples: ['>= 80'],
} as const;

const schema = {
  type: 'object',
  description: 'Results that must have been recorded for the version.',
  properties: { require: list('Results that must have passed.', ['ci/test']), evidence },
  required: [],
  propertyNames: names,
  additionalProperties: bound,
  minProperties: 1,
  examples: [{ require: ['ci/test'], coverage: '>= 80' }],
} as const;

type Value = {
  readonly require?: readonly string[];
  readonly evidence?: Readonly<Record<string, readonly string[]>>;
};

export const checksRule = ruleKind({
  type: 'checks',
  schema,
  build(given, cursor) {
    const value = given as Value;
    const place = cursor.key();
    const values = Object.entries(given as Readonly<Record<string, unknown>>)
      .filter(([key]) => key !== 'require' && key !== 'evidence')
      .flatMap(([key, text]) => boundOf(key, String(text), cursor));
    const needed = record(Object.entries(value.evidence ?? {}));
    return () => ({ type: 'checks', place, require: value.require ?? [], values, evidence: needed });
  },
  evaluate: evaluateChecks,
  needs: ({ evidence }) => ({ checks: true, change: Object.keys(evidence).length > 0 }),
  simulated: 'may-be-given',
  say(rule) {
    const kinds = Object.entries(rule.evidence).map(([kind, checks]) => `${commaList(checks)} for ${kind}`);
    const values = rule.values.map(({ name, operator, bound }) => `${name} ${operator} ${bound}`);
    return `checks ${[...rule.require, ...values, ...kinds].join(', ')}`;
  },
  stored: {
    require: TEXTS,
    values: manyOf(
      shape<ChecksRule['values'][number]>({
        name: TEXT,
        operator: oneOf<ChecksRule['values'][number]['operator']>({
          '>=': true,
          '<=': true,
          '>': true,
          '<': true,
          '==': true,
        }),
        bound: is(Number.isFinite, 'no number'),
      }),
      MANY,
    ),
    evidence: recordOf(TEXTS),
  },
});

function boundOf(name: string, text: string, cursor: Cursor): ChecksRule['values'] {
  const match = new RegExp(BOUND).exec(text);
  const operator = OPERATORS.find((known) => known === match?.[1]);
  if (operator === undefined) return [];
  const number = Number(match?.[2]);
  if (!Number.isFinite(number)) {
    cursor.at(name).error(`\`${text}\` has no number`, 'write a comparison such as ">= 80"');
    return [];
  }
  return [{ name, operator, bound: number }];
}

const OPERATORS = ['>=', '<=', '>', '<', '=='] as const;

type Wanted = { readonly name: string; readonly because: string; readonly bound: ChecksRule['values'][number] | null };
type Judged = { readonly name: string; readonly status: RuleVerdict['status']; readonly sentence: string };

export function evaluateChecks(rule: ChecksRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting, denied } = leavesOf(rule, policy);
  const { change, checks } = facts.evidence;
  const judged = wantedOf(rule, change).map((wanted) => judge(wanted, checks, facts));
  const seen = Object.fromEntries(judged.map(({ name }) => [name, sayResult(newest(checks, name))]));
  const refused = judged.filter(({ status }) => status === 'denied').map(({ sentence }) => sentence);
  if (change === null && Object.keys(rule.evidence).length > 0) {
    refused.push(
      `what kind of change ${sayVersion(facts.version)} is cannot be known, and so not which evidence it needs`,
    );
  }
  if (refused.length > 0) return denied(refused.join('; '), seen);
  const missing = judged.filter(({ status }) => status === 'waiting');
  if (missing.length > 0) {
    const waitsFor = missing.map(({ name }) => `check ${name}`);
    const version = versionName(facts.version);
    const remedies = missing.map(({ name }): Remedy => {
      const withValue = rule.values.some((bound) => bound.name === name);
      return { act: 'record-check', version, check: name, withValue };
    });
    return {
      ...waiting(missing.map(({ sentence }) => sentence).join('; '), waitsFor, seen),
      needs: needsOneOf(...remedies),
    };
  }
  return allowed(judged.length === 0 ? sayNoneWanted(change) : judged.map((each) => each.sentence).join('; '), seen);
}

/** Each name once: one that must pass anyway needs no second reason. */
function wantedOf({ require: always, values, evidence }: ChecksRule, change: Change | null): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (name: string, because: string, bound: Wanted['bound'] = null): void => {
    const known = wanted.get(name);
    wanted.set(name, { name, because: known?.because ?? because, bound: bound ?? known?.bound ?? null });
  };
  for (const name of always) add(name, '');
  for (const bound of values) add(bound.name, '', bound);
  for (const kind of change?.kinds ?? []) {
    const needed = Object.hasOwn(evidence, kind.toLowerCase()) ? (evidence[kind.toLowerCase()] ?? []) : [];
    for (const name of needed) add(name, `, which a ${kind} needs,`);
  }
  return [...wanted.values()];
}

function judge({ name, because, bound }: Wanted, checks: readonly CheckResult[], facts: PolicyFacts): Judged {
  const result = newest(checks, name);
  const answer = (status: RuleVerdict['status'], said: string): Judged => ({
    name,
    status,
    sentence: `${name}${because} ${said}`,
  });
  if (result === null) return answer('waiting', `has no result for ${sayVersion(facts.version)} yet`);
  const by = sayRecorded(result);
  if (result.status === 'pending') return answer('waiting', `is pending (${by})`);
  if (result.status === 'failed') return answer('denied', `failed (${by}); a newer result would replace it`);
  if (bound === null) return answer('allowed', `passed (${by})`);
  if (result.value === null) return answer('waiting', `passed without a number (${by}), and is asked for one`);
  const value = `is ${result.value}`;
  if (holds(result.value, bound)) return answer('allowed', `${value}, and must be ${sayBound(bound)} (${by})`);
  return answer('denied', `${value} and must be ${sayBound(bound)} (${by}); a newer result would replace it`);
}

function newest(checks: readonly CheckResult[], name: string): CheckResult | null {
  return checks.find((check) => check.name === name) ?? null;
}

function holds(value: number, { operator, bound }: ChecksRule['values'][number]): boolean {
  switch (operator) {
    case '>=':
      return value >= bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '<':
      return value < bound;
    case '==':
      return value === bound;
  }
}

function sayBound({ operator, bound }: ChecksRule['values'][number]): string {
  return `${operator} ${bound}`;
}

function sayRecorded({ by, at }: CheckResult): string {
  return `recorded by ${by} on ${sayInstant(at, 'UTC')}`;
}

function sayResult(result: CheckResult | null): string {
  if (result === null) return 'none';
  return result.value === null ? result.status : `${result.status}, ${result.value}`;
}

/** A rule of evidence alone, and a change of kinds that need none. */
function sayNoneWanted(change: Change | null): string {
  const kinds = (change?.kinds ?? []).map((kind) => (kind === '' ? 'no named kind' : kind));
  return kinds.length === 0
    ? 'nothing changes here, so no evidence is wanted'
    : `no evidence is wanted for a change of ${andList(kinds)}`;
}
