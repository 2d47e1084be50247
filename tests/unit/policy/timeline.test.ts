// The row that a calendar draws: gapless, as long as asked for, and of the same mind as the verdicts.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TrainRule } from '../../../engine/policy/rules/train.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { timelineOf } from '../../../engine/policy/timeline.ts';
import { windowState } from '../../../engine/policy/window.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, spanOf, windowRule } from './window-build.ts';

const BUCHAREST = 'Europe/Bucharest';
const HOLIDAYS = { RO: [2025, 2026, 2027].map((year) => ({ date: `${year}-12-01`, name: 'National holiday' })) };

const maintenance = {
  span: spanOf('UTC', 'FREQ=MONTHLY;BYDAY=1SU @02:00 +4h'),
  noticeMs: null,
  name: 'maintenance',
  calendar: null,
};
const hours = windowRule(BUCHAREST, ['mon-fri 09:00-18:00'], ['2026-12-03T12:00..2026-12-05T00:00 (fair)']);
const rule: WindowRule = {
  ...hours,
  allow: [...hours.allow, maintenance],
  holidays: [{ timezone: BUCHAREST, place: 'RO', except: [], calendar: null }],
};

function shown(stretches: ReturnType<typeof timelineOf>) {
  const say = (instant: number) =>
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(BUCHAREST).toPlainDateTime().toString();
  return stretches.map(({ start, end, open, why, name }) => [
    say(start),
    say(end),
    open ? 'open' : 'closed',
    why ?? name,
  ]);
}

test('a week of hours, a holiday, a freeze and maintenance', () => {
  expect(shown(timelineOf(rule, HOLIDAYS, at('2026-11-30T00:00+02:00'), at('2026-12-07T00:00+02:00')))).toEqual([
    ['2026-11-30T00:00:00', '2026-11-30T09:00:00', 'closed', null],
    ['2026-11-30T09:00:00', '2026-11-30T18:00:00', 'open', null],
    ['2026-11-30T18:00:00', '2026-12-01T00:00:00', 'closed', null],
    ['2026-12-01T00:00:00', '2026-12-02T00:00:00', 'closed', 'RO: National holiday'],
    ['2026-12-02T00:00:00', '2026-12-02T09:00:00', 'closed', null],
    ['2026-12-02T09:00:00', '2026-12-02T18:00:00', 'open', null],
    ['2026-12-02T18:00:00', '2026-12-03T09:00:00', 'closed', null],
    ['2026-12-03T09:00:00', '2026-12-03T12:00:00', 'open', null],
    ['2026-12-03T12:00:00', '2026-12-05T00:00:00', 'closed', 'fair'],
    ['2026-12-05T00:00:00', '2026-12-06T04:00:00', 'closed', null],
    ['2026-12-06T04:00:00', '2026-12-06T08:00:00', 'open', 'maintenance'],
    ['2026-12-06T08:00:00', '2026-12-07T00:00:00', 'closed', null],
  ]);
});

test('trains by their boarding', () => {
  const train: TrainRule = {
    type: 'train',
    place: rule.place,
    timezone: BUCHAREST,
    departures: [spanOf(BUCHAREST, 'FREQ=WEEKLY;BYDAY=FR @10:00 +1h')],
    cutoffMs: null,
    frozenKinds: [],
  };
  expect(shown(timelineOf(train, {}, at('2026-11-27T00:00+02:00'), at('2026-11-28T00:00+02:00')))).toEqual([
    ['2026-11-27T00:00:00', '2026-11-27T10:00:00', 'closed', null],
    ['2026-11-27T10:00:00', '2026-11-27T11:00:00', 'open', 'train'],
    ['2026-11-27T11:00:00', '2026-11-28T00:00:00', 'closed', null],
  ]);
});

test('what is never closed is one stretch; no time is none', () => {
  const always = windowRule('UTC', []);
  expect(timelineOf(always, {}, 0, 1_000)).toEqual([{ start: 0, end: 1_000, open: true, why: null, name: null }]);
  expect(timelineOf(always, {}, 1_000, 1_000)).toEqual([]);
});

test('it has no gap, and says at every moment what the window says', () => {
  const moment = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-12-31T00:00Z') });
  fc.assert(
    fc.property(
      moment,
      fc.integer({ min: 1, max: 60 * 86_400_000 }),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      (from, length, part) => {
        const stretches = timelineOf(rule, HOLIDAYS, from, from + length);
        expect(stretches[0]?.start).toBe(from);
        expect(stretches.at(-1)?.end).toBe(from + length);
        for (const [index, stretch] of stretches.entries()) {
          expect(stretch.start).toBeLessThan(stretch.end);
          if (index > 0) expect(stretch.start).toBe(stretches[index - 1]?.end);
        }
        const now = from + Math.floor(length * part);
        const here = stretches.find(({ start, end }) => start <= now && now < end);
        const { open, why } = windowState(rule, facts({ now, holidays: HOLIDAYS }));
        expect({ open: here?.open, why: here?.why }).toEqual({ open, why });
      },
    ),
    { numRuns: 150 },
  );
});
