// Recurrence rules against RFC 5545: its own examples, its table asked day by day by a judge of its own, and the
// inputs that a library got wrong.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRecurrence } from '../../../engine/base/recurrence.ts';
import { dayNumber, recurringDays } from '../../../engine/base/recurring-days.ts';
import { judgedDays, recurrences } from '../../support/recurrence-judge.ts';

const EPOCH = Temporal.PlainDate.from('1970-01-01');
const numberOf = (text: string) => {
  const { year, month, day } = Temporal.PlainDate.from(text);
  return dayNumber(year, month, day);
};
const textOf = (day: number) => EPOCH.add({ days: day }).toString();

function made(text: string, first: string) {
  const rule = readRecurrence(text);
  if (rule === null) throw new Error(`cannot be read: ${text}`);
  const until = /^(\d{4})(\d\d)(\d\d)/.exec(rule.until ?? '');
  const last = until === null ? null : numberOf(`${until[1]}-${until[2]}-${until[3]}`);
  return recurringDays(rule, numberOf(first), last);
}

function days(text: string, first: string, to: string): readonly string[] {
  return made(text, first)
    .between(numberOf(first), numberOf(to) + 1)
    .map(textOf);
}

// RFC 5545, 3.8.5.3, those of its examples that are rules by days; DTSTART is 1997-09-02 unless it says otherwise.
const EXAMPLES: readonly (readonly [rule: string, first: string, days: readonly string[]])[] = [
  [
    'FREQ=DAILY;INTERVAL=10;COUNT=5',
    '1997-09-02',
    ['1997-09-02', '1997-09-12', '1997-09-22', '1997-10-02', '1997-10-12'],
  ],
  [
    'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
    '1997-09-02',
    ['1997-09-02', '1997-09-16', '1997-09-30', '1997-10-14', '1997-10-28'],
  ],
  ['FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH', '1997-09-02', ['1997-09-02', '1997-09-04', '1997-09-09']],
  [
    'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    '1997-09-02',
    ['1997-09-02', '1997-09-04', '1997-09-16', '1997-09-18', '1997-09-30', '1997-10-02', '1997-10-14', '1997-10-16'],
  ],
  [
    'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
    '1997-09-05',
    [
      '1997-09-05',
      '1997-10-03',
      '1997-11-07',
      '1997-12-05',
      '1998-01-02',
      '1998-02-06',
      '1998-03-06',
      '1998-04-03',
      '1998-05-01',
      '1998-06-05',
    ],
  ],
  [
    'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
    '1997-09-07',
    [
      '1997-09-07',
      '1997-09-28',
      '1997-11-02',
      '1997-11-30',
      '1998-01-04',
      '1998-01-25',
      '1998-03-01',
      '1998-03-29',
      '1998-05-03',
      '1998-05-31',
    ],
  ],
  [
    'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
    '1997-09-22',
    ['1997-09-22', '1997-10-20', '1997-11-17', '1997-12-22', '1998-01-19', '1998-02-16'],
  ],
  [
    'FREQ=MONTHLY;BYMONTHDAY=-3',
    '1997-09-28',
    ['1997-09-28', '1997-10-29', '1997-11-28', '1997-12-29', '1998-01-29', '1998-02-26'],
  ],
  [
    'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
    '1997-09-30',
    [
      '1997-09-30',
      '1997-10-01',
      '1997-10-31',
      '1997-11-01',
      '1997-11-30',
      '1997-12-01',
      '1997-12-31',
      '1998-01-01',
      '1998-01-31',
      '1998-02-01',
    ],
  ],
  [
    'FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
    '1997-09-10',
    [
      '1997-09-10',
      '1997-09-11',
      '1997-09-12',
      '1997-09-13',
      '1997-09-14',
      '1997-09-15',
      '1999-03-10',
      '1999-03-11',
      '1999-03-12',
      '1999-03-13',
    ],
  ],
  [
    'FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
    '1997-06-10',
    [
      '1997-06-10',
      '1997-07-10',
      '1998-06-10',
      '1998-07-10',
      '1999-06-10',
      '1999-07-10',
      '2000-06-10',
      '2000-07-10',
      '2001-06-10',
      '2001-07-10',
    ],
  ],
  [
    'FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
    '1997-01-01',
    [
      '1997-01-01',
      '1997-04-10',
      '1997-07-19',
      '2000-01-01',
      '2000-04-09',
      '2000-07-18',
      '2003-01-01',
      '2003-04-10',
      '2003-07-19',
      '2006-01-01',
    ],
  ],
  ['FREQ=YEARLY;BYDAY=20MO', '1997-05-19', ['1997-05-19', '1998-05-18', '1999-05-17']],
  ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', '1997-05-12', ['1997-05-12', '1998-05-11', '1999-05-17']],
  [
    'FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
    '1997-03-13',
    ['1997-03-13', '1997-03-20', '1997-03-27', '1998-03-05', '1998-03-12'],
  ],
  [
    'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
    '1997-09-02',
    ['1998-02-13', '1998-03-13', '1998-11-13', '1999-08-13', '2000-10-13'],
  ],
  [
    'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
    '1997-09-13',
    ['1997-09-13', '1997-10-11', '1997-11-08', '1997-12-13', '1998-01-10'],
  ],
  [
    'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
    '1996-11-05',
    ['1996-11-05', '2000-11-07', '2004-11-02'],
  ],
  ['FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3', '1997-09-04', ['1997-09-04', '1997-10-07', '1997-11-06']],
  [
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
    '1997-09-29',
    ['1997-09-29', '1997-10-30', '1997-11-27', '1997-12-30', '1998-01-29'],
  ],
  [
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
    '1997-08-05',
    ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'],
  ],
  [
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    '1997-08-05',
    ['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31'],
  ],
  [
    'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
    '2007-01-15',
    ['2007-01-15', '2007-01-30', '2007-02-15', '2007-03-15', '2007-03-30'],
  ],
];

describe('the examples of RFC 5545', () => {
  test.each(EXAMPLES)('%s from %s', (rule, first, expected) => {
    const last = expected.at(-1) ?? first;
    expect(days(rule, first, last)).toEqual(expected);
    expect(judgedDays(rule, first, last)).toEqual(expected);
  });
});

describe('what was got wrong before', () => {
  test.each<[id: string, rule: string, first: string, days: readonly string[]]>([
    // 2024 is a leap year that begins on a Monday; the next one with 53 Mondays is 2029.
    ['T5', 'FREQ=YEARLY;BYDAY=53MO', '2020-01-01', ['2024-12-30', '2029-12-31']],
    ['T6', 'FREQ=YEARLY;BYYEARDAY=1;BYDAY=MO', '2020-01-01', ['2024-01-01', '2029-01-01']],
    [
      'T7',
      'FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=1,2,3',
      '2020-01-01',
      ['2022-01-03', '2023-01-02', '2024-01-01', '2028-01-03', '2029-01-01'],
    ],
    [
      'T8',
      'FREQ=YEARLY;BYWEEKNO=1',
      '2024-01-01',
      ['2024-01-01', '2024-12-30', '2025-12-29', '2027-01-04', '2028-01-03', '2029-01-01', '2029-12-31'],
    ],
    ['T8 from a Friday', 'FREQ=YEARLY;BYWEEKNO=53', '2020-01-03', ['2021-01-01', '2027-01-01']],
    [
      'a last week',
      'FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU',
      '2024-01-01',
      ['2024-12-29', '2025-12-28', '2027-01-03', '2028-01-02', '2028-12-31', '2029-12-30'],
    ],
    ['a negative number in the year', 'FREQ=YEARLY;BYDAY=-53SU', '2020-01-01', ['2023-01-01', '2028-01-02']],
  ])('%s: %s', (_id, rule, first, expected) => {
    expect(days(rule, first, '2029-12-31')).toEqual(expected);
    expect(judgedDays(rule, first, '2029-12-31')).toEqual(expected);
  });

  test('T9: what comes in seven years, or in forty, is found', () => {
    const next = (rule: string, first: string, from: string) => {
      const found = made(rule, first).next(numberOf(from));
      return found === null ? null : textOf(found);
    };
    expect(next('FREQ=YEARLY;INTERVAL=7;BYMONTH=3;BYMONTHDAY=1', '2026-03-01', '2026-03-02')).toBe('2033-03-01');
    expect(next('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO', '2000-01-01', '2025-01-01')).toBe('2044-02-29');
    expect(next('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2096-01-01', '2096-03-01')).toBe('2104-02-29');
    expect(next('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', '2000-01-01', '2000-01-01')).toBeNull();
    expect(next('FREQ=DAILY;UNTIL=20260301', '2026-01-01', '2026-03-02')).toBeNull();
  });
});

test('a rule that ends says when', () => {
  const last = (rule: string) => made(rule, '2026-01-01').last;
  expect(last('FREQ=DAILY;COUNT=3')).toBe(numberOf('2026-01-03'));
  expect(last('FREQ=MONTHLY;BYDAY=1SU;UNTIL=20260331')).toBe(numberOf('2026-03-01'));
  expect(last('FREQ=MONTHLY;BYDAY=1SU')).toBeNull();
});

test.each([
  'FREQ=WEEKLY;BYMONTHDAY=3',
  'FREQ=MONTHLY;BYYEARDAY=3',
  'FREQ=MONTHLY;BYWEEKNO=3',
  'FREQ=WEEKLY;BYDAY=1MO',
  'FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO',
  'FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1',
  'FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;BYSETPOS=1',
  'FREQ=MONTHLY;BYDAY=6MO',
  'FREQ=MONTHLY;BYSETPOS=1',
  'FREQ=MONTHLY;BYDAY=0MO',
  'FREQ=MONTHLY;BYDAY=MO;BYHOUR=3',
  'FREQ=MONTHLY;FREQ=DAILY',
  'FREQ=NEVER',
])('%s is not read', (text) => {
  expect(readRecurrence(text)).toBeNull();
});

test('every rule comes on the days of the table, and on no others', () => {
  fc.assert(
    fc.property(recurrences(), ({ rule, first }) => {
      if (readRecurrence(rule) === null) return;
      const to = first.add({ days: 800 }).toString();
      expect(days(rule, first.toString(), to)).toEqual(judgedDays(rule, first.toString(), to));
    }),
    { numRuns: 60 },
  );
});
