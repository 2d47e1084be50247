// What gates that stand in a ledger are made of, looked at value by value: texts, counts, spans of time. Kinds of
// rule put their own shape together from these.

import { byType, is, listOf, oneOf, orAbsent, orNull, shape } from '../base/flaws.ts';
import { isCount } from '../base/foreign-value.ts';
import type { ClosedSpan, HolidaySpan, OpenSpan, Span, UserVerification } from '../model/rule.ts';

export const MANY = 1_000;
export const TEXT = is(
  (value) => typeof value === 'string' && value.length <= 10_000,
  'no text of at most 10000 characters',
);
export const TEXTS = listOf(TEXT, 10_000);
export const COUNT = is(isCount, 'no whole number');
export const FLAG = is((value) => typeof value === 'boolean', 'neither true nor false');
const MINUTE = is((value) => isCount(value) && value <= 1_440, 'no minute of a day');
export const ZONE = is((value) => typeof value === 'string' && isZone(value), 'no time zone');
const LOCAL = is((value) => typeof value === 'string' && isLocal(value), 'no date, and no date and time');
export const AUTHOR = oneOf<'excluded' | 'counts'>({ excluded: true, counts: true });

function isZone(text: string): boolean {
  return answers(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text));
}

function isLocal(text: string): boolean {
  return answers(() => (text.includes('T') ? Temporal.PlainDateTime.from(text) : Temporal.PlainDate.from(text)));
}

/** Whether Temporal takes it: it says no by throwing. */
function answers(ask: () => unknown): boolean {
  try {
    ask();
    return true;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}

type OfSpan<Type extends Span['type']> = Extract<Span, { type: Type }>;

export const SPAN = byType({
  weekly: shape<OfSpan<'weekly'>>({
    type: TEXT,
    timezone: ZONE,
    days: listOf(
      is((value) => isCount(value) && value >= 1 && value <= 7, 'no day of the week'),
      7,
    ),
    fromMinute: MINUTE,
    toMinute: MINUTE,
  }),
  dated: shape<OfSpan<'dated'>>({ type: TEXT, timezone: ZONE, from: LOCAL, to: LOCAL }),
  recurring: shape<OfSpan<'recurring'>>({
    type: TEXT,
    timezone: ZONE,
    rrule: TEXT,
    first: LOCAL,
    durationMs: COUNT,
    wholeDays: orAbsent(COUNT),
  }),
});
export const OPEN = shape<OpenSpan>({
  span: SPAN,
  noticeMs: orNull(COUNT),
  name: orNull(TEXT),
  calendar: orNull(TEXT),
});
export const CLOSED = shape<ClosedSpan>({ span: SPAN, reason: orNull(TEXT), except: TEXTS, calendar: orNull(TEXT) });
export const HOLIDAY = shape<HolidaySpan>({ timezone: ZONE, place: TEXT, except: TEXTS, calendar: orNull(TEXT) });
export const VERIFICATION = oneOf<UserVerification>({ required: true, optional: true });
