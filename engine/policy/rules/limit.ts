// `limit:` at most so many deployments begin here in a day, a week, an opening of the window, or any stretch of a
// given length. The run that is asked about never counts. Where it is used up, `until` is the first instant at which
// one more fits: the next local midnight, the window's next change, or the moment the oldest that counts drops out.
// At the window's closing one more fits for those who may pass a closed window; for all others the sentence names the
// next opening.

import { formatDuration } from '../../base/duration.ts';
import { oneOf, shape } from '../../base/flaws.ts';
import { isObject } from '../../base/foreign-value.ts';
import { formatSecond, type Instant, sayInstant } from '../../base/instant.ts';
import type { Cursor } from '../../config/cursor.ts';
import { millis } from '../../config/millis.ts';
import { object, text } from '../../config/schema/shape.ts';
import { checkZone } from '../../config/zone.ts';
import type { PolicyConfig } from '../../model/config.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import type { Rule } from '../../model/rule.ts';
import type { RuleVerdict } from '../../model/verdict.ts';
import { leavesOf } from '../leaf.ts';
import { dayAround, weekAround } from '../local-days.ts';
import { COUNT, ZONE } from '../stored.ts';
import { windowState } from '../window.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly limit: LimitRule;
  }
}

export type LimitRule = Rule<'limit'> & {
  readonly timezone: string;
  readonly runsMax: number;
  /** Local days and weeks (from Monday); `window`: the present opening of the window in the same policy. */
  readonly per: 'day' | 'week' | 'window' | { readonly ms: number };
};

const schema = object(
  'How many runs may begin here in a time.',
  {
    runs: { type: 'integer', description: 'At most so many.', minimum: 1, maximum: 100, examples: [3] },
    per: {
      type: 'string',
      description:
        'In what: a local day, a local week from Monday, one opening of the window of this policy, or any stretch of this length.',
      pattern: '^(day|week|window|([0-9]{1,6}(m|h|d|w))+)$',
      maxLength: 40,
      patternErrorMessage: 'day, week, window, or a duration such as 12h',
      examples: ['day', 'week', 'window', '12h'],
    },
    timezone: text('IANA time zone of days and weeks; that of tidegate.yaml when left out.', {
      examples: ['Europe/Bucharest'],
    }),
  },
  ['runs', 'per'],
);

export const limitRule = ruleKind({
  type: 'limit',
  schema,
  build(value, cursor) {
    if (value.timezone !== undefined) checkZone(cursor.at('timezone'), value.timezone);
    const place = cursor.key();
    const per = perOf(value.per, cursor.at('per'));
    return ({ timezone }) => ({
      type: 'limit',
      place,
      timezone: value.timezone ?? timezone,
      runsMax: value.runs,
      per,
    });
  },
  evaluate: evaluateLimit,
  say({ runsMax, per, timezone }) {
    const time = typeof per === 'string' ? per : formatDuration(per.ms);
    return `at most ${runsMax} runs per ${time} (${timezone})`;
  },
  stored: {
    timezone: ZONE,
    runsMax: COUNT,
    per: (value) =>
      isObject(value)
        ? shape<{ ms: number }>({ ms: COUNT })(value)
        : oneOf<'day' | 'week' | 'window'>({ day: true, week: true, window: true })(value),
  },
});

function perOf(text: string, cursor: Cursor): LimitRule['per'] {
  if (text === 'day' || text === 'week') return text;
  if (text === 'window') {
    cursor.refer('own-window', 'window');
    return text;
  }
  const ms = millis(text, 0);
  if (ms === 0) cursor.error('no time at all', 'write a duration such as 12h');
  return { ms };
}

/**
 * What counts: starts from `from` on (null: all). `freeAt`: when one more fits, given the starts that count, newest
 * first.
 */
type Period = {
  readonly from: Instant | null;
  readonly freeAt: (counted: readonly Instant[]) => Instant | null;
  /** When the next may begin, where that is not when one more fits: the window's next opening. Null: it has none. */
  readonly beginsAt?: Instant | null;
  readonly said: string;
  readonly timezone: string;
};

export function evaluateLimit(rule: LimitRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { allowed, waiting, denied } = leavesOf(rule, policy);
  const period = periodOf(rule, policy, facts);
  if (period === null) return denied('it counts runs per window, and this policy has no window');
  const counted = facts.starts
    .filter(({ run, at }) => run !== facts.run && (period.from === null || at >= period.from))
    .map(({ at }) => at)
    .sort((a, b) => b - a);
  const seen = {
    runs: `${counted.length} of ${rule.runsMax}`,
    ...(period.from === null ? {} : { from: formatSecond(period.from) }),
  };
  const runs = rule.runsMax === 1 ? 'run' : 'runs';
  const isMore = counted.length > rule.runsMax;
  const count = isMore
    ? `${counted.length} runs began ${period.said}, and no more than ${rule.runsMax} may`
    : `${counted.length} of ${rule.runsMax} ${runs} began ${period.said}`;
  if (counted.length < rule.runsMax) return allowed(count, seen);
  const freeAt = period.freeAt(counted);
  const next = freeAt === null ? '' : sayNext(period.beginsAt === undefined ? freeAt : period.beginsAt, period);
  const waitsFor = `room for a run in ${facts.environment}`;
  return freeAt === null
    ? denied(`${count}, and there is no next opening`, seen)
    : waiting(`${count}${next}`, [waitsFor], seen, freeAt);
}

/** Beside a window that closes before it opens again, only the opening is of use. */
function sayNext(at: Instant | null, { timezone }: Period): string {
  return at === null ? '; the window does not open again' : `; the next may begin on ${sayInstant(at, timezone)}`;
}

function periodOf(rule: LimitRule, policy: PolicyConfig, facts: PolicyFacts): Period | null {
  const { per, timezone } = rule;
  const { now } = facts;
  if (per === 'window') return openingOf(policy, facts);
  if (per === 'day') {
    const { start, end } = dayAround(now, timezone);
    return { from: start, freeAt: () => end, said: `today (${timezone})`, timezone };
  }
  if (per === 'week') {
    const { start, end } = weekAround(now, timezone);
    return { from: start, freeAt: () => end, said: `this week (from Monday, ${timezone})`, timezone };
  }
  return {
    // One that began exactly so long ago no longer counts.
    from: now - per.ms + 1,
    freeAt: (counted) => (counted[rule.runsMax - 1] ?? now) + per.ms,
    said: `in the last ${formatDuration(per.ms)}`,
    timezone,
  };
}

/** The present opening; where an override goes past a closed window, what began since it closed counts instead. */
function openingOf(policy: PolicyConfig, facts: PolicyFacts): Period | null {
  const window = policy.rules.find((each) => each.type === 'window');
  if (window === undefined) return null;
  const { open, since, until, nextOpening } = windowState(window, facts);
  const when = since === null ? '' : ` on ${sayInstant(since, window.timezone)}`;
  const said = open ? `since the window opened${when}` : `since the window closed${when}`;
  return { from: since, freeAt: () => until, beginsAt: nextOpening, said, timezone: window.timezone };
}
