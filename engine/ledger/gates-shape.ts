// Gates as they stand in a ledger, read back. Decisions rest on them, and anybody who may push the ref may write
// them: every field is looked at, and what could not have come from a configuration is refused with the place where
// it stands.

import type { Follow, Login, OverrideConfig, Person, PolicyConfig } from '../model/config.ts';
import type { GatedStage, GateTerms } from '../model/gate-terms.ts';
import type { Place } from '../model/place.ts';
import type { ClosedSpan, HolidaySpan, OpenSpan, RuleConfig, Span, UserVerification } from '../model/rule.ts';
import { completedTerms } from './earlier-gates.ts';
import { type Check, is, listOf, oneOf, orAbsent, orNull, type Shape, shape } from './flaws.ts';
import { isCount, isObject, sayValue } from './shapes.ts';

/** As written: a policy says which file it comes from, and nothing else says where it stood. */
type Written<T> = Omit<T, 'place'>;
type WrittenPolicy = Omit<PolicyConfig, 'place' | 'rules'> & { readonly file: string; readonly rules: unknown };
type WrittenStage = Omit<GatedStage, 'policies'> & { readonly policies: unknown };
type WrittenTerms = Omit<GateTerms, 'policies' | 'stages'> & { readonly policies: unknown; readonly stages: unknown };

/** What JSON holds of them. */
export function writtenTerms(terms: GateTerms): unknown {
  const { policies, stages, ...rest } = terms;
  return {
    ...rest,
    policies: policies.map(writtenPolicy),
    stages: stages.map((stage) => ({ ...stage, policies: stage.policies.map(writtenPolicy) })),
  };
}

/**
 * The terms, with every field that there is today, or a sentence that begins with the place of the flaw
 * (`.policies[0].rules[1].timezone is no time zone`).
 */
export function readTerms(value: unknown): GateTerms | string {
  const whole = completedTerms(value);
  const flaw = TERMS(whole);
  if (flaw !== null) return flaw;
  const { policies, stages, ...rest } = whole as Omit<GateTerms, 'policies' | 'stages'> & {
    readonly policies: readonly WrittenPolicy[];
    readonly stages: readonly (Omit<GatedStage, 'policies'> & { readonly policies: readonly WrittenPolicy[] })[];
  };
  return {
    ...rest,
    policies: policies.map(policyFrom),
    stages: stages.map((stage) => ({ ...stage, policies: stage.policies.map(policyFrom) })),
  };
}

function writtenPolicy({ place, rules, ...policy }: PolicyConfig): WrittenPolicy {
  return { ...policy, file: place.file, rules: rules.map(({ place: _place, ...rule }) => rule) };
}

function policyFrom({ file, rules, ...policy }: WrittenPolicy): PolicyConfig {
  const place: Place = { file, line: 1, column: 1 };
  const read = rules as readonly Written<RuleConfig>[];
  return { ...policy, place, rules: read.map((rule) => ({ ...rule, place }) as RuleConfig) };
}

const MANY = 1_000;
const TEXT = is((value) => typeof value === 'string' && value.length <= 10_000, 'no text of at most 10000 characters');
const TEXTS = listOf(TEXT, 10_000);
const COUNT = is(isCount, 'no whole number');
const FLAG = is((value) => typeof value === 'boolean', 'neither true nor false');
const MINUTE = is((value) => isCount(value) && value <= 1_440, 'no minute of a day');
const ZONE = is((value) => typeof value === 'string' && isZone(value), 'no time zone');
const LOCAL = is((value) => typeof value === 'string' && isLocal(value), 'no date, and no date and time');
const AUTHOR = oneOf<'excluded' | 'counts'>({ excluded: true, counts: true });

function isZone(text: string): boolean {
  return answers(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text));
}

function isLocal(text: string): boolean {
  return answers(() => (text.includes('T') ? Temporal.PlainDateTime.from(text) : Temporal.PlainDate.from(text)));
}

/** Whether Temporal takes it: it says no by throwing. */
function answers(ask: () => unknown): boolean {
  try {
    ask();
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

function recordOf(check: Check): Check {
  return (value) => {
    if (!isObject(value)) return ' is no object';
    for (const [key, item] of Object.entries(value)) {
      const flaw = check(item);
      if (flaw !== null) return `.${key}${flaw}`;
    }
    return null;
  };
}

/** One of several shapes, told apart by their `type`. */
function byType(checks: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (!isObject(value)) return ' is no object';
    const { type } = value;
    if (typeof type !== 'string' || !Object.hasOwn(checks, type))
      return `.type is ${sayValue(type)}, which nobody knows`;
    return checks[type]?.(value) ?? null;
  };
}

type OfSpan<Type extends Span['type']> = Extract<Span, { type: Type }>;
type OfRule<Type extends RuleConfig['type']> = Written<Extract<RuleConfig, { type: Type }>>;
type OfFollow<Type extends Follow['type']> = Extract<Follow, { type: Type }>;

const SPAN = byType({
  weekly: shape<OfSpan<'weekly'>>({
    type: TEXT,
    timezone: ZONE,
    days: listOf(
      is((value) => isCount(value) && value >= 1 && value <= 7, 'no day of the week'),
      7,
    ),
    fromMinute: MINUTE,
    toMinute: MINUTE,
  }),
  dated: shape<OfSpan<'dated'>>({ type: TEXT, timezone: ZONE, from: LOCAL, to: LOCAL }),
  recurring: shape<OfSpan<'recurring'>>({
    type: TEXT,
    timezone: ZONE,
    rrule: TEXT,
    first: LOCAL,
    durationMs: COUNT,
    wholeDays: orAbsent(COUNT),
  }),
});
const OPEN = shape<OpenSpan>({ span: SPAN, noticeMs: orNull(COUNT), name: orNull(TEXT), calendar: orNull(TEXT) });
const CLOSED = shape<ClosedSpan>({ span: SPAN, reason: orNull(TEXT), except: TEXTS, calendar: orNull(TEXT) });
const HOLIDAY = shape<HolidaySpan>({ timezone: ZONE, place: TEXT, except: TEXTS, calendar: orNull(TEXT) });
const VERIFICATION = oneOf<UserVerification>({ required: true, optional: true });
const VOICES = { from: TEXT, count: COUNT };

const RULES: { readonly [Type in RuleConfig['type']]: Check } = {
  window: shape<OfRule<'window'>>({
    type: TEXT,
    timezone: ZONE,
    allow: listOf(OPEN, MANY),
    deny: listOf(CLOSED, MANY),
    holidays: listOf(HOLIDAY, MANY),
    onWindowClose: oneOf<OfRule<'window'>['onWindowClose']>({ finish: true, pause: true }),
  }),
  train: shape<OfRule<'train'>>({
    type: TEXT,
    timezone: ZONE,
    departures: listOf(SPAN, MANY),
    cutoffMs: orNull(COUNT),
    frozenKinds: TEXTS,
  }),
  approval: shape<OfRule<'approval'>>({
    type: TEXT,
    require: listOf(shape(VOICES), MANY),
    paths: listOf(shape({ ...VOICES, match: TEXT }), MANY),
    author: AUTHOR,
    userVerification: VERIFICATION,
    expiresMs: orNull(COUNT),
    remindMs: orNull(COUNT),
    escalate: orNull(shape({ afterMs: COUNT, to: TEXT })),
  }),
  soak: shape<OfRule<'soak'>>({ type: TEXT, environment: TEXT, forMs: COUNT }),
  checks: shape<OfRule<'checks'>>({
    type: TEXT,
    require: TEXTS,
    values: listOf(
      shape<OfRule<'checks'>['values'][number]>({
        name: TEXT,
        operator: oneOf<OfRule<'checks'>['values'][number]['operator']>({
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
  }),
  deployers: shape<OfRule<'deployers'>>({ type: TEXT, by: TEXTS }),
  signature: shape<OfRule<'signature'>>({
    type: TEXT,
    by: TEXTS,
    of: oneOf<OfRule<'signature'>['of']>({ commit: true, tag: true, either: true }),
    userVerification: VERIFICATION,
  }),
  downgrade: shape<OfRule<'downgrade'>>({ type: TEXT }),
  limit: shape<OfRule<'limit'>>({
    type: TEXT,
    timezone: ZONE,
    runsMax: COUNT,
    per: (value) =>
      isObject(value)
        ? shape<{ ms: number }>({ ms: COUNT })(value)
        : oneOf<'day' | 'week' | 'window'>({ day: true, week: true, window: true })(value),
  }),
  lock: shape<OfRule<'lock'>>({ type: TEXT, name: TEXT }),
  when: shape<OfRule<'when'>>({ type: TEXT, expression: TEXT, says: orNull(TEXT) }),
};

const POLICIES = listOf(
  shape<WrittenPolicy>({
    name: TEXT,
    file: TEXT,
    rules: listOf(byType(RULES), MANY),
    override: orNull(
      shape<OverrideConfig>({
        by: TEXTS,
        people: COUNT,
        reason: oneOf<OverrideConfig['reason']>({ required: true, optional: true }),
        expiresMs: COUNT,
        rules: orNull(TEXTS),
        postmortem: FLAG,
        author: AUTHOR,
      }),
    ),
  }),
  MANY,
);

const LOGIN = shape<Login>({ login: TEXT, id: orNull(COUNT) } satisfies Shape<Login>);

const TERMS: Check = shape<WrittenTerms>({
  follow: byType({
    branch: shape<OfFollow<'branch'>>({ type: TEXT, branch: orNull(TEXT) }),
    tags: shape<OfFollow<'tags'>>({ type: TEXT, pattern: TEXT, on: TEXTS, prereleases: FLAG }),
    promoted: shape<OfFollow<'promoted'>>({ type: TEXT, from: TEXT }),
  }),
  policies: POLICIES,
  stages: listOf(shape<WrittenStage>({ name: TEXT, skippable: FLAG, touches: FLAG, policies: POLICIES }), MANY),
  paths: TEXTS,
  secrets: TEXTS,
  queue: oneOf<GateTerms['queue']>({ latest: true, all: true }),
  confirm: FLAG,
  rollbackBy: orNull(TEXTS),
  onFailure: oneOf<GateTerms['onFailure']>({ rollback: true, stop: true }),
  changes: orNull(shape<NonNullable<GateTerms['changes']>>({ by: TEXTS, count: COUNT, author: AUTHOR })),
  signatures: oneOf<GateTerms['signatures']>({ optional: true, required: true }),
  people: recordOf(
    shape<Person>({ emails: TEXTS, github: orNull(LOGIN), gitlab: orNull(LOGIN) } satisfies Shape<Person>),
  ),
  teams: recordOf(TEXTS),
  keys: TEXTS,
} satisfies Shape<WrittenTerms>);
