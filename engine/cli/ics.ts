// A calendar as iCalendar (RFC 5545), to subscribe to. An event's id is made of what it is and when it begins, so
// that reading it again updates what a person has already, and never doubles it. What is made is the same to the byte
// for the same repository and the same `now`.

import { createHash } from 'node:crypto';
import { ICalCalendar, ICalEventBusyStatus, ICalEventTransparency } from 'ical-generator';
import { formatInstant, type Instant } from '../base/instant.ts';
import { type Calendar, type CalendarEvent, sayEvent } from '../explain/calendar.ts';
import { shown } from './context.ts';

/** How often anyone who subscribes should look again. */
const REFRESH_S = 3_600;
const MOMENT_MS = 15 * 60_000;
/** A calendar for `icsOf` begins so much before its first day: an opening keeps its beginning, and with it its id. */
export const LEAD_DAYS = 14;
const LEAD_MS = LEAD_DAYS * 86_400_000;

/** Calendars begin `LEAD_DAYS` before the first day that is told. */
export function icsOf(calendars: readonly Calendar[], now: Instant, repository: string): string {
  const names = calendars.map(({ name }) => name).join(', ');
  const ics = new ICalCalendar({
    name: `Tidegate: ${names}`,
    description: `When something may start in ${names}, and what is due there`,
    prodId: { company: 'Tidegate', product: 'calendar', language: 'EN' },
    ttl: REFRESH_S,
  });
  // The same environment of another repository is another event.
  const source = createHash('sha256').update(shown(repository)).digest('hex').slice(0, 12);
  const known = new Map<string, number>();
  const idOf = (name: string): string => {
    const times = (known.get(name) ?? 0) + 1;
    known.set(name, times);
    return `${name}${times === 1 ? '' : `-${times}`}@${source}.tidegate`;
  };
  for (const calendar of calendars) {
    const { name, timezone, isTimed, open, events, from } = calendar;
    const add = (id: string, { start, end }: Span, summary: string, description: string, isBusy: boolean) =>
      ics.createEvent({
        id: idOf(`${name}-${id}`),
        stamp: new Date(now),
        start: new Date(start),
        end: new Date(end),
        summary: `${name}: ${summary}`,
        description,
        transparency: isBusy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
        busystatus: isBusy ? ICalEventBusyStatus.BUSY : ICalEventBusyStatus.FREE,
      });
    for (const stretch of isTimed ? open : []) {
      if (stretch.end <= from + LEAD_MS) continue;
      // Hours that are open are told, and take nobody's time. What has been open for longer than we look has no
      // beginning.
      const began = stretch.start === from ? 'standing' : stamp(stretch.start);
      add(`open-${began}`, stretch, 'open', `something may start in ${name}`, false);
    }
    for (const event of events) {
      if (event.end <= from + LEAD_MS) continue;
      // Several steps may be due at one moment.
      const of = event.kind === 'step' ? `-${event.name.replace(/[^A-Za-z0-9]+/g, '-')}` : '';
      const id = `${event.policy === null ? event.kind : `${event.kind}-${event.policy}`}-${stamp(event.start)}${of}`;
      add(id, within(event, calendar), sayEvent(event, timezone), describe(event), isBusy(event));
    }
  }
  return `${ics.toString()}\r\n`;
}

type Span = { readonly start: Instant; readonly end: Instant };

/**
 * Without an end it is told to the end of what is shown; what may begin at a moment is shown for a quarter of an
 * hour.
 */
function within({ kind, start, end }: CalendarEvent, { to }: Calendar): Span {
  return {
    start,
    end: kind === 'work' || kind === 'step' ? start + MOMENT_MS : Math.max(start + 1_000, Math.min(end, to)),
  };
}

function isBusy({ kind, held }: CalendarEvent): boolean {
  return held === undefined && (kind === 'maintenance' || kind === 'departure');
}

function describe({ policy, noticeAt, held }: CalendarEvent): string {
  const by = `${policy === null ? 'as it stands now' : `policy ${policy}`}${held === undefined ? '' : `; held by ${held}`}`;
  return noticeAt === null ? by : `${by}; announced from ${formatInstant(noticeAt)}`;
}

/** `20261123T070000Z`. */
function stamp(at: Instant): string {
  return formatInstant(at).replace(/[-:]/g, '');
}
