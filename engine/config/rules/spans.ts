// From the keys of a span to spans of the model: hours of the week, a rule that comes again, one day, or from one
// moment to another. Which of them is meant follows from the keys; those that belong to another form are told, none
// is ignored.

import { daysWritten } from '../../base/duration.ts';
import type { OpenSpan, Span } from '../../model/rule.ts';
import type { Cursor } from '../cursor.ts';
import { millis } from '../millis.ts';
import { parseDays } from './days.ts';
import { parseHours } from './hours.ts';
import { buildRecurrence, minutesOf } from './rrule.ts';

/** As the schema lets it through. */
type SpanKeys = {
  readonly days?: string | readonly string[];
  readonly hours?: string | readonly string[];
  readonly rrule?: string;
  readonly start?: string;
  readonly duration?: string;
  readonly from?: string;
  readonly to?: string;
  readonly date?: string;
};

type Unzoned<Each> = Each extends unknown ? Omit<Each, 'timezone'> : never;
/** A span but for its zone, which may be that of the one who takes the span in. */
export type SpanDraft = Unzoned<Span>;

const DAY_MS = 86_400_000;
const DURATION_MS_MIN = 60_000;
/** An occurrence is looked for as far back as it can last. */
const DURATION_MS_MAX = 366 * DAY_MS;

const FORMS = [
  { key: 'rrule', keys: ['rrule', 'start', 'duration', 'from'] },
  { key: 'date', keys: ['date'] },
  { key: 'from', keys: ['from', 'to'] },
  { key: 'to', keys: ['from', 'to'] },
  { key: 'days', keys: ['days', 'hours'] },
  { key: 'hours', keys: ['days', 'hours'] },
] as const;

const KEYS = ['days', 'hours', 'rrule', 'start', 'duration', 'from', 'to', 'date'] as const;

/** Several where several hours a day are given; none where something is wrong. */
export function buildSpans(value: SpanKeys, cursor: Cursor): readonly SpanDraft[] {
  const given = KEYS.filter((key) => value[key] !== undefined);
  const form = FORMS.find(({ key }) => value[key] !== undefined);
  if (form === undefined) {
    if (cursor.complete) {
      const hint = 'write `days` and `hours`, an `rrule` with `start` and `duration`, a `date`, or `from` and `to`';
      const stray = given[0];
      cursor.error(stray === undefined ? 'this names no time' : `\`${stray}\` belongs to an \`rrule\``, hint);
    }
    return [];
  }
  const strays = given.filter((key) => !form.keys.some((known) => known === key));
  for (const key of strays) cursor.at(key).error(`\`${key}\` cannot stand with \`${form.key}\``, hintFor(form.key));
  if (strays.length > 0) return [];
  switch (form.key) {
    case 'rrule':
      return recurring(value, cursor);
    case 'date':
      return [dated(value.date ?? '', value.date ?? '', cursor.at('date'), cursor.at('date'))];
    case 'from':
    case 'to':
      return fromTo(value, cursor);
    case 'days':
    case 'hours':
      return weekly(value, cursor);
  }
}

export function zoned(draft: SpanDraft, timezone: string): Span {
  return { ...draft, timezone };
}

export function openSpan(
  draft: SpanDraft,
  value: { readonly name?: string; readonly reason?: string },
  noticeMs: number | null,
  timezone: string,
): OpenSpan {
  return { span: zoned(draft, timezone), noticeMs, name: value.name ?? value.reason ?? null, calendar: null };
}

/** Days of the week as numbers, in order; every day where none are given. */
export function daysOf(value: SpanKeys['days'], cursor: Cursor): readonly number[] {
  if (value === undefined) return [1, 2, 3, 4, 5, 6, 7];
  const days = listed(value, cursor).flatMap(({ item, at }) => parseDays(item, at));
  return [...new Set(days)].sort((a, b) => a - b);
}

/** One text or a list of them, each with the cursor on it. */
function listed(
  value: string | readonly string[] | undefined,
  cursor: Cursor,
): readonly { item: string; at: Cursor }[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ item: value, at: cursor }];
  return value.map((item, index) => ({ item, at: cursor.at(index) }));
}

function hintFor(form: (typeof FORMS)[number]['key']): string {
  switch (form) {
    case 'rrule':
      return 'a rule has `start`, `duration` and `from`; its end is `UNTIL=` within the rule';
    case 'date':
      return 'a `date` is the whole day; for a part of it write `from` and `to` with times';
    case 'from':
    case 'to':
      return 'it goes from one moment to another; for times of day write 2026-12-19T14:00';
    case 'days':
    case 'hours':
      return 'hours come every week; for a time that does not, write `from` and `to`, or an `rrule`';
  }
}

function recurring(value: SpanKeys, cursor: Cursor): readonly SpanDraft[] {
  if (value.start !== undefined && value.duration === undefined && cursor.complete) {
    cursor.error(
      'it begins at a time, but nothing says how long it lasts',
      'add `duration: 4h`',
      cursor.at('start').place(),
    );
  }
  const durationMs = millis(value.duration, DAY_MS);
  checkDuration(durationMs, cursor.at('duration'));
  if (value.from?.includes('T')) {
    cursor.at('from').error('the time of a rule is its `start`', 'write a date here');
    return [];
  }
  const minute = minutesOf(value.start ?? '00:00');
  const rule = buildRecurrence(value.rrule ?? '', minute, value.from ?? null, cursor.at('rrule'), cursor.at('from'));
  return rule === null ? [] : [{ type: 'recurring', ...rule, ...lasting(value.duration, durationMs) }];
}

/** Days are local days, hours are hours, also where there are more than a day's. */
export function lasting(
  written: string | undefined,
  durationMs: number,
): { readonly durationMs: number; readonly wholeDays?: number } {
  const wholeDays = written === undefined ? null : daysWritten(written);
  return wholeDays === null || wholeDays === Math.floor(durationMs / DAY_MS)
    ? { durationMs }
    : { durationMs, wholeDays };
}

export function checkDuration(durationMs: number, cursor: Cursor): void {
  if (durationMs < DURATION_MS_MIN) cursor.error('this is shorter than a minute', 'write a minute or more');
  if (durationMs > DURATION_MS_MAX) cursor.error('this is longer than a year', 'write `from` and `to` instead');
}

function weekly(value: SpanKeys, cursor: Cursor): readonly SpanDraft[] {
  const days = daysOf(value.days, cursor.at('days'));
  const hours = listed(value.hours, cursor.at('hours')).flatMap(({ item, at }) => parseHours(item, at));
  const day = value.hours === undefined ? [{ fromMinute: 0, toMinute: 1_440 }] : hours;
  return day.map((minutes) => ({ type: 'weekly', days, ...minutes }));
}

function fromTo(value: SpanKeys, cursor: Cursor): readonly SpanDraft[] {
  if (value.from === undefined || value.to === undefined) {
    const missing = value.from === undefined ? 'from' : 'to';
    if (cursor.complete) cursor.error(`\`${missing}\` is missing`, 'a span goes `from` one moment `to` another');
    return [];
  }
  return [dated(value.from, value.to, cursor.at('from'), cursor.at('to'))];
}

function dated(from: string, to: string, atFrom: Cursor, atTo: Cursor): SpanDraft {
  const start = momentOf(from, atFrom);
  const last = from === to && !to.includes('T') ? start : momentOf(to, atTo);
  if (start !== null && last !== null) {
    const end = to.includes('T') ? last : last.add({ days: 1 });
    if (Temporal.PlainDateTime.compare(start, end) >= 0) {
      atFrom.error(`this begins (${from}) after it ends (${to})`, 'swap `from` and `to`, or correct the year');
    }
  }
  return { type: 'dated', from, to };
}

function momentOf(text: string, cursor: Cursor): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' });
  } catch {
    cursor.error(`there is no ${text.includes('T') ? 'moment' : 'day'} ${text}`, 'correct the date');
    return null;
  }
}
