// Public holidays on days that a person can look up, and the promises that the windows rest on: whole years, no
// others, and nothing at all for a place that does not exist.

import { expect, test } from 'vitest';
import { HOLIDAY_PLACES } from '../../../engine/config/holiday-places.ts';
import { openHolidays } from '../../../engine/host/holidays.ts';

const table = openHolidays();

async function on(place: string, date: string): Promise<string | undefined> {
  const holidays = await table.holidays([place], [Number(date.slice(0, 4))]);
  return holidays[place]?.find((day) => day.date === date)?.name;
}

test.each([
  ['RO', '2026-12-01', /National holiday/],
  ['RO', '2026-04-12', /Easter/i],
  ['RO', '2026-04-10', /Good Friday/i],
  ['RO', '2027-05-02', /Easter/i],
  ['US-CA', '2026-11-26', /Thanksgiving/],
  ['US-CA', '2026-11-27', /after Thanksgiving/],
  ['IN', '2026-08-15', /Independence/],
])('%s has a holiday on %s', async (place, date, name) => {
  expect(await on(place, date)).toMatch(name);
});

test.each([
  ['RO', '2026-12-02'],
  // Western Easter, and an observance on which people work.
  ['RO', '2026-04-05'],
  ['RO', '2026-03-08'],
  // Of California, and of no other state.
  ['US', '2026-11-27'],
])('%s works on %s', async (place, date) => {
  expect(await on(place, date)).toBeUndefined();
});

test('a holiday of two days is two days', async () => {
  expect(await on('RO', '2026-01-01')).toMatch(/New Year/);
  expect(await on('RO', '2026-01-02')).toMatch(/New Year/);
});

test('a holiday that falls on a Saturday is also the Friday before, where the law says so', async () => {
  expect(await on('US', '2026-07-03')).toMatch(/Independence Day.*substitute/);
  // New Year's Day of 2028 is kept on the last day of 2027.
  expect(await on('US', '2027-12-31')).toMatch(/New Year/);
});

test('a holiday that begins on the eve is the day after, for as many days as it lasts', async () => {
  expect(await on('IL', '2026-04-02')).toBeDefined();
  expect(await on('IL', '2026-04-01')).toBeUndefined();
  expect(await on('SA', '2026-03-22')).toBeDefined();
});

test('the years asked for, in order, and no others', async () => {
  const { US } = await table.holidays(['US'], [2027, 2026]);
  const dates = (US ?? []).map(({ date }) => date);
  expect(dates).toEqual([...new Set(dates)].sort());
  expect([...new Set(dates.map((date) => date.slice(0, 4)))]).toEqual(['2026', '2027']);
});

test('the same question has the same answer, so that what was computed from it is not computed again', async () => {
  expect(await table.holidays(['RO', 'US'], [2026])).toBe(await table.holidays(['US', 'RO', 'RO'], [2026]));
});

test.each(['XX', 'US-ZZ', 'ro', '', 'US-CA-XX', 'constructor', 'US-constructor'])('%j is no place', async (place) => {
  expect(await table.knows(place)).toBe(false);
  expect(await table.holidays([place], [2026])).toEqual({});
});

test('the configuration knows the places that the library knows', async () => {
  const { default: Calendar } = await import('date-holidays');
  const all = new Calendar();
  const places = Object.keys(all.getCountries()).flatMap((country) => [
    country,
    ...Object.keys(all.getStates(country) ?? {}).map((state) => `${country}-${state}`),
  ]);
  expect([...HOLIDAY_PLACES].sort()).toEqual(places.sort());
});
