// policies/calendars/<name>.yaml from text to what rules take in, but for the zone of anyone who does.

import type { CalendarDraft } from '../calendar.ts';
import type { Cursor } from '../cursor.ts';
import { millis } from '../millis.ts';
import { buildHolidays } from '../rules/holidays.ts';
import { buildSpans, openSpan, zoned } from '../rules/spans.ts';
import type { CalendarFile } from '../schema/calendar.ts';
import { NAME_PATTERN, NAME_SAYS } from '../schema/shape.ts';
import { checkZone } from '../zone.ts';

export function buildCalendar(file: CalendarFile, cursor: Cursor, name: string): CalendarDraft {
  if (!new RegExp(NAME_PATTERN).test(name)) {
    cursor.error(`\`${name}\` cannot be the name of a calendar`, `rename the file: use ${NAME_SAYS}`);
  }
  if (file.timezone !== undefined) checkZone(cursor.at('timezone'), file.timezone);
  if (file.holidays === undefined && file.closed === undefined && file.open === undefined && cursor.complete) {
    cursor.error('this calendar is empty', 'add `holidays`, `closed` or `open`');
  }
  const holidays = buildHolidays(file.holidays, cursor.at('holidays'), false);
  const closed = (file.closed ?? []).flatMap((value, index) => {
    const { reason = null, except = [] } = value;
    return buildSpans(value, cursor.at('closed', index)).map((draft) => ({ draft, reason, except }));
  });
  const open = (file.open ?? []).flatMap((value, index) => {
    const noticeMs = value.notice === undefined ? null : millis(value.notice, 0);
    return buildSpans(value, cursor.at('open', index)).map((draft) => ({ draft, value, noticeMs }));
  });
  return (byDefault) => {
    const timezone = file.timezone ?? byDefault;
    return {
      open: open.map(({ draft, value, noticeMs }) => ({
        ...openSpan(draft, value, noticeMs, timezone),
        calendar: name,
      })),
      closed: closed.map(({ draft, reason, except }) => ({
        span: zoned(draft, timezone),
        reason,
        except,
        calendar: name,
      })),
      holidays: holidays.flatMap(({ in: where, except }) =>
        'place' in where ? [{ timezone, place: where.place, except, calendar: name }] : [],
      ),
    };
  };
}
