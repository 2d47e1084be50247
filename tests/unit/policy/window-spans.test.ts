// Rules that come again, one-off spans, and mixtures of all kinds across zones: what is open at a moment, since when
// and until when. Expected instants are written with their offset, worked out from calendars and the dates on which
// clocks change, so that a row shows what the clocks do.

import { ANGELES, BUCHAREST, HOURS, HOWE, testWindows, type WindowRow } from './window-build.ts';

const KOLKATA = 'Asia/Kolkata';
const KIRITIMATI = 'Pacific/Kiritimati';
const CASABLANCA = 'Africa/Casablanca';

const FIRST_SUNDAY = ['FREQ=MONTHLY;BYDAY=1SU @02:00 +4h'];
const SECOND_TUESDAY = ['FREQ=WEEKLY;INTERVAL=2;BYDAY=TU @10:00 +1h from 2026-01-06'];
const LAST_DAY = ['FREQ=MONTHLY;BYMONTHDAY=-1'];
const LEAP_DAY = ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29'];
const NEW_YEAR = ['FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1'];
const WEEKEND = ['FREQ=WEEKLY;BYDAY=FR @18:00 +2d15h'];
const SUN = ['[Asia/Kolkata] mon-fri 09:00-17:00', '[America/Los_Angeles] mon-fri 09:00-17:00'];

// biome-ignore format: a table is read across
const TABLES: Readonly<Record<string, readonly WindowRow[]>> = {
  'a rule that comes again': [
    ['between two', BUCHAREST, FIRST_SUNDAY, [], '2026-12-01T12:00+02:00', 'closed', '2026-11-01T06:00+02:00', '2026-12-06T02:00+02:00'],
    ['within one', BUCHAREST, FIRST_SUNDAY, [], '2026-12-06T03:00+02:00', 'open', '2026-12-06T02:00+02:00', '2026-12-06T06:00+02:00'],
    ['its start is included', BUCHAREST, FIRST_SUNDAY, [], '2026-12-06T02:00+02:00', 'open', '2026-12-06T02:00+02:00', '2026-12-06T06:00+02:00'],
    ['its end is excluded', BUCHAREST, FIRST_SUNDAY, [], '2026-12-06T06:00+02:00', 'closed', '2026-12-06T06:00+02:00', '2027-01-03T02:00+02:00'],
    ['every second Tuesday', 'UTC', SECOND_TUESDAY, [], '2026-11-21T00:00Z', 'closed', '2026-11-10T11:00Z', '2026-11-24T10:00Z'],
    ['a Tuesday that is not its turn', 'UTC', SECOND_TUESDAY, [], '2026-11-17T10:30Z', 'closed', '2026-11-10T11:00Z', '2026-11-24T10:00Z'],
    ['over the end of the year', 'UTC', SECOND_TUESDAY, [], '2026-12-22T11:00Z', 'closed', '2026-12-22T11:00Z', '2027-01-05T10:00Z'],
    ['before its first day', 'UTC', SECOND_TUESDAY, [], '2025-12-01T00:00Z', 'closed', null, '2026-01-06T10:00Z'],
    ['the last day of the month', BUCHAREST, LAST_DAY, [], '2026-11-15T12:00+02:00', 'closed', '2026-11-01T00:00+02:00', '2026-11-30T00:00+02:00'],
    ['the last day of February', BUCHAREST, LAST_DAY, [], '2027-02-28T12:00+02:00', 'open', '2027-02-28T00:00+02:00', '2027-03-01T00:00+02:00'],
    ['the last working day of the year, past midnight', 'UTC', ['FREQ=YEARLY;BYMONTH=12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 @22:00 +4h'], [], '2027-01-01T01:00Z', 'open', '2026-12-31T22:00Z', '2027-01-01T02:00Z'],
    ['Friday the 13th', 'UTC', ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13'], [], '2026-11-21T00:00Z', 'closed', '2026-11-14T00:00Z', '2027-08-13T00:00Z'],
    ['every third month', 'UTC', ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1 from 2026-01-01'], [], '2026-11-21T00:00Z', 'closed', '2026-10-02T00:00Z', '2027-01-01T00:00Z'],
    ['the 53rd week, which 2026 has', 'UTC', ['FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO'], [], '2026-12-28T12:00Z', 'open', '2026-12-28T00:00Z', '2026-12-29T00:00Z'],
    ['the 256th day', 'UTC', ['FREQ=YEARLY;BYYEARDAY=256'], [], '2026-09-13T12:00Z', 'open', '2026-09-13T00:00Z', '2026-09-14T00:00Z'],
    ['the 256th day of a leap year', 'UTC', ['FREQ=YEARLY;BYYEARDAY=256'], [], '2028-09-12T12:00Z', 'open', '2028-09-12T00:00Z', '2028-09-13T00:00Z'],
    ['three times, the last', 'UTC', ['FREQ=DAILY;COUNT=3 @09:00 +1h from 2026-11-20'], [], '2026-11-22T09:30Z', 'open', '2026-11-22T09:00Z', '2026-11-22T10:00Z'],
    ['three times, and over', 'UTC', ['FREQ=DAILY;COUNT=3 @09:00 +1h from 2026-11-20'], [], '2026-11-22T12:00Z', 'closed', '2026-11-22T10:00Z', null],
    ['until a day, which is included', 'UTC', ['FREQ=DAILY;UNTIL=20261122 @09:00 +1h'], [], '2026-11-22T08:00Z', 'closed', '2026-11-21T10:00Z', '2026-11-22T09:00Z'],
    ['after that day', 'UTC', ['FREQ=DAILY;UNTIL=20261122 @09:00 +1h'], [], '2026-11-22T10:00Z', 'closed', '2026-11-22T10:00Z', null],
    ['until an instant, to the second', BUCHAREST, ['FREQ=DAILY;UNTIL=20261121T223000Z @00:30 +1h'], [], '2026-11-21T12:00+02:00', 'closed', '2026-11-21T01:30+02:00', '2026-11-22T00:30+02:00'],
    ['until a second before', BUCHAREST, ['FREQ=DAILY;UNTIL=20261121T222959Z @00:30 +1h'], [], '2026-11-21T12:00+02:00', 'closed', '2026-11-21T01:30+02:00', null],
    ['occurrences that overlap', 'UTC', ['FREQ=DAILY +30h'], [], '2026-11-21T12:00Z', 'open', '2000-01-01T00:00Z', null],
    ['two that touch', 'UTC', ['FREQ=DAILY @00:00 +12h', 'FREQ=DAILY @12:00 +12h'], [], '2026-11-21T12:00Z', 'open', '2000-01-01T00:00Z', null],
    ['past midnight in Kolkata', KOLKATA, ['FREQ=MONTHLY;BYMONTHDAY=15 @22:00 +4h'], [], '2026-11-16T01:00+05:30', 'open', '2026-11-15T22:00+05:30', '2026-11-16T02:00+05:30'],
    ['New Year on the first island', KIRITIMATI, NEW_YEAR, [], '2026-12-31T10:00Z', 'open', '2027-01-01T00:00+14:00', '2027-01-02T00:00+14:00'],
    ['a millisecond before it', KIRITIMATI, NEW_YEAR, [], '2026-12-31T09:59:59.999Z', 'closed', '2026-01-02T00:00+14:00', '2027-01-01T00:00+14:00'],
    ['Monday there is Sunday in Greenwich', KIRITIMATI, ['FREQ=WEEKLY;BYDAY=MO'], [], '2026-11-22T12:00Z', 'open', '2026-11-23T00:00+14:00', '2026-11-24T00:00+14:00'],
    ['as a freeze', BUCHAREST, HOURS, LAST_DAY, '2026-11-30T12:00+02:00', 'closed', '2026-11-27T18:00+02:00', '2026-12-01T09:00+02:00'],
    ['before such a freeze', BUCHAREST, [], LAST_DAY, '2026-11-29T12:00+02:00', 'open', '2026-11-01T00:00+02:00', '2026-11-30T00:00+02:00'],
  ],
  'leap days': [
    ['none this year', BUCHAREST, LEAP_DAY, [], '2026-11-21T12:00+02:00', 'closed', '2024-03-01T00:00+02:00', '2028-02-29T00:00+02:00'],
    ['on one', BUCHAREST, LEAP_DAY, [], '2028-02-29T12:00+02:00', 'open', '2028-02-29T00:00+02:00', '2028-03-01T00:00+02:00'],
    ['from the day after one to the next', BUCHAREST, LEAP_DAY, [], '2028-03-01T00:00+02:00', 'closed', '2028-03-01T00:00+02:00', '2032-02-29T00:00+02:00'],
    ['closed on two days to one', 'UTC', [], ['2028-02-28..2028-02-29'], '2028-02-29T23:59Z', 'closed', '2028-02-28T00:00Z', '2028-03-01T00:00Z'],
    ['a night into one', KOLKATA, ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28 @20:00 +8h'], [], '2028-02-29T03:00+05:30', 'open', '2028-02-28T20:00+05:30', '2028-02-29T04:00+05:30'],
  ],
  'the clocks go forward under a rule': [
    ['four hours are four hours', BUCHAREST, ['FREQ=DAILY @02:00 +4h'], [], '2026-03-29T06:30+03:00', 'open', '2026-03-29T02:00+02:00', '2026-03-29T07:00+03:00'],
    ['a whole day ends at midnight', BUCHAREST, ['FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'], [], '2026-03-29T12:00+03:00', 'open', '2026-03-29T00:00+02:00', '2026-03-30T00:00+03:00'],
    ['two days and fifteen hours', BUCHAREST, WEEKEND, [], '2026-03-29T12:00+03:00', 'open', '2026-03-27T18:00+02:00', '2026-03-30T09:00+03:00'],
    ['a start that is skipped comes an hour later', BUCHAREST, ['FREQ=DAILY @03:30 +1h'], [], '2026-03-29T04:10+03:00', 'closed', '2026-03-28T04:30+02:00', '2026-03-29T04:30+03:00'],
    ['and lasts as long as ever', BUCHAREST, ['FREQ=DAILY @03:30 +1h'], [], '2026-03-29T04:45+03:00', 'open', '2026-03-29T04:30+03:00', '2026-03-29T05:30+03:00'],
    ['the day after is as before', BUCHAREST, ['FREQ=DAILY @03:30 +1h'], [], '2026-03-29T06:00+03:00', 'closed', '2026-03-29T05:30+03:00', '2026-03-30T03:30+03:00'],
    ['in Los Angeles', ANGELES, ['FREQ=DAILY @02:30 +30m'], [], '2026-03-08T03:10-07:00', 'closed', '2026-03-07T03:00-08:00', '2026-03-08T03:30-07:00'],
    ['half an hour in Lord Howe', HOWE, ['FREQ=DAILY @02:10 +1h'], [], '2026-10-04T02:35+11:00', 'closed', '2026-10-03T03:10+10:30', '2026-10-04T02:40+11:00'],
    ['in Casablanca, after Ramadan', CASABLANCA, ['FREQ=WEEKLY;BYDAY=SU @02:30 +1h'], [], '2026-03-22T03:10+01:00', 'closed', '2026-03-15T03:30+00:00', '2026-03-22T03:30+01:00'],
    ['a freeze from a skipped time', BUCHAREST, [], ['FREQ=DAILY @03:30 +1h'], '2026-03-29T04:45+03:00', 'closed', '2026-03-29T04:30+03:00', '2026-03-29T05:30+03:00'],
    ['weekly closing times that the change crosses', ANGELES, [], ['sun 02:30-03:15'], '2026-03-08T03:20-07:00', 'closed', '2026-03-08T03:15-07:00', '2026-03-08T03:30-07:00'],
    ['a one-off from a skipped time', BUCHAREST, ['2026-03-29T03:30..2026-03-29T05:00'], [], '2026-03-29T04:10+03:00', 'closed', null, '2026-03-29T04:30+03:00'],
    ['a one-off that is swallowed', ANGELES, ['2026-03-08T02:30..2026-03-08T03:15'], [], '2026-03-08T03:20-07:00', 'closed', null, null],
  ],
  'the clocks go back under a rule': [
    ['four hours are four hours', BUCHAREST, ['FREQ=DAILY @02:00 +4h'], [], '2026-10-25T04:30+02:00', 'open', '2026-10-25T02:00+03:00', '2026-10-25T05:00+02:00'],
    ['a whole day has 25 hours', BUCHAREST, ['FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'], [], '2026-10-25T12:00+02:00', 'open', '2026-10-25T00:00+03:00', '2026-10-26T00:00+02:00'],
    ['two days and fifteen hours', BUCHAREST, WEEKEND, [], '2026-10-25T12:00+02:00', 'open', '2026-10-23T18:00+03:00', '2026-10-26T09:00+02:00'],
    ['a start that comes twice is the first', BUCHAREST, ['FREQ=DAILY @03:30 +1h'], [], '2026-10-25T03:10+02:00', 'open', '2026-10-25T03:30+03:00', '2026-10-25T03:30+02:00'],
    ['and does not come again', BUCHAREST, ['FREQ=DAILY @03:30 +1h'], [], '2026-10-25T03:40+02:00', 'closed', '2026-10-25T03:30+02:00', '2026-10-26T03:30+02:00'],
    ['in Los Angeles', ANGELES, ['FREQ=DAILY @01:30 +1h'], [], '2026-11-01T01:10-08:00', 'open', '2026-11-01T01:30-07:00', '2026-11-01T01:30-08:00'],
    ['half an hour in Lord Howe', HOWE, ['FREQ=DAILY @01:45 +30m'], [], '2026-04-05T01:35+10:30', 'open', '2026-04-05T01:45+11:00', '2026-04-05T01:45+10:30'],
    ['in Casablanca, before Ramadan', CASABLANCA, ['FREQ=WEEKLY;BYDAY=SU @02:30 +1h'], [], '2026-02-15T02:10+00:00', 'open', '2026-02-15T02:30+01:00', '2026-02-15T02:30+00:00'],
    ['a one-off across both', BUCHAREST, ['2026-10-25T03:30..2026-10-25T04:30'], [], '2026-10-25T03:10+02:00', 'open', '2026-10-25T03:30+03:00', '2026-10-25T04:30+02:00'],
  ],
  'one-off openings': [
    ['before', BUCHAREST, ['2026-12-05T22:00..2026-12-06T02:00'], [], '2026-12-01T12:00+02:00', 'closed', null, '2026-12-05T22:00+02:00'],
    ['in it', BUCHAREST, ['2026-12-05T22:00..2026-12-06T02:00'], [], '2026-12-06T00:00+02:00', 'open', '2026-12-05T22:00+02:00', '2026-12-06T02:00+02:00'],
    ['after', BUCHAREST, ['2026-12-05T22:00..2026-12-06T02:00'], [], '2026-12-07T00:00+02:00', 'closed', '2026-12-06T02:00+02:00', null],
    ['a Saturday besides the week', BUCHAREST, [...HOURS, '2026-11-28T10:00..2026-11-28T14:00'], [], '2026-11-28T09:00+02:00', 'closed', '2026-11-27T18:00+02:00', '2026-11-28T10:00+02:00'],
    ['after that Saturday', BUCHAREST, [...HOURS, '2026-11-28T10:00..2026-11-28T14:00'], [], '2026-11-28T14:00+02:00', 'closed', '2026-11-28T14:00+02:00', '2026-11-30T09:00+02:00'],
    ['a longer Friday', BUCHAREST, [...HOURS, '2026-11-27T17:00..2026-11-27T22:00'], [], '2026-11-27T12:00+02:00', 'open', '2026-11-27T09:00+02:00', '2026-11-27T22:00+02:00'],
    ['whole days', ANGELES, ['2026-12-31..2027-01-01'], [], '2027-01-01T00:30-08:00', 'open', '2026-12-31T00:00-08:00', '2027-01-02T00:00-08:00'],
    ['thirteen years ahead', 'UTC', ['2039-05-01..2039-05-01'], [], '2026-11-21T00:00Z', 'closed', null, '2039-05-01T00:00Z'],
    ['thirteen years ago', 'UTC', ['2013-05-01..2013-05-01'], [], '2026-11-21T00:00Z', 'closed', '2013-05-02T00:00Z', null],
    ['a one-off, and a rule that begins in ten years', 'UTC', ['2026-11-01..2026-11-02', 'FREQ=DAILY @09:00 +1h from 2036-11-01'], [], '2026-11-21T00:00Z', 'closed', '2026-11-03T00:00Z', '2036-11-01T09:00Z'],
  ],
  'what closes wins': [
    ['over a one-off opening', BUCHAREST, [...HOURS, '2026-11-28T10:00..2026-11-28T14:00'], ['2026-11-28..2026-11-28'], '2026-11-27T20:00+02:00', 'closed', '2026-11-27T18:00+02:00', '2026-11-30T09:00+02:00'],
    ['cutting an opening in two: the first part', BUCHAREST, ['2026-12-05T22:00..2026-12-06T04:00'], ['2026-12-06T00:00..2026-12-06T01:00'], '2026-12-05T23:00+02:00', 'open', '2026-12-05T22:00+02:00', '2026-12-06T00:00+02:00'],
    ['the hole', BUCHAREST, ['2026-12-05T22:00..2026-12-06T04:00'], ['2026-12-06T00:00..2026-12-06T01:00'], '2026-12-06T00:30+02:00', 'closed', '2026-12-06T00:00+02:00', '2026-12-06T01:00+02:00'],
    ['the second part', BUCHAREST, ['2026-12-05T22:00..2026-12-06T04:00'], ['2026-12-06T00:00..2026-12-06T01:00'], '2026-12-06T02:00+02:00', 'open', '2026-12-06T01:00+02:00', '2026-12-06T04:00+02:00'],
    ['no Friday afternoons: Friday morning', BUCHAREST, HOURS, ['fri 15:00-24:00'], '2026-11-27T12:00+02:00', 'open', '2026-11-27T09:00+02:00', '2026-11-27T15:00+02:00'],
    ['no Friday afternoons: Friday afternoon', BUCHAREST, HOURS, ['fri 15:00-24:00'], '2026-11-27T16:00+02:00', 'closed', '2026-11-27T15:00+02:00', '2026-11-30T09:00+02:00'],
    ['nights of Sunday, past midnight', 'UTC', [], ['sun 22:00-02:00'], '2026-11-23T01:00Z', 'closed', '2026-11-22T22:00Z', '2026-11-23T02:00Z'],
    ['every Friday, seen from Thursday', 'UTC', [], ['fri 00:00-24:00'], '2026-11-26T12:00Z', 'open', '2026-11-21T00:00Z', '2026-11-27T00:00Z'],
    ['every day: never open', BUCHAREST, HOURS, ['mon-sun 00:00-24:00'], '2026-11-26T12:00+02:00', 'closed', null, null],
    ['sixteen years, then a rule', 'UTC', ['FREQ=MONTHLY;BYDAY=1SU'], ['2020-01-01..2035-12-31'], '2026-11-21T00:00Z', 'closed', '2019-12-02T00:00Z', '2036-01-06T00:00Z'],
    ['a week of freezes of every kind', BUCHAREST, HOURS, ['mon 00:00-24:00', '2026-11-24..2026-11-24', 'FREQ=WEEKLY;BYDAY=WE', '2026-11-26T00:00..2026-11-26T12:00'], '2026-11-20T20:00+02:00', 'closed', '2026-11-20T18:00+02:00', '2026-11-26T12:00+02:00'],
  ],
  'several zones': [
    ['between Kolkata and Los Angeles', 'UTC', SUN, [], '2026-11-23T12:00Z', 'closed', '2026-11-23T11:30Z', '2026-11-23T17:00Z'],
    ['Tuesday in Greenwich, Monday in Los Angeles', 'UTC', SUN, [], '2026-11-24T00:30Z', 'open', '2026-11-23T17:00Z', '2026-11-24T01:00Z'],
    ['Saturday in Kolkata, Friday in Los Angeles', 'UTC', SUN, [], '2026-11-28T00:30Z', 'open', '2026-11-27T17:00Z', '2026-11-28T01:00Z'],
    ['the weekend of both', 'UTC', SUN, [], '2026-11-28T02:00Z', 'closed', '2026-11-28T01:00Z', '2026-11-30T03:30Z'],
    ['only one of them changes its clocks', 'UTC', SUN, [], '2026-03-09T12:00Z', 'closed', '2026-03-09T11:30Z', '2026-03-09T16:00Z'],
    ['hours of two zones that touch', 'UTC', ['[Europe/Bucharest] mon-fri 09:00-18:00', 'mon-fri 16:00-20:00'], [], '2026-11-23T15:00Z', 'open', '2026-11-23T07:00Z', '2026-11-23T20:00Z'],
    ['and fall apart in summer', 'UTC', ['[Europe/Bucharest] mon-fri 09:00-18:00', 'mon-fri 16:00-20:00'], [], '2026-07-13T14:00Z', 'open', '2026-07-13T06:00Z', '2026-07-13T15:00Z'],
    ['New Year around the world', 'UTC', [], ['[Pacific/Kiritimati] 2027-01-01..2027-01-01', '[America/Los_Angeles] 2027-01-01..2027-01-01'], '2027-01-01T09:00Z', 'closed', '2026-12-31T10:00Z', '2027-01-02T08:00Z'],
    ['a holiday of another continent', BUCHAREST, HOURS, ['[America/Los_Angeles] 2026-11-26..2026-11-26'], '2026-11-26T12:00+02:00', 'closed', '2026-11-26T10:00+02:00', '2026-11-27T10:00+02:00'],
    ['maintenance in UTC, said in Kolkata', KOLKATA, ['[UTC] FREQ=DAILY @20:00 +4h'], [], '2026-11-24T01:00+05:30', 'closed', '2026-11-23T05:30+05:30', '2026-11-24T01:30+05:30'],
    ['a night over the date line', KIRITIMATI, ['sun 22:00-06:00'], [], '2026-11-22T10:00Z', 'open', '2026-11-22T22:00+14:00', '2026-11-23T06:00+14:00'],
    ['Lord Howe and Casablanca', 'UTC', ['[Australia/Lord_Howe] mon 09:00-10:00', '[Africa/Casablanca] mon 09:00-10:00'], [], '2026-06-22T00:00Z', 'closed', '2026-06-21T23:30Z', '2026-06-22T08:00Z'],
  ],
};

testWindows(TABLES);
