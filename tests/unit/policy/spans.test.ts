import { expect, test } from 'vitest';
import { spanWithin } from '../../../engine/policy/spans.ts';
import { at, BUCHAREST, spanOf } from './window-build.ts';

/** As long as a month, over the change of the clocks: 12:00 is 10:00Z on its first day and 09:00Z on its last. */
const SPRING = spanOf(BUCHAREST, 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15 @12:00 +30d from 2026-01-01');
const AUTUMN = spanOf(BUCHAREST, 'FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=5 @12:00 +30d from 2026-01-01');

test.each([
  ['long after the clocks went forward', SPRING, '2026-04-10', '2026-03-15T10:00Z', '2026-04-14T09:00Z'],
  ['long before they go forward', SPRING, '2026-03-16', '2026-03-15T10:00Z', '2026-04-14T09:00Z'],
  ['long after they went back', AUTUMN, '2026-11-02', '2026-10-05T09:00Z', '2026-11-04T10:00Z'],
  ['long before they go back', AUTUMN, '2026-10-06', '2026-10-05T09:00Z', '2026-11-04T10:00Z'],
])('a long span has the hours of its own first and last day, asked %s', (_, span, day, start, end) => {
  const from = at(`${day}T00:00Z`);
  expect(spanWithin(span, from, from + 3_600_000)).toEqual([{ start: at(start), end: at(end) }]);
});
