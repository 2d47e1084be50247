// A recurrence rule of RFC 5545 as people write it, checked part by part. Only rules by days: the time of day stands
// beside the rule, as `start`. What the RFC forbids, or programs read in two ways, is refused and never half obeyed.

import { type RecurrenceRule, recurrenceRule, whyNotTogether } from '../../base/recurrence.ts';
import { dayNumber, recurringDays } from '../../base/recurring-days.ts';
import type { Cursor } from '../cursor.ts';
import { suggestion } from '../suggest.ts';

type Recurrence = { readonly rrule: string; readonly first: string };

/**
 * From when rules count that name no first day: a Saturday, the first of a month and of a year, before all of
 * Tidegate.
 */
const ANCHOR = '2000-01-01';
/** A rule that does not come within this time is a mistake; one that comes every leap year on a Monday is not. */
const YEARS_MAX = 40;
const COUNT_MAX = 1_000;

const WEEKDAY = '(MO|TU|WE|TH|FR|SA|SU)';
/** What each part may say. Those that name a time of day are told apart below. */
const PARTS: Readonly<Record<string, { readonly each: RegExp; readonly says: string; readonly isList: boolean }>> = {
  FREQ: { each: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/, says: 'DAILY, WEEKLY, MONTHLY or YEARLY', isList: false },
  INTERVAL: { each: /^[1-9]\d{0,2}$/, says: 'a number from 1 to 999', isList: false },
  COUNT: { each: /^[1-9]\d{0,3}$/, says: `a number from 1 to ${COUNT_MAX}`, isList: false },
  UNTIL: {
    each: /^\d{8}(T\d{6}Z)?$/,
    says: 'a date such as 20261231, or an instant such as 20261231T220000Z',
    isList: false,
  },
  BYDAY: {
    each: new RegExp(`^([+-]?([1-9]|[1-4]\\d|5[0-3]))?${WEEKDAY}$`),
    says: 'days such as MO,FR or 1SU',
    isList: true,
  },
  BYMONTHDAY: { each: /^-?([1-9]|[12]\d|3[01])$/, says: 'days of the month such as 1,15 or -1', isList: true },
  BYMONTH: { each: /^([1-9]|1[0-2])$/, says: 'months from 1 to 12', isList: true },
  BYYEARDAY: {
    each: /^-?([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])$/,
    says: 'days of the year from 1 to 366',
    isList: true,
  },
  BYWEEKNO: { each: /^-?([1-9]|[1-4]\d|5[0-3])$/, says: 'weeks from 1 to 53', isList: true },
  BYSETPOS: { each: /^-?([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-6])$/, says: 'positions such as 1 or -1', isList: true },
  WKST: { each: new RegExp(`^${WEEKDAY}$`), says: 'a day such as MO', isList: false },
};

/** Parts that say on which day it comes. Without one it comes on the weekday or date that it began on. */
const DAY_PARTS = ['BYDAY', 'BYMONTHDAY', 'BYYEARDAY'];

/** Null where something is wrong. `from` is a date; `minute` counts from midnight. */
export function buildRecurrence(
  text: string,
  minute: number,
  from: string | null,
  cursor: Cursor,
  atFrom: Cursor,
): Recurrence | null {
  const parts = partsOf(text, cursor);
  if (parts === null) return null;
  if (from === null && !standsAlone(parts, cursor)) return null;
  const first = `${from ?? ANCHOR}T${clock(minute)}`;
  const start = startOf(first, atFrom);
  if (start === null) return null;
  const rule = recurrenceRule(parts);
  const apart = whyNotTogether(rule);
  if (apart !== null) cursor.error(apart.message, apart.hint);
  if (apart !== null || !comes(rule, start, cursor)) return null;
  return { rrule: [...parts].map(([key, value]) => `${key}=${value}`).join(';'), first };
}

/** `9:30` as minutes from midnight. */
export function minutesOf(time: string): number {
  const [hour = '0', minute = '0'] = time.split(':');
  return Number(hour) * 60 + Number(minute);
}

function partsOf(text: string, cursor: Cursor): ReadonlyMap<string, string> | null {
  const wrong = (message: string, hint: string): null => {
    cursor.error(message, hint);
    return null;
  };
  if (/^\s*(RRULE|DTSTART)/i.test(text) || /[\r\n]/.test(text))
    return wrong('only the rule itself belongs here', 'write "FREQ=MONTHLY;BYDAY=1SU"; where it begins is `from`');
  const parts = new Map<string, string>();
  for (const written of text.toUpperCase().replaceAll(' ', '').split(';')) {
    const [, key = '', value = ''] = /^([A-Z]+)=(.+)$/.exec(written) ?? [];
    if (/^BY(HOUR|MINUTE|SECOND)$/.test(key))
      return wrong(`\`${key}\` does not belong into this rule`, 'write the time of day as `start: "02:00"`');
    const part = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined;
    if (part === undefined) {
      const word = key === '' ? written : key;
      return wrong(
        `\`${word.slice(0, 40)}\` is no part of a recurrence rule`,
        suggestion(word, Object.keys(PARTS), 'parts'),
      );
    }
    if (parts.has(key)) return wrong(`\`${key}\` stands in the rule twice`, 'keep one of them');
    const values = part.isList ? value.split(',') : [value];
    const unfit = values.find((each) => !part.each.test(each));
    if (unfit !== undefined) return wrong(`\`${key}=${unfit.slice(0, 40)}\` does not fit`, `write ${part.says}`);
    parts.set(key, value);
  }
  if (!parts.has('FREQ')) return wrong('this rule has no FREQ', 'begin it with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY');
  if (parts.has('COUNT') && parts.has('UNTIL'))
    return wrong('COUNT and UNTIL cannot stand together', 'keep one of them');
  if (Number(parts.get('COUNT') ?? 0) > COUNT_MAX)
    return wrong(`this comes more than ${COUNT_MAX} times`, 'write UNTIL instead');
  return parts;
}

/** Whether the rule means one thing only where nothing says when it first comes. */
function standsAlone(parts: ReadonlyMap<string, string>, cursor: Cursor): boolean {
  const counts = Number(parts.get('INTERVAL') ?? 1) > 1 ? 'INTERVAL' : parts.has('COUNT') ? 'COUNT' : null;
  const needsDay = parts.get('FREQ') !== 'DAILY' && !DAY_PARTS.some((part) => parts.has(part));
  if (counts === null && !needsDay) return true;
  const message =
    counts === null ? `nothing says on which day this comes` : `nothing says from which day ${counts} counts`;
  const hint =
    counts === null
      ? 'add BYDAY or BYMONTHDAY to the rule, or `from:` with a day on which it comes'
      : 'add `from: 2026-01-06`, a day on which it comes';
  cursor.error(message, hint);
  return false;
}

function startOf(first: string, cursor: Cursor): Temporal.PlainDate | null {
  try {
    return Temporal.PlainDateTime.from(first, { overflow: 'reject' }).toPlainDate();
  } catch {
    cursor.error(`there is no day ${first.slice(0, first.indexOf('T'))}`, 'correct the date');
    return null;
  }
}

/** A rule that never comes is a mistake: the 30th of February. */
function comes(rule: RecurrenceRule, start: Temporal.PlainDate, cursor: Cursor): boolean {
  const first = dayNumber(start.year, start.month, start.day);
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)/.exec(rule.until ?? '') ?? [];
  const until = year === undefined ? null : dayNumber(Number(year), Number(month), Number(date));
  // Its zone is not known yet, so an instant may fall on the day before or after; a date alone is exact.
  const slack = rule.until?.includes('T') === true ? 1 : 0;
  const next = recurringDays(rule, first, until === null ? null : until + slack).next(first);
  if (next !== null && next <= first + YEARS_MAX * 366) return true;
  cursor.error(
    'this rule never happens',
    `it has no day in the ${YEARS_MAX} years from its beginning: correct its parts`,
  );
  return false;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
