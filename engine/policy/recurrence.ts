// Occurrences of a recurring span on the wall clock, where no time is skipped; local-time.ts reads them as instants
// afterwards. RFC 5545 (3.3.5) moves an occurrence that daylight saving skips, and does not drop it.

import type { Instant } from '../base/instant.ts';
import { readRecurrence } from '../base/recurrence.ts';
import { dayNumber, recurringDays } from '../base/recurring-days.ts';
import { remembered } from '../base/remembered.ts';
import type { Span } from '../model/rule.ts';
import { localMs } from './local-time.ts';

export type RecurringSpan = Extract<Span, { readonly type: 'recurring' }>;

type Recurrence = {
  /** Milliseconds on the wall clock (as if no offset existed) of the occurrences in `[fromMs, toMs)`, in order. */
  between(fromMs: number, toMs: number): readonly number[];
  /** The first at or after `fromMs` on the wall clock; null where it never comes again. */
  next(fromMs: number): number | null;
  /** The last of all on the wall clock; null where it goes on. */
  readonly lastMs: number | null;
  /** An occurrence that begins later than this instant is none. */
  readonly until: Instant | null;
};

const DAY_MS = 86_400_000;

/** Null where the rule cannot be read. `tidegate check` does not let that pass. */
export const recurrenceOf: (span: RecurringSpan) => Recurrence | null = remembered(compute);

function compute(span: RecurringSpan): Recurrence | null {
  const rule = readRecurrence(span.rrule);
  if (rule === null) return null;
  const firstMs = localMs(span.first);
  const firstDay = Math.floor(firstMs / DAY_MS);
  const timeMs = firstMs - firstDay * DAY_MS;
  const until = untilOf(rule.until, span.timezone);
  const days = recurringDays(rule, firstDay, until.day);
  const onDay = (ms: number) => Math.ceil((ms - timeMs) / DAY_MS);
  const clock = (day: number | null) => (day === null ? null : day * DAY_MS + timeMs);
  return {
    between: (fromMs, toMs) => days.between(onDay(fromMs), onDay(toMs)).map((day) => day * DAY_MS + timeMs),
    next: (fromMs) => clock(days.next(onDay(fromMs))),
    lastMs: clock(days.last),
    until: until.at,
  };
}

/** A date is a local one already; an instant may fall on another day there. */
function untilOf(text: string | null, timezone: string): { readonly day: number | null; readonly at: Instant | null } {
  const [, year = '', month = '', date = '', time] = /^(\d{4})(\d\d)(\d\d)(T\d{6}Z)?$/.exec(text ?? '') ?? [];
  if (year === '') return { day: null, at: null };
  if (time === undefined) return { day: dayNumber(Number(year), Number(month), Number(date)), at: null };
  const at = Temporal.Instant.from(`${year}-${month}-${date}${time}`);
  const local = at.toZonedDateTimeISO(timezone);
  return { day: dayNumber(local.year, local.month, local.day), at: at.epochMilliseconds };
}
