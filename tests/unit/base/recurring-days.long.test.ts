// The same as recurring-days.test.ts asks of a few rules, of many, over some years more.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecurrence } from '../../../engine/base/recurrence.ts';
import { dayNumber, recurringDays } from '../../../engine/base/recurring-days.ts';
import { judgedDays, recurrences } from '../../support/recurrence-judge.ts';

const EPOCH = Temporal.PlainDate.from('1970-01-01');

test('every rule comes on the days of the table, and on no others', () => {
  fc.assert(
    fc.property(recurrences(), ({ rule, first }) => {
      const read = readRecurrence(rule);
      if (read === null) return;
      const start = dayNumber(first.year, first.month, first.day);
      const found = recurringDays(read, start, null).between(start, start + 2_001);
      const judged = judgedDays(rule, first.toString(), first.add({ days: 2_000 }).toString());
      expect(found.map((day) => EPOCH.add({ days: day }).toString())).toEqual(judged);
    }),
    { numRuns: 1_500 },
  );
}, 600_000);
