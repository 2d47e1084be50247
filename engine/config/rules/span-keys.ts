// The keys that spans of time are written with, in windows and in calendars. One map of keys for all forms: which
// form is meant, and what does not belong to it, spans.ts says in a sentence.

import { duration, either, listOf, text } from '../schema/shape.ts';

const days = text('Days of the week: `mon-fri`, `sat`, `mon,wed-fri`.', { examples: ['mon-fri'] });
const hours = text('Hours of the day, start included, end not: `09:00-18:00`; `22:00-06:00` ends on the next day.', {
  examples: ['09:00-18:00'],
});

const moment = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$',
  patternErrorMessage: 'a date such as 2026-12-19, or a date and time such as 2026-12-19T14:00',
} as const;

const date = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  patternErrorMessage: 'a date such as 2026-12-19',
} as const;

export const timeOfDay = {
  type: 'string',
  pattern: '^([01]?[0-9]|2[0-3]):[0-5][0-9]$',
  patternErrorMessage: 'a time of day such as "10:00"',
} as const;

export const daysKey = either('Days of the week; every day when left out.', [
  { ...days, description: 'days such as mon-fri' },
  listOf('a list of days', days, { minItems: 1 }),
]);

export const rruleKeys = {
  rrule: text('A recurrence rule of RFC 5545, by days: what comes again, without its time.', {
    maxLength: 500,
    examples: ['FREQ=MONTHLY;BYDAY=1SU', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU'],
  }),
  start: {
    ...timeOfDay,
    description: 'With `rrule`: when it begins, local time.',
    default: '00:00',
    examples: ['02:00'],
  },
  from: {
    ...moment,
    description:
      'The first day, or the moment it begins. With `rrule`: the first day it can come, from which its INTERVAL and COUNT count.',
    examples: ['2026-12-19'],
  },
} as const;

const spanKeys = {
  days: daysKey,
  hours: either('Hours of the day; the whole day when left out.', [
    { ...hours, description: 'hours such as "09:00-18:00"' },
    listOf('a list of hours', hours, { minItems: 1 }),
  ]),
  ...rruleKeys,
  duration: duration('With `rrule`: how long it lasts; whole days are local days.', { examples: ['4h', '1d'] }),
  to: { ...moment, description: 'The last day (included), or the moment it ends.', examples: ['2027-01-04'] },
  date: { ...date, description: 'A single day.', examples: ['2026-12-24'] },
} as const;

/** `[hotfix]`, as conventional commits name kinds of change. */
export const exceptKey = listOf(
  'Kinds of change that pass all the same, if every commit is of one of them.',
  text('A kind of change, as conventional commits name it.', {
    pattern: '^[a-z][a-z0-9-]{0,30}$',
    patternErrorMessage: 'a kind of change such as fix or hotfix',
    examples: ['hotfix'],
  }),
  { minItems: 1, uniqueItems: true, examples: [['hotfix']] },
);

const reasonKey = text('Why, for the sentence that people read.', {
  maxLength: 200,
  examples: ['year-end freeze'],
});

/** In one list. Each costs something at every evaluation, and nobody reads more. */
export const SPANS_MAX = 200;

export const openingKeys = {
  ...spanKeys,
  notice: duration('How long before it opens this is announced.', { examples: ['48h'] }),
  name: text('What people call it.', { maxLength: 60, examples: ['maintenance'] }),
  reason: text('Why it is open, said where it has no name.', { maxLength: 200, examples: ['launch'] }),
} as const;

export const closingKeys = { ...spanKeys, reason: reasonKey, except: exceptKey } as const;
