// Instants and spans of time as people read them in tables and details. The zone is named once, where the table
// begins.

import { formatDuration } from '../base/duration.ts';
import { formatSecond, type Instant, sayInstant } from '../base/instant.ts';

/** `2026-11-20 16:12:03`, in the zone. */
export function sayMoment(at: Instant, timezone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${there.toPlainDate().toString()} ${two(there.hour)}:${two(there.minute)}:${two(there.second)}`;
}

/** `Monday 2026-11-23 09:00 Europe/Bucharest (in 1 d 13 h)`. */
export function sayUntil(until: Instant, now: Instant, timezone: string): string {
  const said = sayInstant(until, timezone);
  return until > now ? `${said} (in ${formatDuration(until - now)})` : said;
}

/** `Friday 2026-11-20 16:12 UTC (18 h 4 min ago)`. */
export function saySince(since: Instant, now: Instant, timezone: string): string {
  const said = sayInstant(since, timezone);
  return now - since >= 1_000 ? `${said} (${formatDuration(now - since)} ago)` : said;
}

/** `2026-11-20T16:12:03Z`: ISO 8601 for people, who have no use for its milliseconds. */
export function sayIso(at: Instant): string {
  return formatSecond(at);
}

/** `2026-11-20 16:12`, in the zone: for tables. */
export function sayMinute(at: Instant, timezone: string): string {
  return sayMoment(at, timezone).slice(0, -3);
}

/** Its largest unit only, for tables: `64 ms`, `10 s`, `4 min`. */
export function sayTookRoughly(from: Instant | null, to: Instant | null): string {
  return sayTook(from, to).split(' ').slice(0, 2).join(' ');
}

/** What passed between two instants, or nothing while the second is unknown. */
export function sayTook(from: Instant | null, to: Instant | null): string {
  return from === null || to === null ? '' : formatDuration(to - from);
}
