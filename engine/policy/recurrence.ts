// RRULE occurrences on the wall clock. The library is asked in UTC, where no time is skipped, and what it answers is read as
// local time afterwards, in local-time.ts: asked in the zone itself it would drop an occurrence that daylight saving skips,
// where RFC 5545 (3.3.5) moves it.

import { RRuleTemporal } from 'rrule-temporal';
import type { Span } from '../model/rule.ts';
import { remembered } from './remembered.ts';

export type RecurringSpan = Extract<Span, { readonly type: 'recurring' }>;

type Recurrence = {
  /** Milliseconds on the wall clock (as if no offset existed) of the occurrences in `[fromMs, toMs)`, in order; null where
   *  the library gives up on them. */
  between(fromMs: number, toMs: number): readonly number[] | null;
};

/** Null where the rule cannot be read. `tidegate check` lets neither pass. */
export const recurrenceOf: (span: RecurringSpan) => Recurrence | null = remembered(reckon);

function reckon(span: RecurringSpan): Recurrence | null {
  try {
    const dtstart = Temporal.PlainDateTime.from(span.first).toZonedDateTime('UTC');
    const rule = new RRuleTemporal({ rruleString: untilOnTheWall(span.rrule, span.timezone), dtstart });
    return {
      between: (fromMs, toMs) => {
        try {
          const found = rule.between(utc(fromMs), utc(toMs), true);
          return found.map(({ epochMilliseconds }) => epochMilliseconds).filter((at) => at < toMs);
        } catch {
          return null;
        }
      },
    };
  } catch {
    return null;
  }
}

/** UNTIL is written in UTC; what it bounds here are local times. A date alone is a local date already. */
function untilOnTheWall(rrule: string, timezone: string): string {
  return rrule.replace(
    /(UNTIL=)(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/,
    (_, key: string, year: string, month: string, day: string, hour: string, minute: string, second: string) => {
      const until = Temporal.Instant.from(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
      const local = until.toZonedDateTimeISO(timezone).toPlainDateTime().toString({ smallestUnit: 'second' });
      return `${key}${local.replaceAll(/[-:]/g, '')}Z`;
    },
  );
}

function utc(ms: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC');
}
