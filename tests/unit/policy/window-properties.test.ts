// The promise of `until`, held against a scan of every minute that knows nothing of intervals, edges or merging: it
// marks the open minutes of a local week on a board, and asks the board. Times are drawn close to clock changes and
// freezes.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OpenSpan } from '../../../engine/model/rule.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { at, closed, opened, stateOf, verdictOf, windowRule } from './window-build.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const WEEK_MINUTES = 10_080;
const SCAN_DAYS = 4;
const ZONES = [
  'UTC',
  'Europe/Bucharest',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Africa/Cairo',
];

test('until and since are exactly where the minute scan finds the changes', () => {
  fc.assert(
    fc.property(scenes(), ({ rule, now }) => {
      const isOpen = board(rule, now);
      const state = stateOf(rule, now);
      expect(state.open).toBe(isOpen(now));
      if (state.until !== null) expect(state.until).toBeGreaterThan(now);
      if (state.since !== null) expect(state.since).toBeLessThanOrEqual(now);

      const scanned = scan(isOpen, now);
      if (scanned.until !== null) expect(state.until).toBe(scanned.until);
      else if (state.until !== null) expect(state.until).toBeGreaterThan(now + (SCAN_DAYS - 1) * DAY);
      if (scanned.since !== null) expect(state.since).toBe(scanned.since);
      else if (state.since !== null) expect(state.since).toBeLessThan(now - (SCAN_DAYS - 1) * DAY);
    }),
    { numRuns: 400 },
  );
});

test('the answer changes at until and at no moment before, and until then every moment names the same until', () => {
  fc.assert(
    fc.property(scenes(), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), ({ rule, now }, part) => {
      const state = stateOf(rule, now);
      if (state.until === null) {
        // Then it is so for good: asked at any moment ahead it says the same.
        for (const days of [0.5, 1, 6.9, 30, 200, 1_000]) {
          expect(stateOf(rule, now + Math.floor(days * DAY * (part + 0.01)))).toMatchObject({
            open: state.open,
            until: null,
          });
        }
        return;
      }
      expect(stateOf(rule, state.until)).toMatchObject({ open: !state.open, since: state.until });
      const between = now + Math.floor((state.until - now) * part);
      expect(stateOf(rule, between)).toMatchObject({ open: state.open, since: state.since, until: state.until });
    }),
    { numRuns: 300 },
  );
});

test('cutting a span in two where it is open changes nothing', () => {
  fc.assert(
    fc.property(scenes(), fc.nat(1_439), ({ rule, now }, cut) => {
      const allow = rule.allow.flatMap((span) => cutAt(span, cut));
      expect(stateOf({ ...rule, allow }, now)).toEqual(stateOf(rule, now));
    }),
    { numRuns: 300 },
  );
});

test('deny wins over allow, and a verdict says the same as the state', () => {
  fc.assert(
    fc.property(scenes(), ({ rule, now }) => {
      const state = stateOf(rule, now);
      const verdict = verdictOf(rule, 'hours', now);
      expect(verdict.status === 'allowed').toBe(state.open);
      expect(verdict.until).toBe(state.until);
      const minute = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(rule.timezone).toPlainDate();
      const day = minute.toString();
      const today = closed({ type: 'dated', timezone: rule.timezone, from: day, to: day });
      expect(stateOf({ ...rule, deny: [...rule.deny, today] }, now).open).toBe(false);
    }),
    { numRuns: 200 },
  );
});

type Scene = { readonly rule: WindowRule; readonly now: number };

function scenes(): fc.Arbitrary<Scene> {
  const minute = fc.oneof(
    fc.constantFrom(0, 60, 90, 120, 135, 150, 180, 195, 1_320),
    fc.integer({ min: 0, max: 1_439 }),
  );
  const span = fc.record({
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    fromMinute: minute,
    toMinute: fc.oneof(minute, fc.constant(1_440)),
  });
  const freeze = fc.record({
    startDays: fc.integer({ min: -9, max: 9 }),
    days: fc.integer({ min: 0, max: 6 }),
    clock: fc.option(fc.constantFrom('00:00', '01:30', '02:15', '02:30', '03:00', '23:59')),
    reason: fc.option(fc.constant('because')),
  });
  return fc
    .record({
      timezone: fc.constantFrom(...ZONES),
      allow: fc.array(span, { maxLength: 4 }),
      freezes: fc.array(freeze, { maxLength: 2 }),
      seed: fc.integer({ min: at('2024-01-01T00:00Z'), max: at('2031-12-31T00:00Z') }),
      atChange: fc.boolean(),
      offset: fc.integer({ min: -2 * DAY, max: 2 * DAY }),
      whole: fc.boolean(),
    })
    .map(({ timezone, allow, freezes, seed, atChange, offset, whole }) => {
      const there = Temporal.Instant.fromEpochMilliseconds(seed).toZonedDateTimeISO(timezone);
      const change = atChange ? there.getTimeZoneTransition('next') : null;
      const near = (change === null ? seed : change.epochMilliseconds) + offset;
      const now = whole ? near - (near % (30 * MINUTE)) : near;
      const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
      const deny = freezes.map(({ startDays, days, clock, reason }) => {
        const from = today.add({ days: startDays });
        const to = from.add({ days });
        // With a clock the span needs length, or it would be empty.
        return clock === null
          ? closed({ type: 'dated', timezone, from: from.toString(), to: to.toString() }, reason)
          : closed(
              { type: 'dated', timezone, from: `${from}T${clock}`, to: `${to.add({ days: 1 })}T${clock}` },
              reason,
            );
      });
      const opening = allow.map((span) => opened({ type: 'weekly', timezone, ...span }));
      return { now, rule: { ...windowRule(timezone, []), allow: opening, deny } };
    });
}

/**
 * Open or not by minute, from a board of the local week and each run of marked minutes turned into instants on its
 * own.
 */
function board(rule: WindowRule, now: number): (at: number) => boolean {
  const marks = new Uint8Array(WEEK_MINUTES);
  for (const { span } of rule.allow) {
    if (span.type !== 'weekly') continue;
    const { days, fromMinute, toMinute } = span;
    const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1_440 - fromMinute;
    for (const day of days) {
      for (let minute = 0; minute < length; minute++)
        marks[((day - 1) * 1_440 + fromMinute + minute) % WEEK_MINUTES] = 1;
    }
  }
  const always = rule.allow.length === 0 || marks.every((mark) => mark === 1);
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(rule.timezone).toPlainDate();
  const monday = today.subtract({ days: today.dayOfWeek - 1 }).toPlainDateTime();
  const read = (wall: Temporal.PlainDateTime) => wall.toZonedDateTime(rule.timezone).epochMilliseconds;
  const stretches: [number, number][] = [];
  for (let start = -3 * WEEK_MINUTES; !always && start < 3 * WEEK_MINUTES; start++) {
    const marked = (minute: number) => marks[((minute % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES] === 1;
    if (!marked(start) || marked(start - 1)) continue;
    let end = start;
    while (marked(end)) end++;
    stretches.push([read(monday.add({ minutes: start })), read(monday.add({ minutes: end }))]);
  }
  // What one span says by itself holds too, wherever the others end on the wall clock.
  for (const { span } of always ? [] : rule.allow) {
    if (span.type !== 'weekly') continue;
    const { days, fromMinute, toMinute } = span;
    const length = toMinute > fromMinute ? toMinute - fromMinute : toMinute + 1_440 - fromMinute;
    for (const day of days) {
      for (const week of [-3, -2, -1, 0, 1, 2]) {
        const start = week * WEEK_MINUTES + (day - 1) * 1_440 + fromMinute;
        stretches.push([read(monday.add({ minutes: start })), read(monday.add({ minutes: start + length }))]);
      }
    }
  }
  const frozen = rule.deny.flatMap(({ span }): [number, number][] => {
    if (span.type !== 'dated') return [];
    const { from, to } = span;
    return from.includes('T')
      ? [[read(Temporal.PlainDateTime.from(from)), read(Temporal.PlainDateTime.from(to))]]
      : [[dayStart(from, rule.timezone, 0), dayStart(to, rule.timezone, 1)]];
  });
  const inside = (list: readonly [number, number][], instant: number) =>
    list.some(([start, end]) => start <= instant && instant < end);
  return (instant) => (always || inside(stretches, instant)) && !inside(frozen, instant);
}

function dayStart(date: string, zone: string, later: number): number {
  return Temporal.PlainDate.from(date).add({ days: later }).toZonedDateTime(zone).epochMilliseconds;
}

function scan(isOpen: (at: number) => boolean, now: number): { since: number | null; until: number | null } {
  const open = isOpen(now);
  const minute = now - (now % MINUTE);
  const last = SCAN_DAYS * 1_440;
  let until: number | null = null;
  for (let step = 1; step <= last && until === null; step++) {
    if (isOpen(minute + step * MINUTE) !== open) until = minute + step * MINUTE;
  }
  let since: number | null = null;
  for (let step = 0; step <= last && since === null; step++) {
    if (isOpen(minute - step * MINUTE - 1) !== open) since = minute - step * MINUTE;
  }
  return { since, until };
}

function cutAt(open: OpenSpan, cut: number): readonly OpenSpan[] {
  const { span } = open;
  if (span.type !== 'weekly') return [open];
  const inside = span.toMinute > span.fromMinute && span.fromMinute < cut && cut < span.toMinute;
  return inside
    ? [
        { ...open, span: { ...span, toMinute: cut } },
        { ...open, span: { ...span, fromMinute: cut } },
      ]
    : [open];
}
