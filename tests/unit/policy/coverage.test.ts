// The search through chunks against a plain list: changes at the very seam of two chunks, stretches that are longer
// than a search reaches, and what is too far away to be found.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Coverage, coverageOf, coverageWithout, coveredAt, HORIZON_MS } from '../../../engine/policy/coverage.ts';
import { containing, type Interval, mergeIntervals, subtracted } from '../../../engine/policy/interval.ts';

const DAY = 86_400_000;
/** Half a chunk: every second change falls on a seam. */
const STEP = 64 * DAY;

function listed(intervals: readonly Interval[]): Coverage {
  const marks = intervals.flatMap(({ start, end }) => [start, end]);
  return coverageOf((from, to) => intervals.filter(({ start, end }) => start < to && end > from), marks);
}

function expected(intervals: readonly Interval[], at: number) {
  const merged = mergeIntervals(intervals);
  const here = containing(merged, at);
  if (here !== undefined) return { inside: true, since: here.start, until: here.end };
  return {
    inside: false,
    since: merged.findLast(({ end }) => end <= at)?.end ?? null,
    until: merged.find(({ start }) => start > at)?.start ?? null,
  };
}

const intervals = fc.array(
  fc
    .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 80 }))
    .map(([start, length]) => ({ start: start * STEP, end: (start + length) * STEP })),
  { maxLength: 6 },
);
const moment = fc
  .tuple(fc.integer({ min: -110, max: 190 }), fc.constantFrom(-1, 0, 1, DAY))
  .map(([step, off]) => step * STEP + off);

test('what is inside, since when and until when', () => {
  fc.assert(
    fc.property(intervals, moment, (given, at) => {
      expect(coveredAt(listed(given), at)).toEqual(expected(given, at));
    }),
    { numRuns: 500 },
  );
});

test('one without another', () => {
  fc.assert(
    fc.property(intervals, intervals, moment, (given, holes, at) => {
      const left = subtracted(mergeIntervals(given), mergeIntervals(holes));
      expect(coveredAt(coverageWithout(listed(given), listed(holes)), at)).toEqual(expected(left, at));
    }),
    { numRuns: 500 },
  );
});

test('what comes again is found within five years, and no further', () => {
  const every = (days: number) =>
    coverageOf((from, to) => {
      const first = Math.ceil((from - DAY) / (days * DAY));
      const last = Math.floor(to / (days * DAY));
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
        const start = (first + index) * days * DAY;
        return { start, end: start + DAY };
      });
    }, []);
  expect(HORIZON_MS).toBeGreaterThan(5 * 365.25 * DAY);
  expect(coveredAt(every(1_500), 2 * DAY)).toEqual({ inside: false, since: DAY, until: 1_500 * DAY });
  expect(coveredAt(every(4_000), 2 * DAY).until).toBeNull();
});
