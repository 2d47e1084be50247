// Stretches of time as plain numbers: start included, end excluded. A merged list of them is sorted and its members
// neither overlap nor touch, so that every start is a change to "inside" and every end a change to "outside".

import type { Instant } from '../base/instant.ts';

export type Interval = { readonly start: Instant; readonly end: Instant };

/**
 * Sorts, drops the empty ones, and joins those that overlap or touch: ending at 18:00 and starting at 18:00 is no
 * gap.
 */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const interval of intervals.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && interval.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, interval.end) };
    } else {
      merged.push({ start: interval.start, end: interval.end });
    }
  }
  return merged;
}

export function containing<Each extends Interval>(intervals: readonly Each[], at: Instant): Each | undefined {
  return intervals.find(({ start, end }) => start <= at && at < end);
}

/** What of them lies within `[from, to)`. */
export function clipped(intervals: readonly Interval[], from: Instant, to: Instant): readonly Interval[] {
  return intervals.flatMap(({ start, end }) =>
    start < to && end > from ? [{ start: Math.max(start, from), end: Math.min(end, to) }] : [],
  );
}

/** What is in the first merged list and not in the second. */
export function subtracted(from: readonly Interval[], holes: readonly Interval[]): readonly Interval[] {
  return from.flatMap(({ start, end }) => {
    const left: Interval[] = [];
    let at = start;
    for (const hole of holes) {
      if (hole.end <= at) continue;
      if (hole.start >= end) break;
      if (hole.start > at) left.push({ start: at, end: hole.start });
      at = hole.end;
    }
    if (at < end) left.push({ start: at, end });
    return left;
  });
}
