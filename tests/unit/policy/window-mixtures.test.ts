// The promise of `until` for mixtures of all kinds of span, held against a judge that looks at one moment at a time:
// it walks the days around it, reads each wall-clock time by Temporal, and knows nothing of chunks, merging, RRULE or
// searches.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, type Holidays, NO_EVIDENCE } from '../../../engine/model/policy-facts.ts';
import type { HolidaySpan } from '../../../engine/model/rule.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { evaluateWindow, type WindowState, windowState } from '../../../engine/policy/window.ts';
import { facts } from '../../support/policy-facts.ts';
import { at, closed, freeze, policyOf, spanOf, windowRule } from './window-build.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const ZONES = [
  'UTC',
  'Europe/Bucharest',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
  'Africa/Casablanca',
  'America/Havana',
];
const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const DAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const HOLIDAYS: Holidays = {
  RO: [2025, 2026, 2027, 2028].flatMap((year) =>
    ['01-01', '03-29', '10-25', '12-01', '12-25'].map((day) => ({ date: `${year}-${day}`, name: `holiday ${day}` })),
  ),
};

/** A span as text for the engine, and as a question about one moment for the judge. */
type Piece = {
  readonly text: string;
  readonly zone: string;
  readonly stretches: (around: Temporal.PlainDate) => readonly (readonly [start: number, end: number])[];
};

const read = (wall: Temporal.PlainDateTime, zone: string): number =>
  wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;

function wallAt(date: Temporal.PlainDate, minute: number): Temporal.PlainDateTime {
  return date.toPlainDateTime().add({ minutes: minute });
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function daysAround(date: Temporal.PlainDate, count: number): readonly Temporal.PlainDate[] {
  return Array.from({ length: 2 * count + 1 }, (_, index) => date.add({ days: index - count }));
}

const zone = fc.constantFrom(...ZONES);
const minute = fc.oneof(fc.constantFrom(0, 90, 120, 130, 150, 180, 210, 1_320), fc.integer({ min: 0, max: 1_439 }));
const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });

const weekly: fc.Arbitrary<Piece> = fc
  .record({ zone, days: weekdays, from: minute, to: fc.oneof(minute, fc.constant(1_440)) })
  .map(({ zone: where, days, from, to }) => ({
    text: `${days.map((day) => DAY_NAMES[day - 1]).join(',')} ${clock(from)}-${clock(to)}`,
    zone: where,
    stretches: (around) =>
      daysAround(around, 3)
        .filter((date) => days.includes(date.dayOfWeek))
        .map((date) => [read(wallAt(date, from), where), read(wallAt(date, to > from ? to : to + 1_440), where)]),
  }));

/** Rules that a person can judge by looking at a date. */
const pattern: fc.Arbitrary<{
  readonly rrule: string;
  readonly first: string;
  readonly fits: (date: Temporal.PlainDate) => boolean;
}> = fc.oneof(
  fc.constant({ rrule: 'FREQ=DAILY', first: '2000-01-01', fits: () => true }),
  weekdays.map((days) => ({
    rrule: `FREQ=WEEKLY;BYDAY=${days.map((day) => CODES[day - 1]).join(',')}`,
    first: '2000-01-01',
    fits: (date: Temporal.PlainDate) => days.includes(date.dayOfWeek),
  })),
  fc.integer({ min: 2, max: 9 }).map((interval) => ({
    rrule: `FREQ=DAILY;INTERVAL=${interval}`,
    first: '2025-01-01',
    fits: (date: Temporal.PlainDate) => Temporal.PlainDate.from('2025-01-01').until(date).days % interval === 0,
  })),
  fc
    .record({ interval: fc.integer({ min: 2, max: 4 }), day: fc.integer({ min: 1, max: 7 }) })
    .map(({ interval, day }) => ({
      rrule: `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${CODES[day - 1]}`,
      // A Monday: weeks begin there.
      first: '2025-01-06',
      fits: (date: Temporal.PlainDate) =>
        date.dayOfWeek === day &&
        Math.floor(Temporal.PlainDate.from('2025-01-06').until(date).days / 7) % interval === 0,
    })),
  fc.constantFrom(1, 15, 28, 31, -1).map((day) => ({
    rrule: `FREQ=MONTHLY;BYMONTHDAY=${day}`,
    first: '2000-01-01',
    fits: (date: Temporal.PlainDate) => (day > 0 ? date.day === day : date.day === date.daysInMonth),
  })),
  fc.record({ nth: fc.integer({ min: 1, max: 4 }), day: fc.integer({ min: 1, max: 7 }) }).map(({ nth, day }) => ({
    rrule: `FREQ=MONTHLY;BYDAY=${nth}${CODES[day - 1]}`,
    first: '2000-01-01',
    fits: (date: Temporal.PlainDate) => date.dayOfWeek === day && Math.ceil(date.day / 7) === nth,
  })),
  fc.constant({
    rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    first: '2000-01-01',
    fits: (date: Temporal.PlainDate) => date.month === 2 && date.day === 29,
  }),
);

const recurring: fc.Arbitrary<Piece> = fc
  .record({
    zone,
    pattern,
    start: minute,
    days: fc.integer({ min: 0, max: 2 }),
    minutes: fc.constantFrom(0, 30, 60, 240, 900),
  })
  .map(({ zone: where, pattern: { rrule, first, fits }, start, days, minutes }) => {
    const rest = days === 0 && minutes === 0 ? 60 : minutes;
    const firstDate = Temporal.PlainDate.from(first);
    return {
      text: `${rrule} @${clock(start)} +${days * 1_440 + rest}m from ${first}`,
      zone: where,
      stretches: (around) =>
        daysAround(around, 6)
          .filter((date) => Temporal.PlainDate.compare(date, firstDate) >= 0 && fits(date))
          .map((date) => {
            const wall = wallAt(date, start);
            return [read(wall, where), read(wall.add({ days }), where) + rest * MINUTE];
          }),
    };
  });

const dated: fc.Arbitrary<Piece> = fc
  .record({
    zone,
    day: fc.integer({ min: 0, max: 1_000 }),
    length: fc.integer({ min: 0, max: 40 }),
    times: fc.option(fc.tuple(minute, minute)),
  })
  .map(({ zone: where, day, length, times }) => {
    const from = Temporal.PlainDate.from('2025-06-01').add({ days: day });
    const to = from.add({ days: length });
    const [first, last] =
      times === null
        ? [from.toPlainDateTime(), to.add({ days: 1 }).toPlainDateTime()]
        : [wallAt(from, times[0]), wallAt(to.add({ days: 1 }), times[1])];
    const text =
      times === null ? `${from}..${to}` : `${from}T${clock(times[0])}..${to.add({ days: 1 })}T${clock(times[1])}`;
    return { text, zone: where, stretches: () => [[read(first, where), read(last, where)]] };
  });

const piece = fc.oneof(weekly, recurring, recurring, dated);

type Scene = {
  readonly rule: WindowRule;
  readonly change: Change | null;
  readonly now: number;
  readonly isOpen: (at: number) => boolean;
};

function scenes(): fc.Arbitrary<Scene> {
  return fc
    .record({
      zone,
      allow: fc.array(piece, { maxLength: 3 }),
      deny: fc.array(fc.tuple(piece, fc.boolean()), { maxLength: 3 }),
      holidays: fc.option(zone),
      kind: fc.option(fc.constantFrom('hotfix', 'feat')),
      seed: fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-06-01T00:00Z') }),
      atChange: fc.boolean(),
      offset: fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    })
    .map(({ zone: own, allow, deny, holidays, kind, seed, atChange, offset }) => {
      const there = Temporal.Instant.fromEpochMilliseconds(seed).toZonedDateTimeISO(own);
      const change = atChange ? there.getTimeZoneTransition('next') : null;
      const text = (each: Piece) => `[${each.zone}] ${each.text}`;
      const rule: WindowRule = {
        ...windowRule(own, allow.map(text)),
        deny: deny.map(([each, excepts]) => freeze(own, `${text(each)}${excepts ? ' !hotfix' : ''}`)),
        holidays: holidays === null ? [] : [holidaySpan(holidays)],
      };
      const held = deny.filter(([, excepts]) => !(excepts && kind === 'hotfix')).map(([each]) => each);
      return {
        rule,
        change: kind === null ? null : { authors: [], paths: [], kinds: [kind], commits: 1 },
        now: (change?.epochMilliseconds ?? seed) + offset,
        isOpen: (instant) =>
          (allow.length === 0 || allow.some((each) => covers(each, instant, false))) &&
          !held.some((each) => covers(each, instant, true)) &&
          !(holidays !== null && isHoliday(holidays, instant)),
      };
    });
}

function holidaySpan(timezone: string): HolidaySpan {
  return { timezone, place: 'RO', except: [], calendar: null };
}

/** What closes holds also between ends that a change of the clocks has crossed over. */
function covers({ zone: where, stretches }: Piece, instant: number, closes: boolean): boolean {
  const around = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(where).toPlainDate();
  return stretches(around).some(([start, end]) =>
    closes ? Math.min(start, end) <= instant && instant < Math.max(start, end) : start <= instant && instant < end,
  );
}

function isHoliday(where: string, instant: number): boolean {
  const date = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(where).toPlainDate().toString();
  // A year that is not in the table is closed.
  const isKnown = (HOLIDAYS['RO'] ?? []).some((day) => day.date.startsWith(date.slice(0, 5)));
  return !isKnown || (HOLIDAYS['RO'] ?? []).some((day) => day.date === date);
}

function state({ rule, change }: Scene, now: number): WindowState {
  return windowState(rule, factsAt(now, change));
}

function factsAt(now: number, change: Change | null) {
  return facts({ now, holidays: HOLIDAYS, evidence: { ...NO_EVIDENCE, change } });
}

const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 12, maxLength: 12 });

test('it is open when the judge says so, and until is the first moment at which that differs', () => {
  fc.assert(
    fc.property(scenes(), parts, (scene, sampled) => {
      const { now, isOpen } = scene;
      const { open, since, until } = state(scene, now);
      expect(open).toBe(isOpen(now));
      if (since !== null) {
        expect(since).toBeLessThanOrEqual(now);
        expect(isOpen(since)).toBe(open);
        expect(isOpen(since - 1)).toBe(!open);
      }
      if (until !== null) {
        expect(until).toBeGreaterThan(now);
        expect(isOpen(until - 1)).toBe(open);
        expect(isOpen(until)).toBe(!open);
      }
      // Nothing differs in between, nor for three years where it is said never to.
      const last = until ?? now + 3 * 365 * DAY;
      for (const part of sampled) expect(isOpen(now + Math.floor((last - now) * part))).toBe(open);
      const first = since ?? now - 365 * DAY;
      for (const part of sampled.slice(0, 4)) expect(isOpen(first + Math.floor((now - first) * part))).toBe(open);
    }),
    { numRuns: 400 },
  );
});

test('each moment up to until names the same until, and the next opening and closing follow each other', () => {
  fc.assert(
    fc.property(scenes(), parts, (scene, [part = 0]) => {
      const { now } = scene;
      const present = state(scene, now);
      if (present.until === null) return;
      const between = now + Math.floor((present.until - now) * part);
      expect(state(scene, between)).toMatchObject({ open: present.open, since: present.since, until: present.until });
      const next = state(scene, present.until);
      expect(next).toMatchObject({ open: !present.open, since: present.until });
      expect(present.open ? present.nextClosing : present.nextOpening).toBe(present.until);
      expect(present.open ? present.nextOpening : present.nextClosing).toBe(next.until);
    }),
    { numRuns: 200 },
  );
});

test('what was computed before changes no answer', () => {
  fc.assert(
    fc.property(scenes(), parts, (scene, sampled) => {
      const { now } = scene;
      for (const part of sampled) state(scene, now + Math.floor((part - 0.5) * 4_000 * DAY));
      expect(state(scene, now)).toEqual(state({ ...scene, rule: structuredClone(scene.rule) }, now));
    }),
    { numRuns: 60 },
  );
});

test('one more freeze over now closes it, whatever else there is; a verdict says what the state says', () => {
  fc.assert(
    fc.property(scenes(), (scene) => {
      const { rule, change, now } = scene;
      const date = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO('UTC').toPlainDate().toString();
      const today = closed(spanOf('UTC', `${date}..${date}`));
      expect(state({ ...scene, rule: { ...rule, deny: [...rule.deny, today] } }, now).open).toBe(false);
      const { open, until } = state(scene, now);
      const verdict = evaluateWindow(rule, policyOf('hours', rule), factsAt(now, change));
      expect(verdict).toMatchObject({ status: open ? 'allowed' : until === null ? 'denied' : 'waiting', until });
      expect(verdict.sentence.startsWith('hours: ')).toBe(true);
    }),
    { numRuns: 150 },
  );
});
