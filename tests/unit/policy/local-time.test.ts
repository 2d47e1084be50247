// Subtraction must read a wall clock exactly as Temporal's `compatible` does, before, in and after every change.

import { expect, test } from 'vitest';
import { instantOfLocal, offsetsBetween } from '../../../engine/policy/local-time.ts';
import { at } from './window-build.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

test.each([
  ['Europe/Bucharest', '2026-03-29T01:00Z'],
  ['Europe/Bucharest', '2026-10-25T01:00Z'],
  ['America/Los_Angeles', '2026-03-08T10:00Z'],
  ['America/Los_Angeles', '2026-11-01T09:00Z'],
  ['America/Havana', '2026-03-08T05:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Asia/Kathmandu', '2026-01-01T00:00Z'],
  // Three changes within one reading: summer time was interrupted for Ramadan.
  ['Africa/Cairo', '2010-09-01T00:00Z', 90],
] as const)('%s around %s', (zone, middle, days: number = 2) => {
  const first = at(middle) - days * DAY;
  const last = at(middle) + days * DAY;
  const offsets = offsetsBetween(first - 2 * DAY, last + 2 * DAY, zone);
  const different: string[] = [];
  for (let instant = first; instant <= last; instant += 15 * MINUTE) {
    const wall = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO('UTC').toPlainDateTime();
    const expected = wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
    if (instantOfLocal(instant, offsets) !== expected) different.push(wall.toString());
  }
  expect(different).toEqual([]);
});
