// A calendar as rows of days: a bar of its hours, the hours in words, and below what is due that day.

import type { Instant } from '../../base/instant.ts';
import { type Calendar, type CalendarEvent, type Interval, sayEvent } from '../../explain/calendar.ts';
import { BLANK, dim, hanging, type Line, line, type Span, strong, styled } from './line.ts';
import { table } from './table.ts';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export function calendarLines(calendars: readonly Calendar[]): readonly Line[] {
  return [
    ...calendars.flatMap((calendar) => [...environmentLines(calendar), BLANK]),
    line(dim('█ open  ▒ open for a part of the hour  · closed; an hour each, from midnight to midnight')),
  ];
}

function environmentLines(calendar: Calendar): readonly Line[] {
  const { name, timezone, isTimed } = calendar;
  const hold = isTimed ? '' : ', no window holds it';
  const days = daysOf(calendar);
  const rows = table(
    days.map(({ label, bar, hours }) => [dim(label), bar, hours]),
    2,
  );
  return [
    line(strong(name), dim(`  hours in ${timezone}${hold}`)),
    ...rows.flatMap((row, index) => [row, ...(days[index]?.due ?? [])]),
  ];
}

type Day = { readonly label: string; readonly bar: Span; readonly hours: Span; readonly due: readonly Line[] };

function daysOf({ timezone, from, to, open, events }: Calendar): readonly Day[] {
  const days: Day[] = [];
  const there = (at: Instant) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  const last = there(to - 1).toPlainDate();
  for (
    let date = there(from).toPlainDate();
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    const start = date.toZonedDateTime(timezone).epochMilliseconds;
    const end = date.add({ days: 1 }).toZonedDateTime(timezone).epochMilliseconds;
    const own = open.flatMap((each) => cut(each, start, end));
    days.push({
      label: `${WEEKDAYS[date.dayOfWeek - 1]} ${date.toString()}`,
      bar: styled(own.length === 0 ? 'dim' : 'good', barOf(own, date, timezone)),
      hours:
        own.length === 0 ? dim('closed') : styled('plain', own.map((each) => sayHours(each, end, timezone)).join(', ')),
      due: events
        .filter((event) => event.start < end && event.end > start)
        .map((event) => dueLine(event, start, end, timezone)),
    });
  }
  return days;
}

function cut({ start, end }: Interval, from: Instant, to: Instant): readonly Interval[] {
  return start < to && end > from ? [{ start: Math.max(start, from), end: Math.min(end, to) }] : [];
}

/** A mark for each hour on the wall clock; one that the clocks skip has no length, and is closed. */
function barOf(open: readonly Interval[], date: Temporal.PlainDate, timezone: string): string {
  const hourAt = (hour: number) =>
    (hour === 24
      ? date.add({ days: 1 }).toZonedDateTime(timezone)
      : date.toZonedDateTime({ timeZone: timezone, plainTime: { hour } })
    ).epochMilliseconds;
  return Array.from({ length: 24 }, (_, hour) => {
    const [start, end] = [hourAt(hour), hourAt(hour + 1)];
    const openMs = open.flatMap((each) => cut(each, start, end)).reduce((sum, each) => sum + each.end - each.start, 0);
    return openMs <= 0 ? '·' : openMs >= end - start ? '█' : '▒';
  }).join('');
}

function sayHours({ start, end }: Interval, dayEnd: Instant, timezone: string): string {
  return `${sayTime(start, timezone)}-${end === dayEnd ? '24:00' : sayTime(end, timezone)}`;
}

function sayTime(at: Instant, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainTime().toString().slice(0, 5);
}

const STYLE: Readonly<Record<CalendarEvent['kind'], Span['style']>> = {
  freeze: 'bad',
  holiday: 'waits',
  closed: 'bad',
  maintenance: 'good',
  departure: 'good',
  step: 'strong',
  work: 'strong',
  suspended: 'waits',
};

/** When of the day it is, unless it is all of it. */
function dueLine(event: CalendarEvent, dayStart: Instant, dayEnd: Instant, timezone: string): Line {
  const said = styled(event.held === undefined ? STYLE[event.kind] : 'dim', sayEvent(event, timezone));
  const begins = event.start > dayStart ? sayTime(event.start, timezone) : '';
  const ends = event.end < dayEnd ? sayTime(event.end, timezone) : '';
  const when =
    event.kind === 'work' || event.kind === 'departure' || event.kind === 'step'
      ? `${sayTime(event.start, timezone)} `
      : begins === '' && ends === ''
        ? ''
        : `${begins === '' ? '00:00' : begins}-${ends === '' ? '24:00' : ends} `;
  return hanging(18, '                  ', dim(when), said);
}
