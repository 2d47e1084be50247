// Local days and weeks as stretches of instants. A day begins at the first instant of its date and ends where the
// next one begins, so days have 23 to 25 hours where clocks change, follow each other without a gap, and never end in
// the past.

import type { Instant } from '../base/instant.ts';
import type { Interval } from './interval.ts';
import { startOfDate } from './local-time.ts';

export function dayAround(now: Instant, timezone: string): Interval {
  return around(now, timezone, localDate(now, timezone), 1);
}

/** From Monday. */
export function weekAround(now: Instant, timezone: string): Interval {
  const date = localDate(now, timezone);
  return around(now, timezone, date.subtract({ days: date.dayOfWeek - 1 }), 7);
}

function around(now: Instant, timezone: string, first: Temporal.PlainDate, days: number): Interval {
  const start = (date: Temporal.PlainDate): Instant => startOfDate(date.toString(), timezone);
  let date = first;
  let next = date.add({ days });
  // Where clocks go back over midnight, a date comes a second time; its successor has begun already by then.
  while (start(next) <= now) {
    date = next;
    next = date.add({ days });
  }
  return { start: start(date), end: start(next) };
}

function localDate(now: Instant, timezone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
}
