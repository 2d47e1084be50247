// RFC 5545's table of recurrence rules (3.3.10), asked day by day of a calendar: a judge of
// engine/base/recurring-days.ts that shares nothing with it, neither its arithmetic nor its way through periods.

import fc from 'fast-check';

type Asked = Readonly<Partial<Record<string, string>>>;

const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** All days of the rule from `first` on, up to `to`, as `2026-01-06`. */
export function judgedDays(text: string, first: string, to: string): readonly string[] {
  const rule: Asked = Object.fromEntries(text.split(';').map((part) => part.split('=') as [string, string]));
  const start = Temporal.PlainDate.from(first);
  const periods = new Map<string, Temporal.PlainDate[]>();
  // From well before the first day to well past the last: BYSETPOS counts from either end of a period.
  const end = Temporal.PlainDate.from(to).add({ days: 380 }).toString();
  for (let day = start.subtract({ days: 380 }); day.toString() <= end; day = day.add({ days: 1 })) {
    const key = periodOf(rule, start, day);
    if (key === null || !isDay(rule, start, day)) continue;
    periods.set(key, [...(periods.get(key) ?? []), day]);
  }
  const places = rule['BYSETPOS']?.split(',').map(Number);
  const chosen = [...periods.values()].flatMap((days) =>
    places === undefined
      ? days
      : days.filter((_, index) => places.includes(index + 1) || places.includes(index - days.length)),
  );
  const all = chosen.map(String).filter((day) => day >= first);
  const until = rule['UNTIL']?.replace(/^(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3') ?? '9999-12-31';
  return all.filter((day) => day <= until && day <= to).slice(0, Number(rule['COUNT'] ?? all.length));
}

/** Its period as a text that says which; null where INTERVAL passes it over. */
function periodOf(rule: Asked, start: Temporal.PlainDate, day: Temporal.PlainDate): string | null {
  const interval = Number(rule['INTERVAL'] ?? 1);
  const key = (from: Temporal.PlainDate, unit: 'days' | 'weeks' | 'months' | 'years') => {
    const [here, there] = [beginning(from, unit, rule), beginning(start, unit, rule)];
    const passed = here.since(there, { largestUnit: unit })[unit];
    return passed % interval === 0 ? here.toString() : null;
  };
  switch (rule['FREQ']) {
    case 'DAILY':
      return key(day, 'days');
    case 'WEEKLY':
      return key(day, 'weeks');
    case 'MONTHLY':
      return key(day, 'months');
    default:
      return key(day, 'years');
  }
}

function beginning(day: Temporal.PlainDate, unit: string, rule: Asked): Temporal.PlainDate {
  if (unit === 'years') return day.with({ month: 1, day: 1 });
  if (unit === 'months') return day.with({ day: 1 });
  return unit === 'weeks' ? weekStart(day, rule) : day;
}

function weekStart(day: Temporal.PlainDate, rule: Asked): Temporal.PlainDate {
  const first = DAYS.indexOf(rule['WKST'] ?? 'MO') + 1;
  let at = day;
  while (at.dayOfWeek !== first) at = at.subtract({ days: 1 });
  return at;
}

/** Row by row of the table, limits and expansions alike: a day that is in, is in for every part. */
function isDay(rule: Asked, start: Temporal.PlainDate, day: Temporal.PlainDate): boolean {
  const list = (part: string) => rule[part]?.split(',') ?? null;
  const { FREQ: frequency } = rule;
  const months = list('BYMONTH');
  const [weeks, yearDays, dates, weekdays] = [list('BYWEEKNO'), list('BYYEARDAY'), list('BYMONTHDAY'), list('BYDAY')];
  if (months !== null && !months.includes(String(day.month))) return false;
  if (weeks !== null && !weeks.some((week) => isWeek(Number(week), day, rule))) return false;
  if (yearDays !== null && !counted(yearDays, day.dayOfYear, day.daysInYear)) return false;
  if (dates !== null && !counted(dates, day.day, day.daysInMonth)) return false;
  if (weekdays !== null && !weekdays.some((text) => isWeekday(text, day, rule))) return false;
  if (yearDays !== null || dates !== null || weekdays !== null || frequency === 'DAILY') return true;
  // Information that the rule does not give is taken from where it begins.
  if (frequency === 'WEEKLY' || weeks !== null) return day.dayOfWeek === start.dayOfWeek;
  if (day.day !== start.day) return false;
  return frequency === 'MONTHLY' || months !== null || day.month === start.month;
}

function counted(wanted: readonly string[], place: number, length: number): boolean {
  return wanted.some((text) => (Number(text) > 0 ? Number(text) === place : length + 1 + Number(text) === place));
}

function isWeekday(text: string, day: Temporal.PlainDate, rule: Asked): boolean {
  if (DAYS[day.dayOfWeek - 1] !== text.slice(-2)) return false;
  const nth = text.slice(0, -2);
  if (nth === '') return true;
  const isOfMonth = rule['FREQ'] === 'MONTHLY' || rule['BYMONTH'] !== undefined;
  // All days of its name in that month or year, one after the other.
  const same: string[] = [];
  let at = isOfMonth ? day.with({ day: 1 }) : day.with({ month: 1, day: 1 });
  const end = at.add(isOfMonth ? { months: 1 } : { years: 1 });
  for (; Temporal.PlainDate.compare(at, end) < 0; at = at.add({ days: 1 })) {
    if (at.dayOfWeek === day.dayOfWeek) same.push(at.toString());
  }
  return same.at(Number(nth) > 0 ? Number(nth) - 1 : Number(nth)) === day.toString();
}

/** The number of the week in the year that has most of its days. */
function isWeek(wanted: number, day: Temporal.PlainDate, rule: Asked): boolean {
  const start = weekStart(day, rule);
  const { year } = start.add({ days: 3 });
  let first = weekStart(new Temporal.PlainDate(year, 1, 1), rule);
  if (first.add({ days: 3 }).year < year) first = first.add({ days: 7 });
  let next = weekStart(new Temporal.PlainDate(year + 1, 1, 1), rule);
  if (next.add({ days: 3 }).year < year + 1) next = next.add({ days: 7 });
  const number = start.since(first).days / 7 + 1;
  const weeks = next.since(first).days / 7;
  return wanted > 0 ? number === wanted : number === weeks + 1 + wanted;
}

/** Rules of all parts, also such as nobody may write. */
export function recurrences(): fc.Arbitrary<{ rule: string; first: Temporal.PlainDate }> {
  const sign = (max: number) => fc.integer({ min: 1, max }).chain((n) => fc.constantFrom(n, n, -n));
  const listed = (each: fc.Arbitrary<unknown>, maxLength = 4) =>
    fc.option(
      fc.uniqueArray(each, { minLength: 1, maxLength }).map((all) => all.join(',')),
      { freq: 1 },
    );
  const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
  const nth = fc.tuple(fc.oneof(sign(5), sign(53)), weekday).map(([n, day]) => `${n}${day}`);
  const parts = fc.record({
    FREQ: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'YEARLY'),
    INTERVAL: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 1 }),
    COUNT: fc.option(fc.integer({ min: 1, max: 20 }), { freq: 1 }),
    BYMONTH: listed(fc.integer({ min: 1, max: 12 })),
    BYWEEKNO: fc.option(listed(fc.oneof(fc.constantFrom(1, 52, 53, -1), sign(53))), { freq: 1 }),
    BYYEARDAY: fc.option(listed(fc.oneof(fc.constantFrom(1, 60, 365, 366, -1), sign(366)), 30), { freq: 1 }),
    BYMONTHDAY: listed(sign(31), 12),
    BYDAY: listed(fc.oneof({ weight: 3, arbitrary: weekday }, nth)),
    BYSETPOS: fc.option(listed(sign(4), 2), { freq: 1 }),
    WKST: fc.option(weekday, { freq: 1 }),
  });
  return fc.record({ parts, day: fc.integer({ min: 9_000, max: 25_000 }) }).map(({ parts: given, day }) => ({
    rule: Object.entries(given)
      .flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]))
      .join(';'),
    first: new Temporal.PlainDate(1970, 1, 1).add({ days: day }),
  }));
}
