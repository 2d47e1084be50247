// `train:` versions leave at departures only, on certain days or by a rule that comes again, and what changes
// behaviour has to be there some time before.

import { formatDuration } from '../../base/duration.ts';
import { listOf as manyOf, orNull } from '../../base/flaws.ts';
import type { Cursor } from '../../config/cursor.ts';
import { millis } from '../../config/millis.ts';
import { buildRecurrence, minutesOf } from '../../config/rules/rrule.ts';
import { daysKey, exceptKey, rruleKeys, SPANS_MAX, timeOfDay } from '../../config/rules/span-keys.ts';
import { checkDuration, daysOf, lasting } from '../../config/rules/spans.ts';
import { duration, either, listOf, object, type Shape, text } from '../../config/schema/shape.ts';
import { checkZone } from '../../config/zone.ts';
import type { Rule, Span } from '../../model/rule.ts';
import { list, saySpan, sayZone } from '../say-parts.ts';
import { COUNT, MANY, SPAN, TEXTS, ZONE } from '../stored.ts';
import { evaluateTrain } from '../train.ts';
import { ruleKind } from './kind.ts';

declare module '../../model/rule.ts' {
  interface RuleTypes {
    readonly train: TrainRule;
  }
}

/** Versions leave at departures only; what is frozen before one misses it. */
export type TrainRule = Rule<'train'> & {
  readonly timezone: string;
  /** Each span is open for boarding. */
  readonly departures: readonly Span[];
  /** How long before a departure changes of `frozenKinds` must have been offered; null without a cut-off. */
  readonly cutoffMs: number | null;
  readonly frozenKinds: readonly string[];
};

const departure = either('When a train leaves.', [
  object(
    'On these days at this time.',
    {
      days: daysKey,
      at: { ...timeOfDay, description: 'The local time at which it leaves.', examples: ['10:00'] },
    },
    ['days', 'at'],
  ),
  object('By a rule that comes again.', rruleKeys, ['rrule', 'start']),
]);

const schema = object(
  'Versions leave at departures only.',
  {
    timezone: text('IANA time zone; that of tidegate.yaml when left out.', { examples: ['Europe/Bucharest'] }),
    schedule: listOf('When trains leave.', departure, {
      minItems: 1,
      maxItems: SPANS_MAX,
      examples: [[{ days: 'fri', at: '10:00' }]],
    }),
    boarding: duration('How long after its departure time a train still takes versions.', {
      default: '1h',
      examples: ['1h', '30m'],
    }),
    cutoff: duration('How long before a departure features must have been offered; no cut-off when left out.', {
      examples: ['3d'],
    }),
    features: {
      ...exceptKey,
      description: 'Kinds of change that the cut-off holds back, as conventional commits name them.',
      default: ['feat'],
      examples: [['feat', 'refactor']],
    },
  },
  ['schedule'],
);

type SpanDraft = Omit<Extract<Span, { readonly type: 'recurring' }>, 'timezone'>;

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

export const trainRule = ruleKind({
  type: 'train',
  schema,
  build(value, cursor) {
    if (value.timezone !== undefined) checkZone(cursor.at('timezone'), value.timezone);
    const durationMs = millis(value.boarding, 3_600_000);
    checkDuration(durationMs, cursor.at('boarding'));
    const cutoffMs = value.cutoff === undefined ? null : millis(value.cutoff, 0);
    if (value.features !== undefined && cutoffMs === null && cursor.complete) {
      cursor
        .at('features')
        .error('features are held back from a cut-off only', 'add `cutoff: 3d`', cursor.at('features').key());
    }
    const departures = value.schedule.flatMap((item, index) =>
      departureSpan(item, lasting(value.boarding, durationMs), cursor.at('schedule', index)),
    );
    const place = cursor.key();
    return ({ timezone: byDefault }) => {
      const timezone = value.timezone ?? byDefault;
      return {
        type: 'train',
        place,
        timezone,
        departures: departures.map((draft) => ({ ...draft, timezone })),
        cutoffMs,
        frozenKinds: value.features ?? ['feat'],
      };
    };
  },
  evaluate: evaluateTrain,
  needs: ({ cutoffMs }) => ({ change: cutoffMs !== null }),
  say({ cutoffMs, frozenKinds, departures, timezone }) {
    const frozen = cutoffMs === null ? '' : `; ${list(frozenKinds)} must be offered ${formatDuration(cutoffMs)} before`;
    return `leaves ${departures.map(saySpan).join(', and ')}${frozen}${sayZone(timezone, departures)}`;
  },
  stored: {
    timezone: ZONE,
    departures: manyOf(SPAN, MANY),
    cutoffMs: orNull(COUNT),
    frozenKinds: TEXTS,
  },
});

function departureSpan(
  value: Shape<typeof departure>,
  boarding: ReturnType<typeof lasting>,
  cursor: Cursor,
): readonly SpanDraft[] {
  if ('rrule' in value) {
    if (value.from?.includes('T')) {
      cursor.at('from').error('the time of a rule is its `start`', 'write a date here');
      return [];
    }
    const minute = minutesOf(value.start);
    const rule = buildRecurrence(value.rrule, minute, value.from ?? null, cursor.at('rrule'), cursor.at('from'));
    return rule === null ? [] : [{ type: 'recurring', ...rule, ...boarding }];
  }
  const days = daysOf(value.days, cursor.at('days')).map((day) => WEEKDAYS[day - 1]);
  if (days.length === 0) return [];
  const byDay = `FREQ=WEEKLY;BYDAY=${days.join(',')}`;
  const rule = buildRecurrence(byDay, minutesOf(value.at), null, cursor.at('at'), cursor.at('at'));
  return rule === null ? [] : [{ type: 'recurring', ...rule, ...boarding }];
}
