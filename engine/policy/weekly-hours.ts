// Weekly opening hours in a zone, seen from an instant: open or not, since when, until when.
// The spans are first joined on the local week, then turned into instants, and joined again: hours that overlap or touch
// on the wall clock never fall apart on the day the clocks change.

import type { Instant } from '../base/instant.ts';
import type { Span } from '../model/rule.ts';
import { containing, type Interval, mergeIntervals } from './interval.ts';
import { instantOfLocal, offsetsBetween } from './local-time.ts';

export type WeeklySpan = Extract<Span, { readonly type: 'weekly' }>;

export type WeeklyHours =
  | { readonly type: 'always' }
  | { readonly type: 'never' }
  | { readonly type: 'runs'; readonly timezone: string; readonly runs: readonly Run[] };

/** `since` and `until` are null where the hours have always been, and will always be, as they are. */
export type HoursState = { readonly open: boolean; readonly since: Instant | null; readonly until: Instant | null };

/** Minutes from Monday 00:00 local; `to` may pass the end of the week. */
type Run = { readonly from: number; readonly to: number };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_MINUTES = 10_080;
const WEEK_MS = WEEK_MINUTES * MINUTE_MS;
/** 1970-01-05, the first Monday on the wall clock. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
/** How far one look reaches to either side. A weekend fits, so one look usually answers. */
const REACH_MS = 4 * DAY_MS;
/** No zone ever moved its clocks by more than a day (Samoa, 2011), and a skipped time moves by as much again. */
const SLACK_MS = 2 * DAY_MS;
/**
 * The search gives up after 60 days. It cannot give up too early: in a week without a clock change the hours are the
 * local pattern itself, with each of its openings and closings (`always` and `never` are told apart beforehand). Only a
 * clock change can swallow one, by moving a start past its end. 60 days hold eight whole weeks, and no zone changes its
 * clocks eight times in two months: the densest, Casablanca around Ramadan, does so twice, five weeks apart.
 */
const LOOKS_MAX = 60 / 4;

/** No span at all means open at all times: a rule may consist of freezes only. */
export function weeklyHours(spans: readonly WeeklySpan[], timezone: string): WeeklyHours {
  if (spans.length === 0) return { type: 'always' };
  const runs = joinOnWeek(spans.flatMap(runsOfSpan));
  if (runs.length === 0) return { type: 'never' };
  if (runs.some(({ from, to }) => to - from >= WEEK_MINUTES)) return { type: 'always' };
  return { type: 'runs', timezone, runs };
}

export function hoursAt(hours: WeeklyHours, at: Instant): HoursState {
  if (hours.type !== 'runs') return { open: hours.type === 'always', since: null, until: null };
  const near = openAround(hours, at);
  const open = containing(near, at) !== undefined;
  return { open, since: lastEdge(hours, at, open, near), until: nextEdge(hours, at, open, near) };
}

type Runs = Extract<WeeklyHours, { type: 'runs' }>;

/** The first instant after `at` at which the hours are no longer as they are there. */
function nextEdge(hours: Runs, at: Instant, open: boolean, near: readonly Interval[]): Instant | null {
  for (
    let look = 0, from = at, seen = near;
    look < LOOKS_MAX;
    look++, from += REACH_MS, seen = openAround(hours, from)
  ) {
    const edges = seen.map((interval) => (open ? interval.end : interval.start));
    const edge = edges.find((instant) => instant > at && instant >= from);
    if (edge !== undefined && edge < from + REACH_MS) return edge;
  }
  return null;
}

/** The last instant at or before `at` at which the hours became as they are there. */
function lastEdge(hours: Runs, at: Instant, open: boolean, near: readonly Interval[]): Instant | null {
  for (
    let look = 0, from = at, seen = near;
    look < LOOKS_MAX;
    look++, from -= REACH_MS, seen = openAround(hours, from)
  ) {
    const edges = seen.map((interval) => (open ? interval.start : interval.end));
    const edge = edges.findLast((instant) => instant <= from);
    if (edge !== undefined && edge > from - REACH_MS) return edge;
  }
  return null;
}

/** The open stretches around an instant: all edges within REACH_MS of it are there; those further out may be cut off. */
function openAround(hours: Runs, at: Instant): readonly Interval[] {
  const first = at - REACH_MS - SLACK_MS;
  const last = at + REACH_MS + SLACK_MS;
  // A time outside of these bounds is read wrongly by a day at most, and so stays outside of what is looked at.
  const offsets = offsetsBetween(first, last, hours.timezone);
  const { offsetMs } = offsets[0];
  const intervals: Interval[] = [];
  // A run is shorter than a week, so one that began in the week before may still be open.
  const weekFirst = Math.floor((first + offsetMs - FIRST_MONDAY_MS) / WEEK_MS) - 1;
  const weekLast = Math.floor((last + offsetMs - FIRST_MONDAY_MS) / WEEK_MS);
  for (let week = weekFirst; week <= weekLast; week++) {
    const monday = FIRST_MONDAY_MS + week * WEEK_MS;
    for (const run of hours.runs) {
      const start = monday + run.from * MINUTE_MS;
      const end = monday + run.to * MINUTE_MS;
      if (end < first + offsetMs || start > last + offsetMs) continue;
      intervals.push({ start: instantOfLocal(start, offsets), end: instantOfLocal(end, offsets) });
    }
  }
  return mergeIntervals(intervals);
}

function runsOfSpan(span: WeeklySpan): readonly Run[] {
  const { fromMinute, toMinute } = span;
  const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1_440 - fromMinute;
  return span.days.map((day) => {
    const from = (day - 1) * 1_440 + fromMinute;
    return { from, to: from + length };
  });
}

/** Joins what overlaps or touches on the week as a circle: Sunday 24:00 is Monday 00:00. */
function joinOnWeek(runs: readonly Run[]): readonly Run[] {
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
