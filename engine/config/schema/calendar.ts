// policies/calendars/<name>.yaml: what is closed and what is open, shared by the rules that name it.

import { holidaysKey } from '../rules/holidays.ts';
import { closingKeys, openingKeys, SPANS_MAX } from '../rules/span-keys.ts';
import { listOf, object, type Shape, text } from './shape.ts';

const closing = { ...object('Closed in this span.', closingKeys, []), minProperties: 1 } as const;
const opening = { ...object('Open in this span.', openingKeys, []), minProperties: 1 } as const;

export const calendarSchema = {
  title: 'Tidegate: a calendar (policies/calendars/<name>.yaml)',
  ...object(
    'Spans of time that several rules share.',
    {
      description: text('What this calendar is for.', { examples: ['When the shop must not change'] }),
      timezone: text('IANA time zone; that of the rule which names the calendar when left out.', {
        examples: ['Europe/Bucharest'],
      }),
      holidays: { ...holidaysKey, description: 'Closed on these public holidays: countries and regions.' },
      closed: listOf('Closed in these spans.', closing, {
        minItems: 1,
        maxItems: SPANS_MAX,
        examples: [[{ from: '2026-12-19', to: '2027-01-04', reason: 'year-end freeze' }]],
      }),
      open: listOf('Open in these spans, for rules that `allow` the calendar.', opening, {
        minItems: 1,
        maxItems: SPANS_MAX,
        examples: [[{ date: '2026-11-28', name: 'inventory' }]],
      }),
    },
    [],
  ),
} as const;

export type CalendarFile = Shape<typeof calendarSchema>;
