// An instant is a number: milliseconds since 1970 in UTC. It is always an argument here; nothing in the core reads a clock.

export type Instant = number;

/** ISO 8601 in UTC, without needless milliseconds: `2026-11-21T09:00:00Z`. */
export function formatInstant(at: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toString();
}

/** Null when the text is not an ISO 8601 instant with an offset or Z. */
export function parseInstant(text: string): Instant | null {
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

/** `Monday 2026-11-23 09:00 Europe/Bucharest`: what a person reads in a sentence; the zone is always named. */
export function sayInstant(at: Instant, timezone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const hours = String(there.hour).padStart(2, '0');
  const minutes = String(there.minute).padStart(2, '0');
  return `${WEEKDAYS[there.dayOfWeek - 1]} ${there.toPlainDate().toString()} ${hours}:${minutes} ${timezone}`;
}
