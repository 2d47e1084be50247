// A shared calendar as rules take it in: what is open and closed by it, each span in its own zone. Nothing refers to
// a calendar once the configuration is assembled, so a change of one is a change of every gate that names it.

import type { ClosedSpan, HolidaySpan, OpenSpan } from '../model/rule.ts';

export type Calendar = {
  readonly open: readonly OpenSpan[];
  readonly closed: readonly ClosedSpan[];
  readonly holidays: readonly HolidaySpan[];
};

/** Its zone is its own, else that of the rule that names it. */
export type CalendarDraft = (timezone: string) => Calendar;

export type Calendars = Readonly<Record<string, CalendarDraft>>;

/**
 * A calendar that is missing or broken closes what names it, always: who wrote the rule wanted it closed at some
 * time.
 */
export function calendarNamed(name: string, calendars: Calendars, timezone: string): Calendar {
  const draft = Object.hasOwn(calendars, name) ? calendars[name] : undefined;
  if (draft !== undefined) return draft(timezone);
  const span = { type: 'weekly', timezone, days: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 1_440 } as const;
  const reason = `the calendar ${name} cannot be read`;
  return { open: [], closed: [{ span, reason, except: [], calendar: name }], holidays: [] };
}
