// Hours of the week in one zone, as instants. The spans are first joined on the local week, then turned into
// instants: hours that overlap or touch on the wall clock never fall apart on the day the clocks change.

import type { Instant } from '../base/instant.ts';
import type { Span } from '../model/rule.ts';
import { type Interval, mergeIntervals } from './interval.ts';
import { instantOfLocal, type Offsets } from './local-time.ts';

export type WeeklySpan = Extract<Span, { readonly type: 'weekly' }>;

/** Minutes from Monday 00:00 local; `to` may pass the end of the week. */
type WeekRun = { readonly from: number; readonly to: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MINUTES = 10_080;
const WEEK_MS = WEEK_MINUTES * MINUTE_MS;
/** 1970-01-05, the first Monday on the wall clock. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
/** No zone is further than this from UTC, nor ever skipped more (Samoa, 2011). */
const SLACK_MS = 2 * DAY_MS;

/** Joined, so that a week that is covered throughout is one run of a week or more. */
export function runsOfWeek(spans: readonly WeeklySpan[]): readonly WeekRun[] {
  return joinOnWeek(spans.flatMap(runsOfSpan));
}

/**
 * All that touches `[from, to)`, unmerged. Where the clocks skip a run's start past its end, `start` is after `end`:
 * what that means differs between what is open and what is closed.
 */
export function weeklyWithin(
  runs: readonly WeekRun[],
  offsets: Offsets,
  from: Instant,
  to: Instant,
): readonly Interval[] {
  if (runs.some((run) => run.to - run.from >= WEEK_MINUTES)) return [{ start: from, end: to }];
  const found: Interval[] = [];
  // A run is shorter than a week, so one that began in the week before may still go on.
  const first = Math.floor((from - SLACK_MS - FIRST_MONDAY_MS) / WEEK_MS) - 1;
  const last = Math.floor((to + SLACK_MS - FIRST_MONDAY_MS) / WEEK_MS);
  for (let week = first; week <= last; week++) {
    const monday = FIRST_MONDAY_MS + week * WEEK_MS;
    for (const run of runs) {
      const start = monday + run.from * MINUTE_MS;
      const end = monday + run.to * MINUTE_MS;
      if (end < from - SLACK_MS || start > to + SLACK_MS) continue;
      found.push({ start: instantOfLocal(start, offsets), end: instantOfLocal(end, offsets) });
    }
  }
  return found;
}

function runsOfSpan(span: WeeklySpan): readonly WeekRun[] {
  const { fromMinute, toMinute } = span;
  const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1_440 - fromMinute;
  return span.days.map((day) => {
    const from = (day - 1) * 1_440 + fromMinute;
    return { from, to: from + length };
  });
}

/** Joins what overlaps or touches on the week as a circle: Sunday 24:00 is Monday 00:00. */
function joinOnWeek(runs: readonly WeekRun[]): readonly WeekRun[] {
  const joined = mergeIntervals(runs.map(({ from, to }) => ({ start: from, end: to })));
  const circle = joined.map(({ start, end }) => ({ from: start, to: end }));
  for (;;) {
    const first = circle[0];
    const last = circle.at(-1);
    if (first === undefined || last === undefined || first === last || first.from + WEEK_MINUTES > last.to) break;
    circle.shift();
    circle[circle.length - 1] = { from: last.from, to: Math.max(last.to, first.to + WEEK_MINUTES) };
  }
  // A run that comes round to its own start leaves no moment out.
  return circle;
}
