// `checks:` results that must be there: by name, with a bound (`coverage: ">= 80"`), or by kind of change. What is
// missing or pending is waited for; what failed or is out of bounds is refused, until a newer result of that name
// says otherwise. Only the newest result of a name counts: results come newest first.

import { type Check, is, listOf as manyOf, oneOf, orAbsent, recordOf, shape } from '../../base/flaws.ts';
import { sayInstant } from '../../base/instant.ts';
import type { Cursor } from '../../config/cursor.ts';
import { record } from '../../config/record.ts';
import { either, listOf, mapOf, object, type Shape, text } from '../../config/schema/shape.ts';
import { CHECK_NAME_PATTERN, CHECK_NAME_SAYS, isCheckName } from '../../model/check-name.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { Change, GivenCheck, PolicyFacts, ShownCheck } from '../../model/policy-facts.ts';
import { needsOneOf, type Remedy, versionName } from '../../model/remedy.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { sayVersion } from '../../model/version.ts';
import { andList, leavesOf } from '../leaf.ts';
import { list as commaList } from '../say-parts.ts';
import { COUNT, MANY, TEXT, TEXTS } from '../stored.ts';
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
  /** By name, whose result on a forge counts, and no other. Absent where all may come from anybody. */
  readonly pins?: Readonly<Record<string, Pin>>;
};

/** The App of a check run, or the number of the account that sets a status. */
export type Pin = { readonly app: number } | { readonly creator: number };

const names = { pattern: CHECK_NAME_PATTERN, patternErrorMessage: CHECK_NAME_SAYS } as const;
const checkName = { type: 'string', description: 'The name of a result.', ...names } as const;
const list = (description: string, examples: readonly string[]) =>
  listOf(description, checkName, { minItems: 1, uniqueItems: true, examples: [examples] });

const number = (description: string) => ({ type: 'integer', minimum: 1, maximum: 2 ** 48, description }) as const;

const pinned = object(
  'A result on the forge, and whose: anybody who may write can set a result of any name.',
  {
    name: {
      ...text('Its name there, as it stands on the pull request.', { examples: ['test (20.x)'] }),
      pattern: '^[^-\\s\\x00-\\x1f\\x7f][^\\x00-\\x1f\\x7f]{0,198}$',
      patternErrorMessage: 'one line of at most 199 characters, not beginning with a dash or a space',
    },
    app: number('The number of the App whose check run it is; 15368 is GitHub Actions.'),
    creator: number('The number of the account that sets the status.'),
  },
  ['name'],
);

const required = listOf(
  'Results that must have passed.',
  either('A result: its name, or also whose result on the forge counts.', [checkName, pinned]),
  { minItems: 1, uniqueItems: true, examples: [['ci/test', { name: 'build', app: 15_368 }]] },
);

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
  properties: { require: required, evidence },
  required: [],
  propertyNames: names,
  additionalProperties: bound,
  minProperties: 1,
  examples: [{ require: ['ci/test'], coverage: '>= 80' }],
} as const;

type Value = {
  readonly require?: readonly (string | Shape<typeof pinned>)[];
  readonly evidence?: Readonly<Record<string, readonly string[]>>;
};

const PIN: Check = (value) => {
  const flaws = [shape<{ app: number }>({ app: COUNT })(value), shape<{ creator: number }>({ creator: COUNT })(value)];
  return flaws.includes(null) ? null : (flaws[0] ?? null);
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
    const { names: always, pins } = requiredOf(value.require ?? [], cursor);
    return () => ({
      ...{ type: 'checks', place, require: always, values, evidence: needed },
      ...(pins.length === 0 ? {} : { pins: record(pins) }),
    });
  },
  evaluate: evaluateChecks,
  needs: ({ evidence }) => ({ checks: true, change: Object.keys(evidence).length > 0 }),
  simulated: 'may-be-given',
  say(rule) {
    const kinds = Object.entries(rule.evidence).map(([kind, checks]) => `${commaList(checks)} for ${kind}`);
    const values = rule.values.map(({ name, operator, bound }) => `${name} ${operator} ${bound}`);
    const always = rule.require.map((name) => `${name}${sayPin(pinOf(rule, name))}`);
    return `checks ${[...always, ...values, ...kinds].join(', ')}`;
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
    pins: orAbsent(recordOf(PIN)),
  },
});

function requiredOf(
  items: NonNullable<Value['require']>,
  cursor: Cursor,
): { readonly names: readonly string[]; readonly pins: readonly (readonly [string, Pin])[] } {
  const names: string[] = [];
  const pins: (readonly [string, Pin])[] = [];
  for (const [index, item] of items.entries()) {
    const at = cursor.at('require', index);
    const { name, app, creator } = typeof item === 'string' ? { name: item } : item;
    const isSaid = typeof item === 'string' && items.indexOf(item) !== index;
    if (names.includes(name) && !isSaid) at.error(`\`${name}\` is required twice`, 'take one of them out');
    names.push(name);
    if (app !== undefined && creator !== undefined) {
      at.error('a result is either of an App or of an account', 'keep `app:` for a check run, `creator:` for a status');
    }
    if (app !== undefined) pins.push([name, { app }]);
    else if (creator !== undefined) pins.push([name, { creator }]);
  }
  return { names, pins };
}

function pinOf({ pins }: Pick<ChecksRule, 'pins'>, name: string): Pin | null {
  return pins !== undefined && Object.hasOwn(pins, name) ? (pins[name] ?? null) : null;
}

function sayPin(pin: Pin | null): string {
  if (pin === null) return '';
  return 'app' in pin ? ` of app ${pin.app}` : ` of account ${pin.creator}`;
}

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
type Judged = {
  readonly name: string;
  readonly status: RuleVerdict['status'];
  readonly sentence: string;
  /** The result that decided. */
  readonly by: GivenCheck | null;
};

export function evaluateChecks(rule: ChecksRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting, denied } = leavesOf(rule, policy);
  const { change } = facts.evidence;
  const judged = wantedOf(rule, change).map((wanted) => judge({ ...wanted, pin: pinOf(rule, wanted.name) }, facts));
  const seen = Object.fromEntries(judged.map(({ name, by }) => [name, sayResult(by)]));
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
    // What only the forge may say nobody can record here.
    const recordable = missing.filter(({ name }) => pinOf(rule, name) === null && isCheckName(name));
    const remedies = recordable.map(({ name }): Remedy => {
      const withValue = rule.values.some((bound) => bound.name === name);
      return { act: 'record-check', version, check: name, withValue };
    });
    const verdict = waiting(missing.map(({ sentence }) => sentence).join('; '), waitsFor, seen);
    return remedies.length === 0 ? verdict : { ...verdict, needs: needsOneOf(...remedies) };
  }
  const said = judged.length === 0 ? sayNoneWanted(change) : judged.map((each) => each.sentence).join('; ');
  const verdict = allowed(said, seen);
  const evidence = judged.flatMap(({ by }) => (by === null ? [] : (sayShown(by) ?? [])));
  return evidence.length === 0 ? verdict : { ...verdict, evidence };
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

type Pinned = Wanted & { readonly pin: Pin | null };

/** Where there are several of one name, the worst: none of them may be in the way. */
function judge(wanted: Pinned, facts: PolicyFacts): Judged {
  const { name, because, pin } = wanted;
  const { checks, isForgeUnheard } = facts.evidence;
  const results = resultsOf(wanted, checks).map((result) => judgeOne(wanted, result));
  const worst = (['denied', 'waiting', 'allowed'] as const).flatMap((status) =>
    results.filter((each) => each.status === status),
  )[0];
  if (worst !== undefined) return worst;
  const unheard = isForgeUnheard === true ? ' (a controller asks GitHub, which has not answered here)' : '';
  const sentence = `${name}${sayPin(pin)}${because} has no result for ${sayVersion(facts.version)} yet${unheard}`;
  return { name, status: 'waiting', sentence, by: null };
}

/** A bound is for a number, which only recorded results have; what is pinned is the forge's to say. */
function resultsOf({ name, bound, pin }: Pinned, checks: readonly GivenCheck[]): readonly GivenCheck[] {
  const named = checks.filter((check) => check.name === name);
  const recorded = pin === null ? named.filter(({ shown }) => shown === undefined).slice(0, 1) : [];
  if (bound !== null) return recorded;
  const shown = named.flatMap((check) => (check.shown === undefined ? [] : [{ check, shown: check.shown }]));
  const runs = shown.filter(({ shown: { app } }) => app !== null && isOf(pin, { app }));
  // Of a status the newest counts, no matter who set it, unless it is said whose.
  const statuses = shown.filter(({ shown: { app, by } }) => app === null && isOf(pin, { creator: by?.id ?? 0 }));
  return [...recorded, ...runs.map(({ check }) => check), ...statuses.slice(0, 1).map(({ check }) => check)];
}

function isOf(pin: Pin | null, { app, creator }: { readonly app?: number | null; readonly creator?: number }): boolean {
  if (pin === null) return true;
  return 'app' in pin ? pin.app === app : pin.creator === creator;
}

function judgeOne({ name, because, bound }: Wanted, result: GivenCheck): Judged {
  const answer = (status: RuleVerdict['status'], said: string): Judged => ({
    ...{ name, status, by: result },
    sentence: `${name}${because} ${said}`,
  });
  const by = sayRecorded(result);
  if (result.status === 'pending') return answer('waiting', `is pending (${by})`);
  if (result.status === 'failed') return answer('denied', `failed (${by}); a newer result would replace it`);
  const stale = result.shown?.stale ?? null;
  if (stale !== null) return answer('waiting', `passed (${by}), but ${stale}`);
  if (bound === null) return answer('allowed', `passed (${by})`);
  if (result.value === null) return answer('waiting', `passed without a number (${by}), and is asked for one`);
  const value = `is ${result.value}`;
  if (holds(result.value, bound)) return answer('allowed', `${value}, and must be ${sayBound(bound)} (${by})`);
  return answer('denied', `${value} and must be ${sayBound(bound)} (${by}); a newer result would replace it`);
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

function sayRecorded({ by, at, shown }: GivenCheck): string {
  if (shown !== undefined) return `on GitHub by ${sayWhose(shown)}`;
  return `recorded by ${by} on ${sayInstant(at, 'UTC')}`;
}

function sayWhose({ app, by }: ShownCheck): string {
  if (app !== null) return `app ${app}`;
  return by === null ? 'nobody who is known' : `${by.login}, account ${by.id}`;
}

/** For the record of what it lets in; null for what is in the ledger anyway. */
function sayShown({ name, shown }: GivenCheck): string | null {
  if (shown === undefined) return null;
  const url = shown.url === null ? '' : `: ${shown.url}`;
  return `${name} passed on GitHub by ${sayWhose(shown)}, on ${shown.commit}${url}`;
}

function sayResult(result: GivenCheck | null): string {
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
