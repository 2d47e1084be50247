// Moments of windows and trains that the change to or from daylight saving time skips or repeats. They are no
// mistake: a time that does not exist is taken as many minutes later as the clock jumps, one that exists twice is
// taken the first time (RFC 5545). But people are surprised, so `tidegate check` says so for the year ahead.

import { unreachable } from '../base/assert.ts';
import type { Instant } from '../base/instant.ts';
import type { Problem } from '../base/problem.ts';
import { readRecurrence } from '../base/recurrence.ts';
import { dayNumber, recurringDays } from '../base/recurring-days.ts';
import type { Config } from '../model/config.ts';
import type { RuleConfig, Span } from '../model/rule.ts';

const YEAR_MS = 366 * 86_400_000;

type Change = {
  readonly zone: string;
  /** The local times that are skipped or repeated: start included, end not. */
  readonly from: Temporal.PlainDateTime;
  readonly to: Temporal.PlainDateTime;
  readonly skipped: boolean;
};

export function clockWarnings(config: Config, now: Instant): readonly Problem[] {
  const changes = new Map<string, readonly Change[]>();
  const changesOf = (zone: string): readonly Change[] => {
    const known = changes.get(zone) ?? changesWithin(zone, now);
    changes.set(zone, known);
    return known;
  };
  return Object.values(config.policies).flatMap(({ rules }) => rules.flatMap((rule) => ofRule(rule, changesOf)));
}

function ofRule(rule: RuleConfig, changesOf: (zone: string) => readonly Change[]): readonly Problem[] {
  const spans = spansOf(rule);
  const zones = [...new Set(spans.map(({ timezone }) => timezone))];
  return zones.flatMap((zone) => {
    const own = spans.filter(({ timezone }) => timezone === zone);
    return changesOf(zone).flatMap((change) => edgesWithin(own, change).map((edge) => warning(rule, edge, change)));
  });
}

function spansOf(rule: RuleConfig): readonly Span[] {
  if (rule.type === 'train') return rule.departures;
  return rule.type === 'window' ? [...rule.allow, ...rule.deny].map(({ span }) => span) : [];
}

function changesWithin(zone: string, now: Instant): readonly Change[] {
  const found: Change[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > now + YEAR_MS) return found;
    const before = next.subtract({ nanoseconds: 1 });
    const shiftNs = next.offsetNanoseconds - before.offsetNanoseconds;
    const after = next.toPlainDateTime();
    const other = after.subtract({ nanoseconds: shiftNs });
    if (shiftNs > 0) found.push({ zone, from: other, to: after, skipped: true });
    if (shiftNs < 0) found.push({ zone, from: after, to: other, skipped: false });
    at = next;
  }
}

/** Each once, by the clock. */
function edgesWithin(spans: readonly Span[], change: Change): readonly Temporal.PlainDateTime[] {
  const edges = spans.flatMap((span) => edgesOf(span, change)).filter((edge) => within(edge, change));
  return [...new Set(edges.map(String))].sort().map((text) => Temporal.PlainDateTime.from(text));
}

/** Where a span begins and ends near a change. A rule's occurrences end after a duration, which no clock skips. */
function edgesOf(span: Span, change: Change): readonly Temporal.PlainDateTime[] {
  switch (span.type) {
    case 'weekly': {
      const date = change.from.toPlainDate();
      const { days, fromMinute, toMinute } = span;
      const opens = days.includes(date.dayOfWeek) ? [fromMinute] : [];
      // A span over midnight closes on the day after the one that is named.
      const closesOn = toMinute > fromMinute ? date.dayOfWeek : ((date.dayOfWeek + 5) % 7) + 1;
      const minutes = [...opens, ...(days.includes(closesOn) ? [toMinute] : [])];
      return minutes.map((minute) => date.toPlainDateTime().add({ minutes: minute }));
    }
    case 'dated':
      return [span.from, span.to]
        .filter((moment) => moment.includes('T'))
        .map((moment) => Temporal.PlainDateTime.from(moment));
    case 'recurring':
      return occurrences(span, change);
    default:
      return unreachable(span);
  }
}

/** On the wall clock, where no time is skipped, as the policies do. */
function occurrences(
  { rrule, first }: Extract<Span, { readonly type: 'recurring' }>,
  { from, to }: Change,
): readonly Temporal.PlainDateTime[] {
  const start = Temporal.PlainDateTime.from(first);
  const dayOf = ({ year, month, day }: Temporal.PlainDateTime) => dayNumber(year, month, day);
  const rule = readRecurrence(rrule);
  if (rule === null) return [];
  const days = recurringDays(rule, dayOf(start), null).between(dayOf(from), dayOf(to) + 1);
  return days.map((day) => new Temporal.PlainDate(1970, 1, 1).add({ days: day }).toPlainDateTime(start.toPlainTime()));
}

function within(edge: Temporal.PlainDateTime, { from, to }: Change): boolean {
  return Temporal.PlainDateTime.compare(edge, from) >= 0 && Temporal.PlainDateTime.compare(edge, to) < 0;
}

function warning(rule: RuleConfig, edge: Temporal.PlainDateTime, change: Change): Problem {
  const time = edge.toPlainTime().toString({ smallestUnit: 'minute' });
  const taken = edge.toZonedDateTime(change.zone, { disambiguation: 'compatible' });
  const how = change.skipped ? 'does not exist' : 'comes twice';
  const meant = change.skipped
    ? `it is taken as ${taken.toPlainTime().toString({ smallestUnit: 'minute' })}`
    : `the first one counts (${taken.offset})`;
  const message = `${time} ${how} on ${edge.toPlainDate().toString()} in ${change.zone}, when the clocks change`;
  return { ...rule.place, severity: 'warning', message, hint: `${meant}; choose another time to be clear` };
}
