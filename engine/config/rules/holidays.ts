// Entries of `holidays:` a country (`RO`), a region of one (`US-CA`), or the name of a calendar file, each with the
// kinds of change that it lets pass.

import type { Cursor } from '../cursor.ts';
import { HOLIDAY_PLACES } from '../holiday-places.ts';
import { either, listOf, NAME_PATTERN, object, text } from '../schema/shape.ts';
import { suggestion } from '../suggest.ts';
import { exceptKey } from './span-keys.ts';

const place = text('A country such as RO, a region such as US-CA, or the name of a calendar.', {
  maxLength: 63,
  examples: ['RO', 'US-CA'],
});

export const holidaysKey = listOf(
  'Closed on these public holidays, whatever `allow` says: countries, regions, or calendars by name.',
  either('Whose holidays.', [
    { ...place, description: 'a country such as RO, a region such as US-CA, or the name of a calendar' },
    object('Holidays that let something pass.', { in: place, except: exceptKey }, ['in']),
  ]),
  { minItems: 1, maxItems: 50, examples: [['RO']] },
);

export type HolidayEntry = {
  readonly in: { readonly place: string } | { readonly calendar: string };
  readonly except: readonly string[];
};

type Written = string | { readonly in: string; readonly except?: readonly string[] };

/**
 * Those that exist; a calendar is looked up when all files are there. `mayBeCalendar` false: it stands in one itself.
 */
export function buildHolidays(
  entries: readonly Written[] | undefined,
  cursor: Cursor,
  mayBeCalendar: boolean,
): readonly HolidayEntry[] {
  return (entries ?? []).flatMap((entry, index): readonly HolidayEntry[] => {
    const [name, at] = typeof entry === 'string' ? [entry, cursor.at(index)] : [entry.in, cursor.at(index, 'in')];
    const except = typeof entry === 'string' ? [] : (entry.except ?? []);
    if (HOLIDAY_PLACES.includes(name)) return [{ in: { place: name }, except }];
    if (mayBeCalendar && new RegExp(NAME_PATTERN).test(name)) {
      at.refer('calendar', name);
      return [{ in: { calendar: name }, except }];
    }
    at.error(`no public holidays are known for \`${name}\``, placeHint(name));
    return [];
  });
}

/** `ro`, `us-ca`, `uk`: may be the name of a calendar, and where there is none was surely meant to be a place. */
export function isPlaceInSmallLetters(name: string): boolean {
  return name === 'uk' || HOLIDAY_PLACES.includes(name.toUpperCase());
}

/** Two letters are near to a dozen others, so only what is certain is suggested. */
export function placeHint(name: string): string {
  const upper = name.toUpperCase();
  const meant = upper === 'UK' ? 'GB' : upper;
  if (HOLIDAY_PLACES.includes(meant)) return `did you mean \`${meant}\`?`;
  const [country = ''] = upper.split('-');
  const regions = HOLIDAY_PLACES.filter((each) => each.startsWith(`${country}-`));
  if (upper.includes('-') && regions.length > 0) return suggestion(upper, regions, 'regions');
  if (upper.includes('-') && HOLIDAY_PLACES.includes(country))
    return `\`${country}\` has no regions here: write \`${country}\``;
  return 'write a country as two letters of ISO 3166 (RO), a region (US-CA), or the name of a calendar';
}
