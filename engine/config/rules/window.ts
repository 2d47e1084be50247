// `window:` when runs may start: hours of the week, and dated freezes.

import type { ClosedSpan, Span } from '../../model/rule.ts';
import type { Cursor } from '../cursor.ts';
import { choice, either, listOf, object, type Shape, text } from '../schema/shape.ts';
import { checkZone } from '../zone.ts';
import { parseDays } from './days.ts';
import { parseHours } from './hours.ts';
import { ruleKind } from './kind.ts';

const days = text('Days of the week: `mon-fri`, `sat`, `mon,wed-fri`.', { examples: ['mon-fri'] });
const hours = text('Hours of the day, start included, end not: `09:00-18:00`; `22:00-06:00` ends on the next day.', {
  examples: ['09:00-18:00'],
});

const span = {
  ...object(
    'Open on these days at these hours.',
    {
      days: either('Days of the week; every day when left out.', [
        { ...days, description: 'days such as mon-fri' },
        listOf('a list of days', days, { minItems: 1 }),
      ]),
      hours: either('Hours of the day; the whole day when left out.', [
        { ...hours, description: 'hours such as "09:00-18:00"' },
        listOf('a list of hours', hours, { minItems: 1 }),
      ]),
    },
    [],
  ),
  minProperties: 1,
} as const;

const moment = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$',
  patternErrorMessage: 'a date such as 2026-12-19, or a date and time such as 2026-12-19T14:00',
} as const;

const freeze = object(
  'Closed in this span.',
  {
    from: {
      ...moment,
      description: 'The first day, or the moment it begins, in the time zone of the window.',
      examples: ['2026-12-19'],
    },
    to: { ...moment, description: 'The last day (included), or the moment it ends.', examples: ['2027-01-04'] },
    reason: text('Why, for the sentence that people read.', { examples: ['year-end freeze'] }),
  },
  ['from', 'to'],
);

const schema = {
  ...object(
    'When runs may start.',
    {
      timezone: text('IANA time zone; that of tidegate.yaml when left out.', { examples: ['Europe/Bucharest'] }),
      allow: listOf('Open in these spans; always when left out.', span, {
        examples: [[{ days: 'mon-fri', hours: '09:00-18:00' }]],
      }),
      deny: listOf('Closed in these spans, whatever `allow` says.', freeze, { minItems: 1 }),
      running: choice(
        'What a run still going does when the window closes. It stops only while nothing has touched the target.',
        ['finish', 'stop-before-next-stage'],
        'finish',
      ),
    },
    [],
  ),
} as const;

export const windowRule = ruleKind('window', schema, (value, cursor) => {
  if (value.timezone !== undefined) checkZone(cursor.at('timezone'), value.timezone);
  const allow = (value.allow ?? []).flatMap((item, index) => spans(item, cursor.at('allow', index)));
  const deny = (value.deny ?? []).map((item, index) => freezeSpan(item, cursor.at('deny', index)));
  if (value.allow?.length === 0 && cursor.complete) {
    cursor
      .at('allow')
      .error(
        'this window never opens: `allow` is empty',
        'name the hours in which it is open, or remove `allow` to leave it always open',
      );
  } else if (value.allow === undefined && value.deny === undefined && cursor.complete) {
    cursor.error('this window says nothing', 'add `allow` (when it is open) or `deny` (when it is closed)');
  }
  const place = cursor.key();
  const running = value.running ?? 'finish';
  return (repository) => ({
    type: 'window',
    place,
    timezone: value.timezone ?? repository.timezone,
    allow: allow.map((span) => ({
      span: { timezone: value.timezone ?? repository.timezone, ...span },
      noticeMs: null,
      name: null,
      calendar: null,
    })),
    deny: deny.map(
      ({ reason, ...span }): ClosedSpan => ({
        span: { timezone: value.timezone ?? repository.timezone, type: 'dated', ...span },
        reason,
        except: [],
        calendar: null,
      }),
    ),
    holidays: [],
    running,
  });
});

type WeeklyDraft = Omit<Extract<Span, { readonly type: 'weekly' }>, 'timezone'>;
type DatedDraft = { readonly from: string; readonly to: string; readonly reason: string | null };

function spans(value: Shape<typeof span>, cursor: Cursor): readonly WeeklyDraft[] {
  const onDays = listed(value.days, cursor.at('days')).flatMap(({ item, at }) => parseDays(item, at));
  const atHours = listed(value.hours, cursor.at('hours')).flatMap(({ item, at }) => parseHours(item, at));
  const week = value.days === undefined ? [1, 2, 3, 4, 5, 6, 7] : [...new Set(onDays)].sort((a, b) => a - b);
  const day = value.hours === undefined ? [{ fromMinute: 0, toMinute: 1_440 }] : atHours;
  return day.map((minutes) => ({ type: 'weekly', days: week, ...minutes }));
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

function freezeSpan(value: Shape<typeof freeze>, cursor: Cursor): DatedDraft {
  const from = startOf(value.from, cursor.at('from'));
  const to = startOf(value.to, cursor.at('to'));
  if (from !== null && to !== null) {
    const end = value.to.includes('T') ? to : to.add({ days: 1 });
    if (Temporal.PlainDateTime.compare(from, end) >= 0) {
      cursor
        .at('from')
        .error(
          `this freeze begins (${value.from}) after it ends (${value.to})`,
          'swap `from` and `to`, or correct the year',
        );
    }
  }
  return { from: value.from, to: value.to, reason: value.reason ?? null };
}

function startOf(text: string, cursor: Cursor): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' });
  } catch {
    cursor.error(`there is no ${text.includes('T') ? 'moment' : 'day'} ${text}`, 'correct the date');
    return null;
  }
}
