// Recurrence rules of RFC 5545 (3.3.10) by days, read and computed: every part as the RFC's own table has it, each
// limiting or expanding in turn, so that a day comes only if all parts hold for it. Days are counted from 1970-01-01;
// the time of day stands beside the rule. A rule that the RFC forbids, or that is read in two ways, is refused here
// and by `tidegate check`.

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

export type RecurrenceRule = {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  /** As written: a date (`20261231`) or an instant (`20261231T220000Z`); null where it goes on. */
  readonly until: string | null;
  /** `nth` null: every one. Days count from 0 for Monday. */
  readonly byDay: readonly { readonly nth: number | null; readonly weekday: number }[];
  readonly byMonthDay: readonly number[];
  readonly byMonth: readonly number[];
  readonly byYearDay: readonly number[];
  readonly byWeekNo: readonly number[];
  readonly bySetPos: readonly number[];
  readonly weekStart: number;
};

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** From the parts of a rule, each of which fits its own form (config/rules/rrule.ts). */
export function recurrenceRule(parts: ReadonlyMap<string, string>): RecurrenceRule {
  const list = (part: string): readonly string[] => parts.get(part)?.split(',') ?? [];
  const numbers = (part: string): readonly number[] => list(part).map(Number);
  return {
    frequency: frequencyOf(parts.get('FREQ')),
    interval: Number(parts.get('INTERVAL') ?? 1),
    count: parts.has('COUNT') ? Number(parts.get('COUNT')) : null,
    until: parts.get('UNTIL') ?? null,
    byDay: list('BYDAY').map((day) => ({
      nth: day.length > 2 ? Number(day.slice(0, -2)) : null,
      weekday: WEEKDAYS.indexOf(day.slice(-2)),
    })),
    byMonthDay: numbers('BYMONTHDAY'),
    byMonth: numbers('BYMONTH'),
    byYearDay: numbers('BYYEARDAY'),
    byWeekNo: numbers('BYWEEKNO'),
    bySetPos: numbers('BYSETPOS'),
    weekStart: Math.max(0, WEEKDAYS.indexOf(parts.get('WKST') ?? 'MO')),
  };
}

/** `FREQ=MONTHLY;BYDAY=1SU`; null where `tidegate check` would not have let it pass. */
export function readRecurrence(text: string): RecurrenceRule | null {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [, key = '', value = ''] = /^([A-Z]+)=([A-Z\d,+-]+)$/.exec(part) ?? [];
    if (!KEYS.includes(key) || parts.has(key)) return null;
    parts.set(key, value);
  }
  if (!/^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(parts.get('FREQ') ?? '')) return null;
  const rule = recurrenceRule(parts);
  const { interval, count, byDay, byMonthDay, byMonth, byYearDay, byWeekNo, bySetPos } = rule;
  const weekdays = byDay.flatMap(({ nth, weekday }) => [nth ?? 1, weekday < 0 ? 0 : 1]);
  const numbers = [
    interval,
    count ?? 1,
    ...weekdays,
    ...byMonthDay,
    ...byMonth,
    ...byYearDay,
    ...byWeekNo,
    ...bySetPos,
  ];
  return numbers.every((each) => Number.isInteger(each) && each !== 0) && whyNotTogether(rule) === null ? rule : null;
}

const KEYS = [
  'FREQ',
  'INTERVAL',
  'COUNT',
  'UNTIL',
  'BYDAY',
  'BYMONTHDAY',
  'BYMONTH',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYSETPOS',
  'WKST',
];

function frequencyOf(text: string | undefined): Frequency {
  return text === 'DAILY' || text === 'WEEKLY' || text === 'MONTHLY' ? text : 'YEARLY';
}

/** Why parts cannot stand together, and what to do; null where they can. */
export function whyNotTogether(rule: RecurrenceRule): { readonly message: string; readonly hint: string } | null {
  const { frequency, byDay, byMonthDay, byMonth, byYearDay, byWeekNo, bySetPos, interval } = rule;
  const isNumbered = byDay.some(({ nth }) => nth !== null);
  const others = [byDay, byMonthDay, byMonth, byYearDay, byWeekNo];
  const no = (message: string, hint: string) => ({ message, hint });
  const forbidden = (part: string) =>
    no(`this rule cannot be read: ${part} MUST NOT be used when FREQ is ${frequency}`, 'see RFC 5545, 3.3.10');
  if (byWeekNo.length > 0 && frequency !== 'YEARLY') return forbidden('BYWEEKNO');
  if (byYearDay.length > 0 && frequency !== 'YEARLY') return forbidden('BYYEARDAY');
  if (byMonthDay.length > 0 && frequency === 'WEEKLY') return forbidden('BYMONTHDAY');
  if (isNumbered && (frequency === 'DAILY' || frequency === 'WEEKLY')) return forbidden('a numbered BYDAY such as 1SU');
  if (isNumbered && byWeekNo.length > 0) {
    return no(
      'a numbered day such as 1SU cannot stand with BYWEEKNO',
      'a week has each day once: leave the number out',
    );
  }
  const isOfMonth = frequency === 'MONTHLY' || byMonth.length > 0;
  const beyond = byDay.find(({ nth }) => isOfMonth && nth !== null && Math.abs(nth) > 5);
  if (beyond !== undefined) {
    return no(
      `no month has a ${beyond.nth}${WEEKDAYS[beyond.weekday]}`,
      'a month has a day of the week up to five times',
    );
  }
  if (bySetPos.length > 0 && others.every((part) => part.length === 0)) {
    return no('BYSETPOS has nothing to choose from', 'add BYDAY or BYMONTHDAY');
  }
  if (byWeekNo.length > 0 && (interval > 1 || bySetPos.length > 0)) {
    const what = interval > 1 ? 'INTERVAL' : 'BYSETPOS';
    return no(
      `BYWEEKNO cannot stand with ${what}: a week at the turn of the year belongs to two years, and programs disagree to which`,
      'write the dates, or a rule by BYMONTH and BYDAY',
    );
  }
  return null;
}
