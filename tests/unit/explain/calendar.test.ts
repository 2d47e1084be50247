// Days as they are drawn: from the rules that decide, in the zone in which they were written.

import { describe, expect, test } from 'vitest';
import { icsOf } from '../../../engine/cli/ics.ts';
import { calendarLines } from '../../../engine/cli/text/calendar-shown.ts';
import { plainText } from '../../../engine/cli/text/line.ts';
import { calendarJson } from '../../../engine/contract/calendar.ts';
import { type Calendar, calendarOf } from '../../../engine/explain/calendar.ts';
import type { PolicyConfig } from '../../../engine/model/config.ts';
import type { Holidays } from '../../../engine/model/policy-facts.ts';
import type { ReleaseStep } from '../../../engine/model/release-config.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { place } from '../../support/config-builders.ts';
import { ANA, freeze, instant, observedBy, officeHours, Story } from '../../support/observed-builders.ts';

const MONDAY = instant('2026-11-23 00:00');
const DAY = 86_400_000;

function calendar(
  story: Story,
  change: { first?: string; days?: number; now?: number; holidays?: Holidays; steps?: readonly ReleaseStep[] } = {},
): Calendar {
  const { first = '2026-11-23', days = 7, now = instant('2026-11-21 20:00'), holidays = {} } = change;
  const observed = observedBy(story);
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('a story has one environment');
  return calendarOf(environment, observed, now, holidays, {
    first: Temporal.PlainDate.from(first),
    days,
    timezone: 'UTC',
    release: change.steps === undefined ? null : { train: 'fridays', steps: change.steps },
  });
}

const lines = (story: Story, change: Parameters<typeof calendar>[1] = {}) =>
  plainText(calendarLines([calendar(story, change)])).split('\n');

const train: PolicyConfig = {
  name: 'fridays',
  place: place('policies/fridays.yaml'),
  rules: [
    {
      type: 'train',
      place: place('policies/fridays.yaml'),
      timezone: 'Europe/Bucharest',
      departures: [{ type: 'weekly', timezone: 'Europe/Bucharest', days: [5], fromMinute: 600, toMinute: 720 }],
      cutoffMs: null,
      frozenKinds: [],
    },
  ],
  override: null,
};

const gated = (change: Partial<WindowRule> = {}) =>
  new Story().at('2026-11-19 09:00').deployed('v1.4.1').gatedBy(officeHours(change)).offers('v1.4.2');

describe('a calendar', () => {
  test('draws a week with its hours, and the work that waits for them', () => {
    expect(plainText(calendarLines([calendar(gated())]))).toMatchInlineSnapshot(`
      "production  hours in Europe/Bucharest
        Mon 2026-11-23  ·········█████████······  09:00-18:00
                        09:00 v1.4.2 (1264ab1) may go
        Tue 2026-11-24  ·········█████████······  09:00-18:00
        Wed 2026-11-25  ·········█████████······  09:00-18:00
        Thu 2026-11-26  ·········█████████······  09:00-18:00
        Fri 2026-11-27  ·········█████████······  09:00-18:00
        Sat 2026-11-28  ························  closed
        Sun 2026-11-29  ························  closed

      █ open  ▒ open for a part of the hour  · closed; an hour each, from midnight to midnight
      "
    `);
  });

  test('names freezes and holidays on their days, and whose they are', () => {
    const story = gated({
      deny: [
        {
          span: { type: 'dated', timezone: 'Europe/Bucharest', from: '2026-11-25', to: '2026-11-26T12:00' },
          reason: 'stocktaking',
          except: [],
          calendar: null,
        },
      ],
      holidays: [{ timezone: 'Europe/Bucharest', place: 'RO', except: [], calendar: null }],
    });
    const holidays = { RO: [{ date: '2026-11-30', name: 'Saint Andrew' }] };
    const week = lines(story, { first: '2026-11-25', holidays });
    expect(week[1]).toBe('  Wed 2026-11-25  ························  closed');
    expect(week[2]).toBe('                  freeze: stocktaking (business-hours)');
    expect(week[3]).toBe('  Thu 2026-11-26  ············██████······  12:00-18:00');
    expect(week[4]).toBe('                  00:00-12:00 freeze: stocktaking (business-hours)');
    expect(week.find((line) => line.includes('Mon 2026-11-30'))).toContain('closed');
    expect(week.join('\n')).toContain('holiday RO: Saint Andrew (business-hours)');
  });

  test('tells maintenance by its name, and when it is announced', () => {
    const span = { type: 'weekly', timezone: 'UTC', days: [3], fromMinute: 120, toMinute: 360 } as const;
    const story = gated({
      timezone: 'UTC',
      allow: [{ span, noticeMs: 48 * 3_600_000, name: 'index rebuild', calendar: null }],
    });
    const { events } = calendar(story);
    expect(events.filter(({ kind }) => kind === 'maintenance')).toEqual([
      {
        kind: 'maintenance',
        start: instant('2026-11-25 02:00'),
        end: instant('2026-11-25 06:00'),
        policy: 'business-hours',
        name: 'index rebuild',
        noticeAt: instant('2026-11-23 02:00'),
      },
    ]);
    expect(lines(story).join('\n')).toContain(
      '02:00-06:00 maintenance: index rebuild (business-hours), announced from Monday 2026-11-23 02:00 UTC',
    );
  });

  test('takes openings that follow each other for one, whatever they are called', () => {
    const span = (fromMinute: number, toMinute: number, name: string | null) => ({
      span: { type: 'weekly', timezone: 'UTC', days: [1], fromMinute, toMinute } as const,
      noticeMs: null,
      name,
      calendar: null,
    });
    const story = new Story().gatedBy(
      officeHours({ timezone: 'UTC', allow: [span(540, 1_080, null), span(1_080, 1_200, 'late')] }),
    );
    const { open, events } = calendar(story);
    expect(open).toEqual([{ start: instant('2026-11-23 09:00'), end: instant('2026-11-23 20:00') }]);
    expect(events).toMatchObject([{ kind: 'maintenance', name: 'late', start: instant('2026-11-23 18:00') }]);
  });

  test('is open when all are, and names the departures of trains', () => {
    const story = new Story().gatedBy(officeHours(), train);
    const { open, events } = calendar(story);
    expect(open).toEqual([{ start: instant('2026-11-27 08:00'), end: instant('2026-11-27 10:00') }]);
    expect(events.map(({ kind, start }) => [kind, start])).toEqual([['departure', instant('2026-11-27 08:00')]]);
  });

  test('holds nothing where no window does, and says so', () => {
    const story = new Story();
    const [head, first] = lines(story);
    expect(head).toContain('no window holds it');
    expect(first).toBe('  Mon 2026-11-23  ████████████████████████  00:00-24:00');
  });

  test('shows who suspended it, for as long as that lasts', () => {
    const until = instant('2026-11-24 12:00');
    const story = gated().event({ type: 'suspended', reason: 'audit', until }, ANA);
    const { events } = calendar(story);
    expect(events.find(({ kind }) => kind === 'suspended')).toMatchObject({ end: until });
    expect(calendar(story, { now: until }).events.some(({ kind }) => kind === 'suspended')).toBe(false);
    const forGood = gated().event({ type: 'suspended', reason: 'audit', until: null });
    expect(calendarJson([calendar(forGood)], MONDAY, MONDAY + DAY).environments[0]?.events[0]?.until).toBeNull();
  });

  test('keeps to the wall clock when the clocks change', () => {
    const sunday = officeHours({
      allow: [
        {
          span: { type: 'weekly', timezone: 'Europe/Bucharest', days: [7], fromMinute: 0, toMinute: 360 },
          noticeMs: null,
          name: null,
          calendar: null,
        },
      ],
    });
    // 03:00 becomes 04:00 on 2026-03-29; 04:00 comes twice on 2026-10-25.
    const spring = lines(new Story().gatedBy(sunday), { first: '2026-03-29', days: 1 });
    expect(spring[1]).toBe('  Sun 2026-03-29  ███·██··················  00:00-06:00');
    const autumn = lines(new Story().gatedBy(sunday), { first: '2026-10-25', days: 1 });
    expect(autumn[1]).toBe('  Sun 2026-10-25  ██████··················  00:00-06:00');
  });

  test('in JSON holds instants in UTC', () => {
    const json = calendarJson([calendar(gated())], MONDAY, MONDAY + DAY);
    expect(json.environments[0]).toMatchObject({ name: 'production', timezone: 'Europe/Bucharest' });
    expect(json.environments[0]?.open[0]).toEqual({ from: '2026-11-23T07:00:00Z', to: '2026-11-23T16:00:00Z' });
    expect(json.environments[0]?.events).toMatchObject([{ kind: 'work', at: '2026-11-23T07:00:00Z' }]);
  });
});

describe('what does not take place', () => {
  const frozen = (from: string, to: string) =>
    new Story()
      .at('2026-11-19 09:00')
      .deployed('v1.4.1')
      .gatedBy(train, officeHours({ allow: [], deny: [freeze(from, to, 'sale')] }))
      .offers('v1.4.2');
  const events = (story: Story) => calendar(story).events.filter(({ kind }) => kind === 'departure');

  test('names what leads to a train, on the days before it, at its hour', () => {
    const steps = [
      { name: 'branch and changelog', daysBefore: 3 },
      { name: 'staging and regression', daysBefore: 2 },
      { name: 'approval and announcement', daysBefore: 1 },
    ];
    const story = new Story().gatedBy(train);
    const said = lines(story, { steps }).map((text) => text.trim());
    expect(said.filter((text) => /^Mon|^Tue|^Wed|^Thu|step/.test(text))).toMatchInlineSnapshot(`
      [
        "Mon 2026-11-23  ························  closed",
        "Tue 2026-11-24  ························  closed",
        "10:00 step: branch and changelog, for the train of Friday 2026-11-27 10:00 Europe/Bucharest (fridays)",
        "Wed 2026-11-25  ························  closed",
        "10:00 step: staging and regression, for the train of Friday 2026-11-27 10:00 Europe/Bucharest (fridays)",
        "Thu 2026-11-26  ························  closed",
        "10:00 step: approval and announcement, for the train of Friday 2026-11-27 10:00 Europe/Bucharest (fridays)",
      ]
    `);
    // Of a train after the days that are drawn.
    expect(lines(story, { steps, days: 2 }).join('\n')).toContain(
      '10:00 step: branch and changelog, for the train of Friday',
    );
    const told = new Story().gatedBy(
      train,
      officeHours({ allow: [], deny: [freeze('2026-11-27 00:00', '2026-11-28 00:00', 'sale')] }),
    );
    expect(lines(told, { steps }).join('\n')).not.toContain('step');
    const ids = [...icsOf([calendar(story, { steps })], MONDAY, 'x').matchAll(/^UID:(.*)$/gm)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('Y: a train whose boarding lies in a freeze does not leave, and says why', () => {
    const told = frozen('2026-11-26', '2026-11-28');
    const [departure] = events(told);
    expect(departure).toMatchObject({ held: 'business-hours: sale' });
    expect(lines(told).join('\n')).toContain('departure: train (fridays): does not leave (business-hours: sale)');
    const [json] = calendarJson([calendar(told)], MONDAY, MONDAY + 7 * DAY).environments;
    expect(json?.events.find(({ kind }) => kind === 'departure')).toMatchObject({ held: 'business-hours: sale' });
    const ics = icsOf([calendar(told, { first: '2026-11-09', days: 21 })], MONDAY, 'file:///repository');
    const event = ics.split('BEGIN:VEVENT').find((text) => text.includes('departure-fridays-20261127'));
    expect(event).toContain('TRANSP:TRANSPARENT');
    expect(event?.replaceAll(/\r\n /g, '')).toContain('does not leave (business-hours: sale)');
  });

  test('one that a freeze covers in part leaves when it ends', () => {
    const [departure] = events(frozen('2026-11-26', '2026-11-27T11:00'));
    expect(departure).toMatchObject({ start: instant('2026-11-27 09:00'), end: instant('2026-11-27 10:00') });
    expect(departure).not.toHaveProperty('held');
  });

  test('maintenance that another policy freezes is not announced', () => {
    const [night] = officeHours().rules;
    if (night?.type !== 'window') throw new Error('office hours are a window');
    const allow = night.allow.map((open) => ({ ...open, name: 'index rebuild', noticeMs: 48 * 3_600_000 }));
    const closed = {
      ...officeHours({ allow: [], deny: [freeze('2026-11-23', '2026-11-23', 'inventory')] }),
      name: 'stock',
    };
    const told = new Story().gatedBy(officeHours({ allow }), closed).offers('v1.4.2');
    const [monday, tuesday] = calendar(told).events.filter(({ kind }) => kind === 'maintenance');
    expect(monday).toMatchObject({ noticeAt: null, held: 'stock: inventory' });
    expect(tuesday).not.toHaveProperty('held');
  });
});

test("T11: it begins at the environment's own today", () => {
  const zone = 'America/Los_Angeles';
  const [hours] = officeHours({ timezone: zone }).rules;
  if (hours?.type !== 'window') throw new Error('office hours are a window');
  const allow = hours.allow.map((open) => ({ ...open, span: { ...open.span, timezone: zone } }));
  const observed = observedBy(new Story().gatedBy(officeHours({ timezone: zone, allow })).offers('v1.4.2'));
  const [environment] = observed.environments;
  if (environment === undefined) throw new Error('a story has one environment');
  // In Los Angeles it is Monday, 17:00: the day's opening is not over.
  const now = instant('2026-11-24 01:00');
  const today = (timezone: string) =>
    Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate();
  const { from, open } = calendarOf(environment, observed, now, {}, { first: today, days: 7, timezone: 'UTC' });
  expect(from).toBe(instant('2026-11-23 08:00'));
  expect(open[0]).toEqual({ start: instant('2026-11-23 17:00'), end: instant('2026-11-24 02:00') });
});
