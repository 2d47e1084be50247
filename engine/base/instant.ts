// An instant is a number: milliseconds since 1970 in UTC. It is always an argument here; nothing in the core reads a
// clock.

export type Instant = number;

/**
 * The last moment of the year 9999. With the first of 1970 it bounds what is believed from outside: far from where
 * Temporal ends, so that a moment and any span that a policy may name still make a moment. Some date of nobody's
 * would otherwise end the arithmetic, and with it the controller, by an exception.
 */
export const INSTANT_MAX: Instant = 253_402_300_799_999;

/** A moment that may be believed: a whole number of milliseconds, in the years 1970 to 9999. */
export function isInstant(value: unknown): value is Instant {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= INSTANT_MAX;
}

/** ISO 8601 in UTC, without needless milliseconds: `2026-11-21T09:00:00Z`. */
export function formatInstant(at: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString();
}

/** The same for people, who have no use for its milliseconds: `2026-11-21T09:00:00Z`. */
export function formatSecond(at: Instant): string {
  return formatInstant(Math.floor(at / 1_000) * 1_000);
}

/** `2026-11-21 09:00 UTC`: a moment in a sentence that no zone of a rule belongs to. */
export function sayUtc(at: Instant): string {
  return `${formatInstant(at).slice(0, 16).replace('T', ' ')} UTC`;
}

/** Null when the text is not an ISO 8601 instant with an offset or Z, in the years 1970 to 9999. */
export function parseInstant(text: string): Instant | null {
  try {
    const at = Temporal.Instant.from(text).epochMilliseconds;
    return isInstant(at) ? at : null;
  } catch {
    return null;
  }
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** `Monday 2026-11-23 09:00 Europe/Bucharest`: what a person reads in a sentence; the zone is always named. */
export function sayInstant(at: Instant, timezone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return `${WEEKDAYS[there.dayOfWeek - 1]} ${there.toPlainDate().toString()} ${hourOf(there)} ${timezone}`;
}

/** `Monday 09:00 Europe/Bucharest`: where it is plain which Monday. */
export function sayWeekday(at: Instant, timezone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return `${WEEKDAYS[there.dayOfWeek - 1]} ${hourOf(there)} ${timezone}`;
}

function hourOf({ hour, minute }: Temporal.ZonedDateTime): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
