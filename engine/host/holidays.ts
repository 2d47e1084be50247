// Public holidays from date-holidays (https://github.com/commenthol/date-holidays; its data, gathered from Wikipedia,
// is under CC BY-SA 3.0). The library is 45 MB and takes a tenth of a second to load, so it is loaded when the first
// place is asked for. What it says is kept: the same place and year are computed once.

import type Library from 'date-holidays';
import type { HolidaysTypes } from 'date-holidays';
import type { Holidays } from '../model/policy-facts.ts';
import type { HolidayTable } from '../ports/holidays.ts';

type Day = Holidays[string][number];

const DAY_MS = 86_400_000;
/** Answers that are kept whole. A controller asks one question, a simulation one for each stretch that it replays. */
const ANSWERS_MAX = 50;

export function openHolidays(): HolidayTable {
  const calendars = new Map<string, Promise<Library | null>>();
  const days = new Map<string, readonly Day[]>();
  const answers = new Map<string, Promise<Holidays>>();

  const calendarOf = (place: string): Promise<Library | null> => {
    const found = calendars.get(place) ?? openCalendar(place);
    calendars.set(place, found);
    return found;
  };
  const yearOf = (place: string, calendar: Library, year: number): readonly Day[] => {
    const key = `${place} ${year}`;
    const found = days.get(key) ?? daysOf(calendar, year);
    days.set(key, found);
    return found;
  };
  const answer = async (places: readonly string[], years: readonly number[]): Promise<Holidays> => {
    const entries: [string, readonly Day[]][] = [];
    for (const place of places) {
      const calendar = await calendarOf(place);
      if (calendar !== null) entries.push([place, years.flatMap((year) => yearOf(place, calendar, year))]);
    }
    return Object.fromEntries(entries);
  };
  return {
    holidays: (places, years) => {
      const asked = [[...new Set(places)].sort(), [...new Set(years)].sort((a, b) => a - b)] as const;
      const key = JSON.stringify(asked);
      const found = answers.get(key) ?? answer(...asked);
      if (answers.size >= ANSWERS_MAX) answers.clear();
      answers.set(key, found);
      return found;
    },
    knows: async (place) => (await calendarOf(place)) !== null,
  };
}

/** Null where the library has no such place; asked all the same, it would answer for the country, or with nothing. */
async function openCalendar(place: string): Promise<Library | null> {
  const [country = '', state, ...more] = place.split('-');
  if (more.length > 0) return null;
  const { default: Calendar } = await import('date-holidays');
  const all = new Calendar();
  if (!Object.hasOwn(all.getCountries(), country)) return null;
  if (state === undefined) return new Calendar(country, { types: ['public'] });
  return Object.hasOwn(all.getStates(country) ?? {}, state)
    ? new Calendar(country, state, { types: ['public'] })
    : null;
}

/**
 * A holiday may begin in the year before (and a substitute for New Year's Day lies there), so neighbours are asked
 * too.
 */
function daysOf(calendar: Library, year: number): readonly Day[] {
  const found = [year - 1, year, year + 1].flatMap((each) => calendar.getHolidays(each, 'en').flatMap(localDays));
  const named = new Map<string, string[]>();
  for (const { date, name } of found) {
    const names = named.get(date) ?? [];
    if (date.startsWith(`${year}-`) && !names.includes(name)) named.set(date, [...names, name]);
  }
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, names]) => ({ date, name: names.join(', ') }));
}

/** Where a holiday begins on the eve, its date is the day after: the eve is a working day. */
function localDays({ date, start, end, name }: HolidaysTypes.Holiday): readonly Day[] {
  const first = Temporal.PlainDate.from(date.slice(0, 'yyyy-mm-dd'.length));
  const count = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
  return Array.from({ length: count }, (_, later) => ({ date: first.add({ days: later }).toString(), name }));
}
