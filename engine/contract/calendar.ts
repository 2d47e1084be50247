// `tidegate calendar --json`: when windows are open, and what is due.

import type { Instant } from '../base/instant.ts';
import { type Calendar, sayEvent } from '../explain/calendar.ts';
import { instantJson, instantJsonOrNull, instantOrNull, instantShape } from './instant.ts';
import { choice, listOf, object, orNull, type Shape, says, TEXT } from './shape.ts';

export const calendarAnswer = object({
  from: says("Days of the repository's zone; those of an environment are its own.", instantShape),
  to: instantShape,
  environments: listOf(
    object({
      name: TEXT,
      timezone: TEXT,
      from: instantShape,
      to: instantShape,
      open: says(
        'When all windows and trains are open together.',
        listOf(object({ from: instantShape, to: instantShape })),
      ),
      events: listOf(
        object({
          kind: choice('freeze', 'holiday', 'closed', 'maintenance', 'departure', 'step', 'work', 'suspended'),
          at: instantShape,
          until: says('Null where it has no end.', instantOrNull),
          policy: orNull(TEXT),
          name: TEXT,
          noticeAt: instantOrNull,
          held: says('What else is closed all the while, so that it does not take place.', orNull(TEXT)),
          sentence: TEXT,
        }),
      ),
    }),
  ),
});

export type CalendarJson = Shape<typeof calendarAnswer>;

export function calendarJson(calendars: readonly Calendar[], from: Instant, to: Instant): CalendarJson {
  return {
    from: instantJson(from),
    to: instantJson(to),
    environments: calendars.map(({ name, timezone, from: begins, to: ends, open, events }) => ({
      name,
      timezone,
      from: instantJson(begins),
      to: instantJson(ends),
      open: open.map(({ start, end }) => ({ from: instantJson(start), to: instantJson(end) })),
      events: events.map((event) => ({
        kind: event.kind,
        at: instantJson(event.start),
        until: Number.isFinite(event.end) ? instantJson(event.end) : null,
        policy: event.policy,
        name: event.name,
        noticeAt: instantJsonOrNull(event.noticeAt),
        held: event.held ?? null,
        sentence: sayEvent(event, timezone),
      })),
    })),
  };
}
