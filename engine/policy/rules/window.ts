// `window:` when runs may start: hours, rules that come again, one-off spans and shared calendars that open, and the
// same and public holidays that close.

import { listOf as manyOf, oneOf } from '../../base/flaws.ts';
import { type Calendar, type Calendars, calendarNamed } from '../../config/calendar.ts';
import type { Cursor } from '../../config/cursor.ts';
import { millis } from '../../config/millis.ts';
import { buildHolidays, type HolidayEntry, holidaysKey } from '../../config/rules/holidays.ts';
import { closingKeys, openingKeys, SPANS_MAX } from '../../config/rules/span-keys.ts';
import { buildSpans, openSpan, zoned } from '../../config/rules/spans.ts';
import { choice, listOf, name, object, type Shape, text } from '../../config/schema/shape.ts';
import { checkZone } from '../../config/zone.ts';
import type { ClosedSpan, HolidaySpan, OpenSpan, Rule } from '../../model/rule.ts';
import { sayExcept, saySpan, sayZone } from '../say-parts.ts';
import { CLOSED, HOLIDAY, MANY, OPEN, ZONE } from '../stored.ts';
import { evaluateWindow } from '../window.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly window: WindowRule;
  }
}

export type WindowRule = Rule<'window'> & {
  /** The zone that its sentences are in. */
  readonly timezone: string;
  /** Empty means: always open but for `deny` and `holidays`. */
  readonly allow: readonly OpenSpan[];
  readonly deny: readonly ClosedSpan[];
  readonly holidays: readonly HolidaySpan[];
  /** What a run still going does when the window closes. */
  readonly onWindowClose: 'finish' | 'pause';
};

const calendar = name('A calendar: policies/calendars/<name>.yaml.', { examples: ['shop'] });

const opening = {
  ...object('Open in this span, or in the `open` spans of a calendar.', { ...openingKeys, calendar }, []),
  minProperties: 1,
} as const;

const closing = {
  ...object(
    'Closed in this span, or in the `closed` spans and holidays of a calendar.',
    { ...closingKeys, calendar },
    [],
  ),
  minProperties: 1,
} as const;

const schema = {
  ...object(
    'When runs may start.',
    {
      timezone: text('IANA time zone; that of tidegate.yaml when left out.', { examples: ['Europe/Bucharest'] }),
      allow: listOf('Open in these spans; always when left out.', opening, {
        maxItems: SPANS_MAX,
        examples: [[{ days: 'mon-fri', hours: '09:00-18:00' }]],
      }),
      deny: listOf('Closed in these spans, whatever `allow` says.', closing, {
        minItems: 1,
        maxItems: SPANS_MAX,
      }),
      holidays: holidaysKey,
      on_window_close: choice(
        'What a run still going does when the window closes. It stops only while nothing has touched the target.',
        ['finish', 'pause'],
        'finish',
      ),
    },
    [],
  ),
} as const;

/** What a list of spans comes to, once zone and calendars are known. */
type Taking<Each> = (timezone: string, calendars: Calendars) => readonly Each[];

export const windowRule = ruleKind({
  type: 'window',
  schema,
  build(value, cursor) {
    if (value.timezone !== undefined) checkZone(cursor.at('timezone'), value.timezone);
    const allow = (value.allow ?? []).map((item, index) => openSpans(item, cursor.at('allow', index)));
    const deny = (value.deny ?? []).map((item, index) => closedSpans(item, cursor.at('deny', index)));
    const holidays = buildHolidays(value.holidays, cursor.at('holidays'), true);
    if (cursor.complete) sayIfIdle(value, cursor);
    const place = cursor.key();
    const onWindowClose = value.on_window_close ?? 'finish';
    return ({ timezone: byDefault, calendars }) => {
      const timezone = value.timezone ?? byDefault;
      const shared = holidays.map((entry) => holidaysTaken(entry, timezone, calendars));
      const opened = allow.flatMap((take) => take(timezone, calendars));
      return {
        type: 'window',
        place,
        timezone,
        // No span at all would mean always open, which a list of calendars that open nothing does not say.
        allow: opened.length === 0 && allow.length > 0 ? [never(timezone)] : opened,
        deny: [...deny.flatMap((take) => take(timezone, calendars)), ...shared.flatMap(({ closed }) => closed)],
        holidays: [
          ...shared.flatMap((taken) => taken.holidays),
          ...(value.deny ?? []).flatMap((item) => holidaysOfCalendar(item, timezone, calendars)),
        ],
        onWindowClose,
      };
    };
  },
  evaluate: evaluateWindow,
  needs: ({ deny, holidays }) => ({
    change: [...deny, ...holidays].some(({ except }) => except.length > 0),
    holidays: holidays.map(({ place }) => place),
  }),
  say: sayRule,
  stored: {
    timezone: ZONE,
    allow: manyOf(OPEN, MANY),
    deny: manyOf(CLOSED, MANY),
    holidays: manyOf(HOLIDAY, MANY),
    onWindowClose: oneOf<WindowRule['onWindowClose']>({ finish: true, pause: true }),
  },
});

function sayIfIdle(value: Shape<typeof schema>, cursor: Cursor): void {
  if (value.allow?.length === 0) {
    cursor
      .at('allow')
      .error(
        'this window never opens: `allow` is empty',
        'name the hours in which it is open, or remove `allow` to leave it always open',
      );
  } else if (value.allow === undefined && value.deny === undefined && value.holidays === undefined) {
    cursor.error('this window says nothing', 'add `allow` (when it is open) or `deny` (when it is closed)');
  }
}

function openSpans(value: Shape<typeof opening>, cursor: Cursor): Taking<OpenSpan> {
  const noticeMs = value.notice === undefined ? null : millis(value.notice, 0);
  if (value.calendar !== undefined) {
    const shared = sharedCalendar(value.calendar, value, ['notice'], cursor);
    return (timezone, calendars) =>
      calendarNamed(shared, calendars, timezone).open.map((span) => ({ ...span, noticeMs: noticeMs ?? span.noticeMs }));
  }
  const drafts = buildSpans(value, cursor);
  return (timezone) => drafts.map((draft) => openSpan(draft, value, noticeMs, timezone));
}

function closedSpans(value: Shape<typeof closing>, cursor: Cursor): Taking<ClosedSpan> {
  const { reason = null, except = [] } = value;
  if (value.calendar !== undefined) {
    const shared = sharedCalendar(value.calendar, value, ['except'], cursor);
    return (timezone, calendars) => excepting(calendarNamed(shared, calendars, timezone), except).closed;
  }
  const drafts = buildSpans(value, cursor);
  return (timezone) => drafts.map((draft) => ({ span: zoned(draft, timezone), reason, except, calendar: null }));
}

/** `deny: [{ calendar }]` means all that the calendar closes. */
function holidaysOfCalendar(
  { calendar: shared, except = [] }: Shape<typeof closing>,
  timezone: string,
  calendars: Calendars,
): readonly HolidaySpan[] {
  return shared === undefined ? [] : excepting(calendarNamed(shared, calendars, timezone), except).holidays;
}

function holidaysTaken(
  { in: where, except }: HolidayEntry,
  timezone: string,
  calendars: Calendars,
): Pick<Calendar, 'closed' | 'holidays'> {
  return 'place' in where
    ? { closed: [], holidays: [{ timezone, place: where.place, except, calendar: null }] }
    : excepting(calendarNamed(where.calendar, calendars, timezone), except);
}

/** The rule's exceptions are added to those that the calendar makes itself. */
function excepting({ open, closed, holidays }: Calendar, except: readonly string[]): Calendar {
  const add = <Each extends { readonly except: readonly string[] }>(span: Each): Each =>
    except.length === 0 ? span : { ...span, except: [...new Set([...span.except, ...except])] };
  return { open, closed: closed.map(add), holidays: holidays.map(add) };
}

function sharedCalendar(
  shared: string,
  value: Readonly<Record<string, unknown>>,
  beside: readonly string[],
  cursor: Cursor,
): string {
  cursor.at('calendar').refer('calendar', shared);
  for (const key of Object.keys(value)) {
    if (key === 'calendar' || beside.includes(key)) continue;
    cursor
      .at(key)
      .error(`\`${key}\` cannot stand with \`calendar\``, `its spans are in policies/calendars/${shared}.yaml`);
  }
  return shared;
}

function never(timezone: string): OpenSpan {
  const span = { type: 'weekly', timezone, days: [], fromMinute: 0, toMinute: 1_440 } as const;
  return { span, noticeMs: null, name: null, calendar: null };
}

function sayRule({ allow, deny, holidays, onWindowClose, timezone }: WindowRule): string {
  const open = allow.length === 0 ? 'always open' : `open ${allow.map(({ span }) => saySpan(span)).join(', and ')}`;
  const closed = [
    ...deny.map(({ span, except }) => `${saySpan(span)}${sayExcept(except)}`),
    ...holidays.map(({ place, except, timezone: zone }) => {
      return `on public holidays of ${place} (${zone})${sayExcept(except)}`;
    }),
  ];
  return [
    open,
    closed.length === 0 ? '' : `; closed ${closed.join(', and ')}`,
    onWindowClose === 'finish' ? '' : '; a run still going when it closes stops before its next stage',
    sayZone(timezone, [...allow, ...deny].map(({ span }) => span).concat()),
  ].join('');
}
