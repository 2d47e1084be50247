// Stretches of time as plain numbers: start included, end excluded. A list of them is sorted and its members neither
// overlap nor touch, so that every start is a change to "inside" and every end a change to "outside".

import type { Instant } from '../base/instant.ts';

export type Interval = { readonly start: Instant; readonly end: Instant };

/** Sorts, drops the empty ones, and joins those that overlap or touch: ending at 18:00 and starting at 18:00 is no gap. */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const interval of intervals.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && interval.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, interval.end) };
    } else {
      merged.push(interval);
    }
  }
  return merged;
}

export function containing(intervals: readonly Interval[], at: Instant): Interval | undefined {
  return intervals.find(({ start, end }) => start <= at && at < end);
}
