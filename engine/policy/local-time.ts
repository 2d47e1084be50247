// From a wall clock in a zone to instants, as RFC 5545 (3.3.5) reads it: a local time that the clocks skip is taken with
// the offset before the gap (02:30 becomes 03:30), one that they show twice is its first showing. Temporal calls this
// reading `compatible`. All conversions of the policies go through here, so that equal local times are equal instants.

import type { Instant } from '../base/instant.ts';

/** `localMs` counts milliseconds on the wall clock from 1970-01-01T00:00 local, as if no offset existed. */
export function instantOfLocal(localMs: number, timezone: string): Instant {
  const wall = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime();
  return wall.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** `2026-12-19T14:00` in the zone. */
export function instantOfDateTime(text: string, timezone: string): Instant {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone, { disambiguation: 'compatible' })
    .epochMilliseconds;
}

/** The first instant of a local date (`2026-12-19`), `daysLater` days on; where midnight is skipped, the first that exists. */
export function startOfDate(text: string, timezone: string, daysLater = 0): Instant {
  return Temporal.PlainDate.from(text).add({ days: daysLater }).toZonedDateTime(timezone).epochMilliseconds;
}

/** The zone's offset at an instant, and until when it stays so (null: for good). */
export function offsetAt(at: Instant, timezone: string): { readonly offsetMs: number; readonly until: Instant | null } {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const transition = there.getTimeZoneTransition('next');
  return {
    offsetMs: there.offsetNanoseconds / 1_000_000,
    until: transition === null ? null : transition.epochMilliseconds,
  };
}
