// On which days a recurrence rule comes. It goes period by period (day, week, month or year, each `interval` apart),
// takes the days of the period for which all parts hold, then the positions that BYSETPOS names.

import type { RecurrenceRule } from './recurrence.ts';

export type RecurringDays = {
  /** Days in `[from, to)`, in order. */
  between(from: number, to: number): readonly number[];
  /** The first on or after `day`; null where it never comes again before the year 10000. */
  next(day: number): number | null;
  /** The last of all; null where it goes on. */
  readonly last: number | null;
};

/** The end of the year 9999. */
const DAY_MAX = 2_932_896;
/** The calendar repeats after 400 years, to the day of the week: what has not come by then never comes. */
const CYCLE_DAYS = 146_097;

/** `first`: the day that periods count from, and before which it does not come. `until`: the last day, or null. */
export function recurringDays(rule: RecurrenceRule, first: number, until: number | null): RecurringDays {
  const end = Math.min(until ?? DAY_MAX, DAY_MAX);
  const holds = filterOf(rule, first);
  const open: RecurringDays = {
    between: (from, to) => within(rule, holds, first, Math.max(from, first), Math.min(to, end + 1)),
    next: (day) => {
      const from = Math.max(day, first);
      const horizon = Math.min(end, from + CYCLE_DAYS * rule.interval);
      // Most rules come soon: what is looked through grows as it has to.
      for (let at = from, step = 400; at <= horizon; at += step, step *= 4) {
        const [found] = within(rule, holds, first, at, Math.min(at + step, horizon + 1));
        if (found !== undefined) return found;
      }
      return null;
    },
    last: null,
  };
  if (rule.count === null && until === null) return open;
  return rule.count === null ? { ...open, last: lastIn(open, first, end) } : counted(open, first, rule.count);
}

function lastIn(days: RecurringDays, first: number, end: number): number | null {
  for (let to = end + 1, step = 400; to > first; to -= step, step *= 4) {
    const found = days.between(to - step, to).at(-1);
    if (found !== undefined) return found;
  }
  return null;
}

function counted(days: RecurringDays, first: number, count: number): RecurringDays {
  const all: number[] = [];
  for (let next = days.next(first); next !== null && all.length < count; next = days.next(next + 1)) all.push(next);
  return {
    between: (from, to) => all.filter((day) => from <= day && day < to),
    next: (day) => all.find((each) => each >= day) ?? null,
    last: all.at(-1) ?? null,
  };
}

type Day = {
  readonly day: number;
  readonly weekday: number;
  readonly month: number;
  readonly date: number;
  readonly monthDays: number;
  readonly yearDay: number;
  readonly yearDays: number;
};

type Holds = (day: Day) => boolean;

function within(rule: RecurrenceRule, holds: Holds, first: number, from: number, to: number): readonly number[] {
  const found: number[] = [];
  if (from >= to) return found;
  const zero = periodOf(rule, first);
  // A week of a year may begin in the year before or end in the next one.
  const slack = rule.byWeekNo.length > 0 ? 1 : 0;
  const passed = Math.max(0, Math.ceil((periodOf(rule, from) - slack - zero) / rule.interval));
  const last = periodOf(rule, to - 1) + slack;
  for (let period = zero + passed * rule.interval; period <= last; period += rule.interval) {
    const days = chosen(
      rule,
      daysOfPeriod(rule, period).filter((day) => holds(dayOf(day))),
    );
    for (const day of days) if (from <= day && day < to) found.push(day);
  }
  return found;
}

/** BYSETPOS: positions among the days of one period, from either end. */
function chosen({ bySetPos }: RecurrenceRule, days: readonly number[]): readonly number[] {
  if (bySetPos.length === 0) return days;
  return days.filter((_, index) => bySetPos.some((nth) => (nth > 0 ? index + 1 : index - days.length) === nth));
}

/** Days, weeks, months or years, counted from 1970. */
function periodOf({ frequency, weekStart, byWeekNo }: RecurrenceRule, day: number): number {
  switch (frequency) {
    case 'DAILY':
      return day;
    case 'WEEKLY':
      return Math.floor((day - MONDAY - weekStart) / 7);
    case 'MONTHLY': {
      const { year, month } = civilOf(day);
      return year * 12 + month - 1;
    }
    case 'YEARLY':
      return byWeekNo.length > 0 ? weekYearOf(day, weekStart) : civilOf(day).year;
  }
}

function daysOfPeriod({ frequency, weekStart, byWeekNo }: RecurrenceRule, period: number): readonly number[] {
  switch (frequency) {
    case 'DAILY':
      return [period];
    case 'WEEKLY':
      return range(period * 7 + MONDAY + weekStart, 7);
    case 'MONTHLY': {
      const [year, month] = [Math.floor(period / 12), (((period % 12) + 12) % 12) + 1];
      return range(dayNumber(year, month, 1), monthLength(year, month));
    }
    case 'YEARLY': {
      if (byWeekNo.length === 0) return range(dayNumber(period, 1, 1), yearLength(period));
      const start = firstWeekOf(period, weekStart);
      const weeks = (firstWeekOf(period + 1, weekStart) - start) / 7;
      const numbers = byWeekNo.map((week) => (week > 0 ? week : weeks + 1 + week)).filter((n) => n > 0 && n <= weeks);
      return [...new Set(numbers)].sort((a, b) => a - b).flatMap((week) => range(start + (week - 1) * 7, 7));
    }
  }
}

/** Whether all parts but BYWEEKNO and BYSETPOS hold. A rule that names no day comes on that of `first`. */
function filterOf(rule: RecurrenceRule, first: number): Holds {
  const { frequency, byDay, byMonthDay, byMonth, byYearDay, byWeekNo } = rule;
  const began = dayOf(first);
  const named = byDay.length + byMonthDay.length + byYearDay.length > 0;
  const isWeekly = frequency === 'WEEKLY' || byWeekNo.length > 0;
  const weekdays = !named && isWeekly ? [{ nth: null, weekday: began.weekday }] : byDay;
  const dates = !named && !isWeekly && frequency !== 'DAILY' ? [began.date] : byMonthDay;
  const months = !named && !isWeekly && frequency === 'YEARLY' && byMonth.length === 0 ? [began.month] : byMonth;
  // A number counts within the month, or within the year where no month is named.
  const isOfMonth = frequency === 'MONTHLY' || byMonth.length > 0;
  return (day) =>
    (months.length === 0 || months.includes(day.month)) &&
    (byYearDay.length === 0 || isAt(byYearDay, day.yearDay, day.yearDays)) &&
    (dates.length === 0 || isAt(dates, day.date, day.monthDays)) &&
    (weekdays.length === 0 ||
      weekdays.some(
        ({ nth, weekday }) =>
          weekday === day.weekday &&
          (nth === null || (isOfMonth ? isNth(nth, day.date, day.monthDays) : isNth(nth, day.yearDay, day.yearDays))),
      ));
}

/** Whether a day is among those that are counted from the first or, negative, from the last. */
function isAt(wanted: readonly number[], place: number, length: number): boolean {
  return wanted.includes(place) || wanted.includes(place - length - 1);
}

/** Whether a day is the nth of its weekday. */
function isNth(nth: number, place: number, length: number): boolean {
  return nth > 0 ? Math.ceil(place / 7) === nth : Math.ceil((length - place + 1) / 7) === -nth;
}

function dayOf(day: number): Day {
  const { year, month, date } = civilOf(day);
  return {
    day,
    weekday: weekdayOf(day),
    month,
    date,
    monthDays: monthLength(year, month),
    yearDay: day - dayNumber(year, 1, 1) + 1,
    yearDays: yearLength(year),
  };
}

/** 1970-01-05. */
const MONDAY = 4;

function weekdayOf(day: number): number {
  return (((day - MONDAY) % 7) + 7) % 7;
}

/**
 * The first week of a year is the first with four of its days (RFC 5545, as ISO 8601 where weeks begin on Monday).
 */
function firstWeekOf(year: number, weekStart: number): number {
  const fourth = dayNumber(year, 1, 4);
  return fourth - ((weekdayOf(fourth) - weekStart + 7) % 7);
}

function weekYearOf(day: number, weekStart: number): number {
  const { year } = civilOf(day);
  if (day < firstWeekOf(year, weekStart)) return year - 1;
  return day >= firstWeekOf(year + 1, weekStart) ? year + 1 : year;
}

function range(start: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => start + index);
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function yearLength(year: number): number {
  return isLeap(year) ? 366 : 365;
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function monthLength(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0);
}

/**
 * Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the leap day is the last of
 * one.
 */
export function dayNumber(year: number, month: number, date: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const ofEra = marchYear - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  return era * CYCLE_DAYS + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

function civilOf(day: number): { readonly year: number; readonly month: number; readonly date: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / CYCLE_DAYS);
  const ofEra = shifted - era * CYCLE_DAYS;
  const years = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const part = Math.floor((5 * ofYear + 2) / 153);
  const month = part < 10 ? part + 3 : part - 9;
  const year = years + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, date: ofYear - Math.floor((153 * part + 2) / 5) + 1 };
}
