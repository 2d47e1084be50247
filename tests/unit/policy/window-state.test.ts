// Open or closed, since when and until when: a table across zones, clock changes, leap days and year ends.
// Expected instants are written with their offset, so that a row shows what the clocks do.

import { describe, expect, test } from 'vitest';
import { at, stateOf, windowRule } from './window-build.ts';

type Row = readonly [
  title: string,
  zone: string,
  allow: readonly string[],
  deny: readonly string[],
  now: string,
  state: 'open' | 'closed',
  since: string | null,
  until: string | null,
];

const HOURS = ['mon-fri 09:00-18:00'];
const NIGHT = ['mon-sun 22:00-06:00'];
const BUCHAREST = 'Europe/Bucharest';
const ANGELES = 'America/Los_Angeles';
const HOWE = 'Australia/Lord_Howe';
const YEAR_END = ['2026-12-19..2027-01-04 (year-end freeze)'];

// biome-ignore format: a table is read across
const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'an ordinary week': [
    ['Saturday', BUCHAREST, HOURS, [], '2026-11-21T10:00+02:00', 'closed', '2026-11-20T18:00+02:00', '2026-11-23T09:00+02:00'],
    ['Monday noon', BUCHAREST, HOURS, [], '2026-11-23T12:00+02:00', 'open', '2026-11-23T09:00+02:00', '2026-11-23T18:00+02:00'],
    ['the start is included', BUCHAREST, HOURS, [], '2026-11-23T09:00+02:00', 'open', '2026-11-23T09:00+02:00', '2026-11-23T18:00+02:00'],
    ['a millisecond before the start', BUCHAREST, HOURS, [], '2026-11-23T08:59:59.999+02:00', 'closed', '2026-11-20T18:00+02:00', '2026-11-23T09:00+02:00'],
    ['the end is excluded', BUCHAREST, HOURS, [], '2026-11-23T18:00+02:00', 'closed', '2026-11-23T18:00+02:00', '2026-11-24T09:00+02:00'],
    ['a millisecond before the end', BUCHAREST, HOURS, [], '2026-11-23T17:59:59.999+02:00', 'open', '2026-11-23T09:00+02:00', '2026-11-23T18:00+02:00'],
    ['one day a week', 'UTC', ['wed 10:00-11:00'], [], '2026-11-25T11:00Z', 'closed', '2026-11-25T11:00Z', '2026-12-02T10:00Z'],
    ['a list of days', 'UTC', ['mon,wed,fri 10:00-11:00'], [], '2026-11-24T00:00Z', 'closed', '2026-11-23T11:00Z', '2026-11-25T10:00Z'],
    ['no hours and no freezes', 'UTC', [], [], '2026-11-24T00:00Z', 'open', null, null],
    ['every hour of the week', 'UTC', ['mon-sun 00:00-24:00'], [], '2026-11-24T00:00Z', 'open', null, null],
    ['equal ends are a whole day', 'UTC', ['mon-sun 07:30-07:30'], [], '2026-11-24T00:00Z', 'open', null, null],
    ['no day at all', 'UTC', [' 09:00-10:00'], [], '2026-11-24T00:00Z', 'closed', null, null],
  ],
  'spans that touch, overlap or pass midnight': [
    ['18:00 to 18:00 does not close', 'UTC', ['mon 09:00-18:00', 'mon 18:00-20:00'], [], '2026-11-23T12:00Z', 'open', '2026-11-23T09:00Z', '2026-11-23T20:00Z'],
    ['at the seam itself', 'UTC', ['mon 09:00-18:00', 'mon 18:00-20:00'], [], '2026-11-23T18:00Z', 'open', '2026-11-23T09:00Z', '2026-11-23T20:00Z'],
    ['written in the other order', 'UTC', ['mon 18:00-20:00', 'mon 09:00-18:00'], [], '2026-11-23T17:00Z', 'open', '2026-11-23T09:00Z', '2026-11-23T20:00Z'],
    ['one inside the other', 'UTC', ['mon 09:00-18:00', 'mon 10:00-11:00'], [], '2026-11-23T10:30Z', 'open', '2026-11-23T09:00Z', '2026-11-23T18:00Z'],
    ['24:00 meets 00:00', 'UTC', ['mon 09:00-24:00', 'tue 00:00-08:00'], [], '2026-11-23T23:59Z', 'open', '2026-11-23T09:00Z', '2026-11-24T08:00Z'],
    ['24:00 ends the day', 'UTC', ['mon 09:00-24:00'], [], '2026-11-23T23:59:59.999Z', 'open', '2026-11-23T09:00Z', '2026-11-24T00:00Z'],
    ['at 24:00 it is closed', 'UTC', ['mon 09:00-24:00'], [], '2026-11-24T00:00Z', 'closed', '2026-11-24T00:00Z', '2026-11-30T09:00Z'],
    ['a night, before midnight', 'UTC', NIGHT, [], '2026-11-23T23:00Z', 'open', '2026-11-23T22:00Z', '2026-11-24T06:00Z'],
    ['a night, after midnight', 'UTC', NIGHT, [], '2026-11-24T05:59Z', 'open', '2026-11-23T22:00Z', '2026-11-24T06:00Z'],
    ['Friday night belongs to Friday', 'UTC', ['fri 22:00-06:00'], [], '2026-11-28T03:00Z', 'open', '2026-11-27T22:00Z', '2026-11-28T06:00Z'],
    ['Sunday night runs into Monday', 'UTC', ['sun 22:00-06:00'], [], '2026-11-23T01:00Z', 'open', '2026-11-22T22:00Z', '2026-11-23T06:00Z'],
    ['Sunday night joins Monday', 'UTC', ['sun 22:00-06:00', 'mon 06:00-12:00'], [], '2026-11-23T07:00Z', 'open', '2026-11-22T22:00Z', '2026-11-23T12:00Z'],
    ['a weekend in whole days', 'UTC', ['sat-sun 00:00-24:00'], [], '2026-11-22T12:00Z', 'open', '2026-11-21T00:00Z', '2026-11-23T00:00Z'],
    ['all but one minute a week', 'UTC', ['mon 00:01-00:00', 'tue-sun 00:00-24:00'], [], '2026-11-25T00:00Z', 'open', '2026-11-23T00:01Z', '2026-11-30T00:00Z'],
  ],
  freezes: [
    ['inside', BUCHAREST, HOURS, YEAR_END, '2026-12-25T12:00+02:00', 'closed', '2026-12-18T18:00+02:00', '2027-01-05T09:00+02:00'],
    ['its first day is included', BUCHAREST, [], YEAR_END, '2026-12-18T23:59+02:00', 'open', null, '2026-12-19T00:00+02:00'],
    ['its last day is included', BUCHAREST, [], YEAR_END, '2027-01-04T23:59+02:00', 'closed', '2026-12-19T00:00+02:00', '2027-01-05T00:00+02:00'],
    ['after it', BUCHAREST, [], YEAR_END, '2027-01-05T00:00+02:00', 'open', '2027-01-05T00:00+02:00', null],
    ['the year ends inside it', BUCHAREST, [], YEAR_END, '2026-12-31T23:59:59.999+02:00', 'closed', '2026-12-19T00:00+02:00', '2027-01-05T00:00+02:00'],
    ['it begins while open', 'UTC', HOURS, ['2026-11-24T14:00..2026-11-24T15:00'], '2026-11-24T13:00Z', 'open', '2026-11-24T09:00Z', '2026-11-24T14:00Z'],
    ['it ends while open', 'UTC', HOURS, ['2026-11-24T14:00..2026-11-24T15:00'], '2026-11-24T14:30Z', 'closed', '2026-11-24T14:00Z', '2026-11-24T15:00Z'],
    ['a local date-time excludes its end', 'UTC', HOURS, ['2026-11-24T14:00..2026-11-24T15:00'], '2026-11-24T15:00Z', 'open', '2026-11-24T15:00Z', '2026-11-24T18:00Z'],
    ['closed outside hours, frozen at the opening', 'UTC', HOURS, ['2026-11-24..2026-11-25'], '2026-11-23T20:00Z', 'closed', '2026-11-23T18:00Z', '2026-11-26T09:00Z'],
    ['closed after a freeze in closed hours', 'UTC', HOURS, ['2026-11-24..2026-11-24'], '2026-11-25T08:00Z', 'closed', '2026-11-23T18:00Z', '2026-11-25T09:00Z'],
    ['two that touch are one', 'UTC', [], ['2026-11-01..2026-11-02', '2026-11-03..2026-11-04'], '2026-11-02T12:00Z', 'closed', '2026-11-01T00:00Z', '2026-11-05T00:00Z'],
    ['two that overlap are one', 'UTC', [], ['2026-11-03..2026-11-09', '2026-11-01..2026-11-04'], '2026-11-02T12:00Z', 'closed', '2026-11-01T00:00Z', '2026-11-10T00:00Z'],
    ['one after the other, with only closed hours between', 'UTC', HOURS, ['2026-11-27..2026-11-27', '2026-11-30..2026-11-30'], '2026-11-27T10:00Z', 'closed', '2026-11-26T18:00Z', '2026-12-01T09:00Z'],
    ['a day and a half', 'UTC', [], ['2026-11-01..2026-11-02T12:00'], '2026-11-01T12:00Z', 'closed', '2026-11-01T00:00Z', '2026-11-02T12:00Z'],
    ['a very long one', 'UTC', HOURS, ['2020-01-01..2039-12-31'], '2026-11-24T10:00Z', 'closed', '2019-12-31T18:00Z', '2040-01-02T09:00Z'],
    ['a leap day', BUCHAREST, [], ['2028-02-29..2028-02-29'], '2028-02-29T12:00+02:00', 'closed', '2028-02-29T00:00+02:00', '2028-03-01T00:00+02:00'],
    ['up to the day before a leap day', BUCHAREST, [], ['2028-02-28..2028-02-28'], '2028-02-28T12:00+02:00', 'closed', '2028-02-28T00:00+02:00', '2028-02-29T00:00+02:00'],
    ['the same dates in a common year', BUCHAREST, [], ['2027-02-28..2027-02-28'], '2027-02-28T12:00+02:00', 'closed', '2027-02-28T00:00+02:00', '2027-03-01T00:00+02:00'],
    ['a day of 23 hours', BUCHAREST, [], ['2026-03-29..2026-03-29'], '2026-03-29T12:00+03:00', 'closed', '2026-03-29T00:00+02:00', '2026-03-30T00:00+03:00'],
    ['a day of 25 hours', BUCHAREST, [], ['2026-10-25..2026-10-25'], '2026-10-25T12:00+02:00', 'closed', '2026-10-25T00:00+03:00', '2026-10-26T00:00+02:00'],
    ['a day whose midnight is skipped', 'America/Havana', [], ['2026-03-08..2026-03-08'], '2026-03-08T12:00-04:00', 'closed', '2026-03-08T01:00-04:00', '2026-03-09T00:00-04:00'],
    ['ends that a gap makes cross', ANGELES, [], ['2026-03-08T02:30..2026-03-08T03:15'], '2026-03-08T03:20-07:00', 'closed', '2026-03-08T03:15-07:00', '2026-03-08T03:30-07:00'],
  ],
  'the clocks go forward': [
    ['weekend across the change', BUCHAREST, HOURS, [], '2026-03-28T12:00+02:00', 'closed', '2026-03-27T18:00+02:00', '2026-03-30T09:00+03:00'],
    ['a night across the change is an hour shorter', BUCHAREST, NIGHT, [], '2026-03-29T02:00+02:00', 'open', '2026-03-28T22:00+02:00', '2026-03-29T06:00+03:00'],
    ['a start in the gap keeps the offset before it', ANGELES, ['sun 02:30-05:00'], [], '2026-03-08T03:10-07:00', 'closed', '2026-03-01T05:00-08:00', '2026-03-08T03:30-07:00'],
    ['an end in the gap keeps the offset before it', ANGELES, ['sun 01:00-02:30'], [], '2026-03-08T03:10-07:00', 'open', '2026-03-08T01:00-08:00', '2026-03-08T03:30-07:00'],
    ['a span within the gap comes an hour later', ANGELES, ['sun 02:15-02:45'], [], '2026-03-08T03:20-07:00', 'open', '2026-03-08T03:15-07:00', '2026-03-08T03:45-07:00'],
    ['an end at the gap', ANGELES, ['sun 01:00-02:00'], [], '2026-03-08T01:59-08:00', 'open', '2026-03-08T01:00-08:00', '2026-03-08T03:00-07:00'],
    ['a start that passes its end leaves the day closed', ANGELES, ['sun 02:30-03:15'], [], '2026-03-08T03:20-07:00', 'closed', '2026-03-01T03:15-08:00', '2026-03-15T02:30-07:00'],
    ['looking ahead over a week without an opening', ANGELES, ['sun 02:30-03:15'], [], '2026-03-01T04:00-08:00', 'closed', '2026-03-01T03:15-08:00', '2026-03-15T02:30-07:00'],
    ['looking back over it', ANGELES, ['sun 02:30-03:15'], [], '2026-03-15T02:00-07:00', 'closed', '2026-03-01T03:15-08:00', '2026-03-15T02:30-07:00'],
    ['a hole that the gap swallows', ANGELES, ['sun 00:00-02:30', 'sun 03:15-06:00'], [], '2026-03-08T01:00-08:00', 'open', '2026-03-08T00:00-08:00', '2026-03-08T06:00-07:00'],
    ['overlapping hours do not fall apart', ANGELES, ['sun 00:00-03:15', 'sun 02:30-06:00'], [], '2026-03-08T01:00-08:00', 'open', '2026-03-08T00:00-08:00', '2026-03-08T06:00-07:00'],
    ['hours in every minute stay so', ANGELES, ['mon-sun 00:00-03:15', 'mon-sun 02:30-00:00'], [], '2026-03-08T01:00-08:00', 'open', null, null],
    ['half an hour in Lord Howe', HOWE, ['sun 02:15-04:00'], [], '2026-10-04T02:40+11:00', 'closed', '2026-09-27T04:00+10:30', '2026-10-04T02:45+11:00'],
    ['Chatham, at a quarter to three', 'Pacific/Chatham', ['sun 03:00-05:00'], [], '2026-09-27T03:50+13:45', 'closed', '2026-09-20T05:00+12:45', '2026-09-27T04:00+13:45'],
    ['Casablanca, after Ramadan', 'Africa/Casablanca', HOURS, [], '2026-03-21T12:00+00:00', 'closed', '2026-03-20T18:00+00:00', '2026-03-23T09:00+01:00'],
    ['a start at a skipped midnight', 'America/Havana', ['sun 00:00-06:00'], [], '2026-03-08T02:00-04:00', 'open', '2026-03-08T01:00-04:00', '2026-03-08T06:00-04:00'],
    ['midnights on both sides of a skipped one stay joined', 'America/Havana', ['sat 12:00-24:00', 'sun 00:00-06:00'], [], '2026-03-08T02:00-04:00', 'open', '2026-03-07T12:00-05:00', '2026-03-08T06:00-04:00'],
    ['a whole day skipped (Samoa 2011)', 'Pacific/Apia', ['thu 09:00-18:00', 'sun 09:00-18:00'], [], '2011-12-29T20:00-10:00', 'closed', '2011-12-29T18:00-10:00', '2012-01-01T09:00+14:00'],
  ],
  'the clocks go back': [
    ['weekend across the change', BUCHAREST, HOURS, [], '2026-10-24T12:00+03:00', 'closed', '2026-10-23T18:00+03:00', '2026-10-26T09:00+02:00'],
    ['a night across the change is an hour longer', BUCHAREST, NIGHT, [], '2026-10-25T02:00+03:00', 'open', '2026-10-24T22:00+03:00', '2026-10-25T06:00+02:00'],
    ['an ambiguous start is its first showing', ANGELES, ['sun 01:30-04:00'], [], '2026-11-01T01:40-07:00', 'open', '2026-11-01T01:30-07:00', '2026-11-01T04:00-08:00'],
    ['still open at its second showing', ANGELES, ['sun 01:30-04:00'], [], '2026-11-01T01:10-08:00', 'open', '2026-11-01T01:30-07:00', '2026-11-01T04:00-08:00'],
    ['an ambiguous end is its first showing', ANGELES, ['sun 00:00-01:30'], [], '2026-11-01T01:29-07:00', 'open', '2026-11-01T00:00-07:00', '2026-11-01T01:30-07:00'],
    ['it does not open again at the second', ANGELES, ['sun 00:00-01:30'], [], '2026-11-01T01:10-08:00', 'closed', '2026-11-01T01:30-07:00', '2026-11-08T00:00-08:00'],
    ['a span within the hour that comes twice happens once', ANGELES, ['sun 01:15-01:45'], [], '2026-11-01T01:20-08:00', 'closed', '2026-11-01T01:45-07:00', '2026-11-08T01:15-08:00'],
    ['half an hour in Lord Howe', HOWE, ['sun 01:45-04:00'], [], '2026-04-05T01:40+10:30', 'open', '2026-04-05T01:45+11:00', '2026-04-05T04:00+10:30'],
    ['Chatham', 'Pacific/Chatham', ['sun 03:00-05:00'], [], '2026-04-05T02:50+12:45', 'open', '2026-04-05T03:00+13:45', '2026-04-05T05:00+12:45'],
    ['Casablanca, before Ramadan', 'Africa/Casablanca', HOURS, [], '2026-02-14T12:00+01:00', 'closed', '2026-02-13T18:00+01:00', '2026-02-16T09:00+00:00'],
    ['a freeze from an ambiguous time', ANGELES, [], ['2026-11-01T01:30..2026-11-01T03:00'], '2026-11-01T01:40-07:00', 'closed', '2026-11-01T01:30-07:00', '2026-11-01T03:00-08:00'],
    ['midnight twice', 'America/Havana', ['sat 12:00-24:00'], [], '2026-11-01T00:30-05:00', 'closed', '2026-11-01T00:00-04:00', '2026-11-07T12:00-05:00'],
  ],
  'zones far out': [
    ['Kolkata', 'Asia/Kolkata', HOURS, [], '2026-11-21T10:00+05:30', 'closed', '2026-11-20T18:00+05:30', '2026-11-23T09:00+05:30'],
    ['Kathmandu', 'Asia/Kathmandu', HOURS, [], '2026-11-23T09:00+05:45', 'open', '2026-11-23T09:00+05:45', '2026-11-23T18:00+05:45'],
    ["St John's", 'America/St_Johns', HOURS, [], '2026-11-23T08:59-03:30', 'closed', '2026-11-20T18:00-03:30', '2026-11-23T09:00-03:30'],
    ['Kiritimati is a day ahead', 'Pacific/Kiritimati', HOURS, [], '2026-11-22T20:00Z', 'open', '2026-11-22T19:00Z', '2026-11-23T04:00Z'],
    ['Pago Pago is a day behind', 'Pacific/Pago_Pago', HOURS, [], '2026-11-24T04:00Z', 'open', '2026-11-23T20:00Z', '2026-11-24T05:00Z'],
    ['New Year in Kiritimati', 'Pacific/Kiritimati', [], ['2027-01-01..2027-01-01'], '2026-12-31T10:00Z', 'closed', '2026-12-31T10:00Z', '2027-01-01T10:00Z'],
    ['New Year in Los Angeles', ANGELES, [], ['2027-01-01..2027-01-01'], '2027-01-01T07:59Z', 'open', null, '2027-01-01T08:00Z'],
  ],
};

for (const [name, rows] of Object.entries(TABLES)) {
  describe(name, () => {
    test.each(rows)('%s', (_title, zone, allow, deny, now, state, since, until) => {
      const found = stateOf(windowRule(zone, allow, deny), at(now));
      const say = (instant: number | null) =>
        instant === null ? null : Temporal.Instant.fromEpochMilliseconds(instant).toString({ timeZone: zone });
      expect({ state: found.open ? 'open' : 'closed', since: say(found.since), until: say(found.until) }).toEqual({
        state,
        since: say(since === null ? null : at(since)),
        until: say(until === null ? null : at(until)),
      });
    });
  });
}
