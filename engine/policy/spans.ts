// Spans of any kind as stretches of instants: the one place that knows them all. `Computed` is a list of them in
// which each zone's changes of offset are looked up once for a stretch of time, and what can be computed beforehand
// is.

import { unreachable } from '../base/assert.ts';
import type { Instant } from '../base/instant.ts';
import { remembered } from '../base/remembered.ts';
import type { Span } from '../model/rule.ts';
import type { Interval } from './interval.ts';
import { instantOfDateTime, instantOfLocal, localMs, type Offsets, offsetsBetween, startOfDate } from './local-time.ts';
import { type RecurringSpan, recurrenceOf } from './recurrence.ts';
import { runsOfWeek, type WeeklySpan, weeklyWithin } from './weekly-hours.ts';

type DatedSpan = Extract<Span, { readonly type: 'dated' }>;

const DAY_MS = 86_400_000;
/**
 * No zone is further than this from UTC, nor ever skipped more, so that nothing touching a stretch lies outside of
 * it.
 */
const SLACK_MS = 2 * DAY_MS;

/** The offsets of any zone around a stretch of time, each looked up once. */
export type OffsetsOf = (timezone: string) => Offsets;

export function offsetsAround(from: Instant, to: Instant): OffsetsOf {
  const known = new Map<string, Offsets>();
  return (timezone) => {
    const offsets = known.get(timezone) ?? offsetsBetween(from - SLACK_MS, to + SLACK_MS, timezone);
    known.set(timezone, offsets);
    return offsets;
  };
}

/**
 * All stretches of one span that touch `[from, to)`, in order; null where its rule cannot be read. Where the clocks
 * skip its start past its end, `start` is after `end`.
 */
export function spanWithin(
  span: Span,
  from: Instant,
  to: Instant,
  offsetsOf: OffsetsOf = offsetsAround(from, to),
): readonly Interval[] | null {
  switch (span.type) {
    case 'weekly':
      return weeklyWithin(runsOfWeek([span]), offsetsOf(span.timezone), from, to);
    case 'dated': {
      const stretch = datedStretch(span);
      return touches(stretch, from, to) ? [stretch] : [];
    }
    case 'recurring':
      return recurringWithin(span, from, to, offsetsOf(span.timezone));
    default:
      return unreachable(span);
  }
}

/**
 * The hours of the week of each zone joined first, so that they do not fall apart where clocks change. Where they do
 * change, each span for itself as well: one that begins at a time which exists is open then, whatever else begins in
 * the gap.
 */
export function weeklySpansWithin(
  spans: readonly WeeklySpan[],
  from: Instant,
  to: Instant,
  offsetsOf: OffsetsOf,
): readonly Interval[] {
  const zones = [...new Set(spans.map(({ timezone }) => timezone))];
  return zones.flatMap((zone) => {
    const own = spans.filter(({ timezone }) => timezone === zone);
    const offsets = offsetsOf(zone);
    const joined = weeklyWithin(runsOfWeek(own), offsets, from, to);
    const single = offsets.length > 1 && own.length > 1 ? own : [];
    return [...joined, ...single.flatMap((span) => weeklyWithin(runsOfWeek([span]), offsets, from, to))];
  });
}

/** Instants at which one-off spans begin and end, and at which rules that end come for the last time. */
export function marksOf(spans: readonly Span[]): readonly Instant[] {
  return spans.flatMap((span) => {
    if (span.type === 'dated') {
      const { start, end } = datedStretch(span);
      return [start, end];
    }
    if (span.type !== 'recurring') return [];
    // Before its first occurrence a rule is silent, however far ahead that lies.
    const first = instantOfDateTime(span.first, span.timezone);
    const lastMs = recurrenceOf(span)?.lastMs ?? null;
    // Far enough behind its end, whatever the clocks do there.
    return lastMs === null ? [first] : [first, lastMs, lastMs + span.durationMs + SLACK_MS];
  });
}

/** About when something of these comes again that comes rarely, at or after `from`: never later than it does. */
export function comesAgain(spans: readonly Span[]): (from: Instant) => Instant | null {
  const rules = spans.filter((span) => span.type === 'recurring');
  return (from) => {
    const next = rules.flatMap((span) => recurrenceOf(span)?.next(from - SLACK_MS) ?? []);
    return next.length > 0 ? Math.max(from, Math.min(...next) - SLACK_MS) : null;
  };
}

export function touches({ start, end }: Interval, from: Instant, to: Instant): boolean {
  return Math.min(start, end) < to && Math.max(start, end) > from;
}

const datedStretch: (span: DatedSpan) => Interval = remembered(({ from, to, timezone }: DatedSpan) => ({
  start: from.includes('T') ? instantOfDateTime(from, timezone) : startOfDate(from, timezone),
  end: to.includes('T') ? instantOfDateTime(to, timezone) : startOfDate(to, timezone, 1),
}));

/**
 * An occurrence is as long as RFC 5545 (3.3.6) says: whole days are local days, so that one from midnight ends at
 * midnight also when clocks change; what is left over is time as it passes, so that four hours are four hours.
 */
function recurringWithin(
  span: RecurringSpan,
  from: Instant,
  to: Instant,
  offsets: Offsets,
): readonly Interval[] | null {
  const days = span.wholeDays ?? Math.floor(span.durationMs / DAY_MS);
  const restMs = span.durationMs - days * DAY_MS;
  // A long one may have begun before the offsets that are given, and may end behind them.
  const { durationMs } = span;
  const around =
    durationMs > DAY_MS
      ? offsetsBetween(from - durationMs - 2 * SLACK_MS, to + durationMs + 2 * SLACK_MS, span.timezone)
      : offsets;
  const firstMs = localMs(span.first);
  const searchFrom = Math.max(from - span.durationMs - SLACK_MS, firstMs);
  if (searchFrom >= to + SLACK_MS) return [];
  const rule = recurrenceOf(span);
  if (rule === null) return null;
  const { until } = rule;
  return rule
    .between(searchFrom, to + SLACK_MS)
    .map((at) => {
      const start = instantOfLocal(at, around);
      return { start, end: days === 0 ? start + restMs : instantOfLocal(at + days * DAY_MS, around) + restMs };
    })
    .filter((each) => touches(each, from, to) && (until === null || each.start <= until));
}
