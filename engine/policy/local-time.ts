// From a wall clock in a zone to instants, as RFC 5545 (3.3.5) reads it: a local time that the clocks skip is taken
// with the offset before the gap (02:30 becomes 03:30), one that they show twice is its first showing. Temporal calls
// this reading `compatible`. All conversions of the policies go through here, so that equal local times are equal
// instants.

import type { Instant } from '../base/instant.ts';

/** The offset of a zone from an instant on; the first of a list holds before it too. */
type OffsetChange = { readonly from: Instant; readonly offsetMs: number };

export type Offsets = readonly [OffsetChange, ...OffsetChange[]];

/** The zone's offset at `first`, and each change of it up to `last`. */
export function offsetsBetween(first: Instant, last: Instant, timezone: string): Offsets {
  const start = Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO(timezone);
  const offsets: [OffsetChange, ...OffsetChange[]] = [{ from: first, offsetMs: start.offsetNanoseconds / 1_000_000 }];
  for (let next = start.getTimeZoneTransition('next'); next !== null && next.epochMilliseconds <= last; ) {
    offsets.push({ from: next.epochMilliseconds, offsetMs: next.offsetNanoseconds / 1_000_000 });
    next = next.getTimeZoneTransition('next');
  }
  return offsets;
}

/**
 * `localMs` counts milliseconds on the wall clock from 1970-01-01T00:00 local, as if no offset existed. The same
 * reading as Temporal's `compatible`, by subtraction: a week of opening hours takes dozens of these, for each
 * environment and tick.
 */
export function instantOfLocal(localMs: number, offsets: Offsets): Instant {
  let at = localMs - offsets[0].offsetMs;
  for (const { from, offsetMs } of offsets.slice(1)) {
    const after = localMs - offsetMs;
    // Before the change by the old offset: it shows there first. Not after it by the new one: it is in the gap.
    if (at >= from && after >= from) at = after;
  }
  return at;
}

/** `2026-12-19` or `2026-12-19T14:00`, counted as `instantOfLocal` takes it. */
export function localMs(text: string): number {
  return Temporal.PlainDateTime.from(text).toZonedDateTime('UTC').epochMilliseconds;
}

/** `2026-12-19T14:00` in the zone. */
export function instantOfDateTime(text: string, timezone: string): Instant {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone, { disambiguation: 'compatible' })
    .epochMilliseconds;
}

/**
 * The first instant of a local date (`2026-12-19`), `daysLater` days on; where midnight is skipped, the first that
 * exists.
 */
export function startOfDate(text: string, timezone: string, daysLater = 0): Instant {
  return Temporal.PlainDate.from(text).add({ days: daysLater }).toZonedDateTime(timezone).epochMilliseconds;
}
