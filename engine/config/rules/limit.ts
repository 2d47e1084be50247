// `limit:` how many runs may begin here in a day, a week, an opening of the window, or any stretch of time.

import type { LimitRule } from '../../model/rule.ts';
import type { Cursor } from '../cursor.ts';
import { millis } from '../millis.ts';
import { object, text } from '../schema/shape.ts';
import { checkZone } from '../zone.ts';
import { ruleKind } from './kind.ts';

const schema = object(
  'How many runs may begin here in a time.',
  {
    runs: { type: 'integer', description: 'At most so many.', minimum: 1, maximum: 100, examples: [3] },
    per: {
      type: 'string',
      description:
        'In what: a local day, a local week from Monday, one opening of the window of this policy, or any stretch of this length.',
      pattern: '^(day|week|window|([0-9]{1,6}(m|h|d|w))+)$',
      maxLength: 40,
      patternErrorMessage: 'day, week, window, or a duration such as 12h',
      examples: ['day', 'week', 'window', '12h'],
    },
    timezone: text('IANA time zone of days and weeks; that of tidegate.yaml when left out.', {
      examples: ['Europe/Bucharest'],
    }),
  },
  ['runs', 'per'],
);

export const limitRule = ruleKind('limit', schema, (value, cursor) => {
  if (value.timezone !== undefined) checkZone(cursor.at('timezone'), value.timezone);
  const place = cursor.key();
  const per = perOf(value.per, cursor.at('per'));
  return ({ timezone }) => ({
    type: 'limit',
    place,
    timezone: value.timezone ?? timezone,
    runsMax: value.runs,
    per,
  });
});

function perOf(text: string, cursor: Cursor): LimitRule['per'] {
  if (text === 'day' || text === 'week') return text;
  if (text === 'window') {
    cursor.refer('own-window', 'window');
    return text;
  }
  const ms = millis(text, 0);
  if (ms === 0) cursor.error('no time at all', 'write a duration such as 12h');
  return { ms };
}
