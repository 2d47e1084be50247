// Local times that a change of the clocks skips or repeats are told, once for each, and nothing else is.

import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { clockWarnings } from '../../../engine/config/clock-warnings.ts';
import { read } from './repository.ts';

const NOW = Date.UTC(2026, 10, 21);

function warnings(window: string): readonly string[] {
  const { config } = read({ 'policies/business-hours.yaml': `window:\n${window}` });
  return config === null ? ['no config'] : clockWarnings(config, NOW).map(problemLine);
}

test.each([
  ['hours that are always there', '  timezone: Europe/Bucharest\n  allow: [{ days: sun, hours: "05:00-06:00" }]', []],
  [
    'a day on which no clock changes',
    '  timezone: Europe/Bucharest\n  allow: [{ days: mon-sat, hours: "03:30-12:00" }]',
    [],
  ],
  ['a zone without daylight saving', '  timezone: UTC\n  allow: [{ hours: "01:30-03:30" }]', []],
  [
    'an opening that is skipped in spring and comes twice in autumn',
    '  timezone: Europe/Bucharest\n  allow: [{ days: sun, hours: "03:30-12:00" }]',
    [
      'policies/business-hours.yaml:1:1: 03:30 does not exist on 2027-03-28 in Europe/Bucharest, when the clocks change (it is taken as 04:30; choose another time to be clear)',
      'policies/business-hours.yaml:1:1: 03:30 comes twice on 2027-10-31 in Europe/Bucharest, when the clocks change (the first one counts (+03:00); choose another time to be clear)',
    ],
  ],
  [
    'a closing on the day after',
    '  timezone: America/New_York\n  allow: [{ days: sat, hours: "22:00-02:30" }]',
    [
      'policies/business-hours.yaml:1:1: 02:30 does not exist on 2027-03-14 in America/New_York, when the clocks change (it is taken as 03:30; choose another time to be clear)',
    ],
  ],
  [
    'a freeze',
    '  timezone: Europe/Bucharest\n  deny: [{ from: 2027-03-28T03:00, to: 2027-03-29 }]',
    [
      'policies/business-hours.yaml:1:1: 03:00 does not exist on 2027-03-28 in Europe/Bucharest, when the clocks change (it is taken as 04:00; choose another time to be clear)',
    ],
  ],
  [
    'a rule whose occurrence is skipped in spring and comes twice in autumn',
    '  timezone: Europe/Bucharest\n  allow: [{ rrule: "FREQ=MONTHLY;BYDAY=-1SU", start: "03:15", duration: 2h }]',
    [
      'policies/business-hours.yaml:1:1: 03:15 does not exist on 2027-03-28 in Europe/Bucharest, when the clocks change (it is taken as 04:15; choose another time to be clear)',
      'policies/business-hours.yaml:1:1: 03:15 comes twice on 2027-10-31 in Europe/Bucharest, when the clocks change (the first one counts (+03:00); choose another time to be clear)',
    ],
  ],
  [
    'a rule that does not come on the day the clocks change',
    '  timezone: Europe/Bucharest\n  allow: [{ rrule: "FREQ=MONTHLY;BYDAY=1SU", start: "03:15", duration: 2h }]',
    [],
  ],
  [
    'half an hour in Lord Howe',
    '  timezone: Australia/Lord_Howe\n  deny: [{ rrule: "FREQ=DAILY", start: "02:10", duration: 1h }]',
    [
      'policies/business-hours.yaml:1:1: 02:10 does not exist on 2027-10-03 in Australia/Lord_Howe, when the clocks change (it is taken as 02:40; choose another time to be clear)',
    ],
  ],
])('%s', (_, window, lines) => {
  expect(warnings(window)).toEqual(lines);
});

test('spans of a calendar are judged in its own zone', () => {
  const { config } = read({
    'policies/business-hours.yaml': 'window: { timezone: UTC, deny: [{ calendar: shop }] }\n',
    'policies/calendars/shop.yaml': 'timezone: Europe/Bucharest\nclosed: [{ days: sun, hours: "03:30-05:00" }]\n',
  });
  const found = config === null ? [] : clockWarnings(config, NOW);
  expect(found.map(({ message }) => message)).toEqual([
    '03:30 does not exist on 2027-03-28 in Europe/Bucharest, when the clocks change',
    '03:30 comes twice on 2027-10-31 in Europe/Bucharest, when the clocks change',
  ]);
});

test('departures of trains are told too', () => {
  const { config } = read({
    'policies/business-hours.yaml': 'train: { timezone: Europe/Bucharest, schedule: [{ days: sun, at: "03:30" }] }\n',
  });
  const found = config === null ? [] : clockWarnings(config, NOW);
  expect(found.map(({ message }) => message)).toEqual([
    '03:30 does not exist on 2027-03-28 in Europe/Bucharest, when the clocks change',
    '03:30 comes twice on 2027-10-31 in Europe/Bucharest, when the clocks change',
  ]);
});
