// `checks:` results that must be there: by name, with a bound, or by kind of change. Any further key is the name of a
// result with a number: `coverage: ">= 80"`.

import { CHECK_NAME_PATTERN, CHECK_NAME_SAYS } from '../../model/check-name.ts';
import type { ChecksRule } from '../../model/rule.ts';
import type { Cursor } from '../cursor.ts';
import { record } from '../record.ts';
import { listOf, mapOf } from '../schema/shape.ts';
import { ruleKind } from './kind.ts';

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
  description: 'Results that must have been recorded for the version (`tidegate checks set`).',
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

export const checksRule = ruleKind('checks', schema, (given, cursor) => {
  const value = given as Value;
  const place = cursor.key();
  const values = Object.entries(given as Readonly<Record<string, unknown>>)
    .filter(([key]) => key !== 'require' && key !== 'evidence')
    .flatMap(([key, text]) => boundOf(key, String(text), cursor));
  const needed = record(Object.entries(value.evidence ?? {}));
  return () => ({ type: 'checks', place, require: value.require ?? [], values, evidence: needed });
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
