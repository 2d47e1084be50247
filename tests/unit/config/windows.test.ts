// How windows, trains and calendars are written, and the values that they become: calendars are taken in, every span
// has its zone, and nothing that was written is ignored.

import { describe, expect, test } from 'vitest';
import type { RuleConfig } from '../../../engine/model/rule.ts';
import type { TrainRule } from '../../../engine/policy/rules/train.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { type Files, problems, read } from './repository.ts';

const POLICY = 'policies/business-hours.yaml';
const CALENDAR = 'policies/calendars/shop.yaml';
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

function rule(files: Files): RuleConfig | undefined {
  const { config, problems: found } = read(files);
  expect(found).toEqual([]);
  return config?.policies['business-hours']?.rules[0];
}

function window(text: string, files: Files = {}): WindowRule {
  const found = rule({ ...files, [POLICY]: `window:\n  timezone: Europe/Bucharest\n${text}` });
  if (found?.type !== 'window') throw new Error('no window');
  return found;
}

function train(text: string): TrainRule {
  const found = rule({ [POLICY]: `train:\n${text}` });
  if (found?.type !== 'train') throw new Error('no train');
  return found;
}

const zoned = (span: object) => ({ timezone: 'Europe/Bucharest', ...span });
const recurring = (rrule: string, first: string, durationMs: number) =>
  zoned({ type: 'recurring', rrule, first, durationMs });

describe('what opens', () => {
  test.each<[string, object]>([
    [
      '{ days: mon-fri, hours: "09:00-18:00" }',
      zoned({ type: 'weekly', days: [1, 2, 3, 4, 5], fromMinute: 540, toMinute: 1_080 }),
    ],
    [
      '{ rrule: "FREQ=MONTHLY;BYDAY=1SU", start: "02:00", duration: 4h }',
      recurring('FREQ=MONTHLY;BYDAY=1SU', '2000-01-01T02:00', 4 * 3_600_000),
    ],
    [
      '{ rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start: "9:30", duration: 90m, from: 2026-01-06 }',
      recurring('FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', '2026-01-06T09:30', 90 * 60_000),
    ],
    // Without a start it is the whole day; blanks and small letters are people's.
    [
      '{ rrule: "freq=monthly; bymonthday=-1" }',
      recurring('FREQ=MONTHLY;BYMONTHDAY=-1', '2000-01-01T00:00', 86_400_000),
    ],
    [
      '{ rrule: "FREQ=DAILY;UNTIL=20261231", duration: 1h }',
      recurring('FREQ=DAILY;UNTIL=20261231', '2000-01-01T00:00', 3_600_000),
    ],
    [
      '{ from: 2026-12-01, to: 2026-12-02T12:00 }',
      zoned({ type: 'dated', from: '2026-12-01', to: '2026-12-02T12:00' }),
    ],
    ['{ date: 2026-12-01 }', zoned({ type: 'dated', from: '2026-12-01', to: '2026-12-01' })],
  ])('%s', (text, span) => {
    expect(window(`  allow: [${text}]\n`).allow).toEqual([{ span, noticeMs: null, name: null, calendar: null }]);
  });

  test('with a notice and a name; a reason names it too', () => {
    const text =
      '  allow:\n    - { rrule: "FREQ=DAILY", start: "02:00", duration: 1h, notice: 48h, name: maintenance }\n    - { date: 2026-12-01, reason: launch }\n';
    expect(window(text).allow).toMatchObject([
      { noticeMs: 48 * 3_600_000, name: 'maintenance' },
      { noticeMs: null, name: 'launch' },
    ]);
  });
});

describe('what closes', () => {
  test('spans of every form, with reasons and exceptions', () => {
    const text = `  deny:
    - { from: 2026-12-19, to: 2027-01-04, reason: year-end freeze, except: [hotfix, security] }
    - { days: fri, hours: "16:00-24:00" }
    - { rrule: "FREQ=MONTHLY;BYMONTHDAY=-1", reason: closing the books }
    - { date: 2026-11-27, reason: fair }
`;
    expect(window(text).deny).toEqual([
      {
        span: zoned({ type: 'dated', from: '2026-12-19', to: '2027-01-04' }),
        reason: 'year-end freeze',
        except: ['hotfix', 'security'],
        calendar: null,
      },
      {
        span: zoned({ type: 'weekly', days: [5], fromMinute: 960, toMinute: 1_440 }),
        reason: null,
        except: [],
        calendar: null,
      },
      {
        span: recurring('FREQ=MONTHLY;BYMONTHDAY=-1', '2000-01-01T00:00', 86_400_000),
        reason: 'closing the books',
        except: [],
        calendar: null,
      },
      {
        span: zoned({ type: 'dated', from: '2026-11-27', to: '2026-11-27' }),
        reason: 'fair',
        except: [],
        calendar: null,
      },
    ]);
  });

  test('Norway is no negation', () => {
    expect(window('  holidays: [NO]\n').holidays).toMatchObject([{ place: 'NO' }]);
  });

  test('public holidays of countries and regions', () => {
    expect(window('  holidays: [RO, { in: US-CA, except: [hotfix] }]\n').holidays).toEqual([
      zoned({ place: 'RO', except: [], calendar: null }),
      zoned({ place: 'US-CA', except: ['hotfix'], calendar: null }),
    ]);
  });
});

describe('a calendar', () => {
  const SHOP = `description: When the shop must not change
timezone: America/Los_Angeles
holidays: [US-CA, { in: US, except: [docs] }]
closed:
  - { date: 2026-11-27, reason: black friday, except: [fix] }
  - { days: sun }
open:
  - { date: 2026-11-28, name: inventory, notice: 24h }
`;
  const there = (span: object) => ({ timezone: 'America/Los_Angeles', ...span });
  const friday = there({ type: 'dated', from: '2026-11-27', to: '2026-11-27' });
  const sundays = there({ type: 'weekly', days: [7], fromMinute: 0, toMinute: 1_440 });

  test('named under `deny` closes with all that it closes; exceptions add up', () => {
    const { deny, holidays } = window('  deny: [{ calendar: shop, except: [hotfix] }]\n', { [CALENDAR]: SHOP });
    expect(deny).toEqual([
      { span: friday, reason: 'black friday', except: ['fix', 'hotfix'], calendar: 'shop' },
      { span: sundays, reason: null, except: ['hotfix'], calendar: 'shop' },
    ]);
    expect(holidays).toEqual([
      there({ place: 'US-CA', except: ['hotfix'], calendar: 'shop' }),
      there({ place: 'US', except: ['docs', 'hotfix'], calendar: 'shop' }),
    ]);
  });

  test('named under `holidays` is the same', () => {
    const files = { [CALENDAR]: SHOP };
    const named = window('  holidays: [{ in: shop, except: [hotfix] }]\n', files);
    const denied = window('  deny: [{ calendar: shop, except: [hotfix] }]\n', files);
    expect([named.deny, named.holidays]).toEqual([denied.deny, denied.holidays]);
  });

  test('named under `allow` opens; a notice is for spans that have none', () => {
    const { allow } = window('  allow: [{ calendar: shop, notice: 48h }]\n', { [CALENDAR]: SHOP });
    expect(allow).toEqual([
      {
        span: there({ type: 'dated', from: '2026-11-28', to: '2026-11-28' }),
        noticeMs: 48 * 3_600_000,
        name: 'inventory',
        calendar: 'shop',
      },
    ]);
  });

  test('without a zone is in that of the window', () => {
    const { deny } = window('  deny: [{ calendar: shop }]\n', { [CALENDAR]: 'closed: [{ date: 2026-11-27 }]\n' });
    expect(deny[0]?.span.timezone).toBe('Europe/Bucharest');
  });

  test('that opens nothing does not open at all times', () => {
    const { allow } = window('  allow: [{ calendar: shop }]\n', { [CALENDAR]: 'holidays: [RO]\n' });
    expect(allow).toMatchObject([{ span: { type: 'weekly', days: [] } }]);
  });

  test('that is broken closes the window, and stops the environment with its own mistake', () => {
    const { config, environments } = read({
      [POLICY]: 'window: { deny: [{ calendar: shop }] }\n',
      [CALENDAR]: 'closed: [{ date: 2026-02-30 }]\n',
    });
    expect(config?.policies['business-hours']?.rules).toMatchObject([
      { deny: [{ span: { type: 'weekly', days: EVERY_DAY }, reason: 'the calendar shop cannot be read' }] },
    ]);
    expect(environments['production']?.gate.map(({ message }) => message)).toEqual(['there is no day 2026-02-30']);
    expect(config?.environments['production']).toBeUndefined();
  });

  test('that changes is a change of the policy that names it', () => {
    const one = window('  holidays: [shop]\n', { [CALENDAR]: 'holidays: [RO]\n' });
    const other = window('  holidays: [shop]\n', { [CALENDAR]: 'holidays: [RO, BG]\n' });
    expect(JSON.stringify(one)).not.toBe(JSON.stringify(other));
  });
});

describe('a train', () => {
  test('on days at a time', () => {
    expect(train('  timezone: Europe/Bucharest\n  schedule: [{ days: "tue,fri", at: "10:00" }]\n')).toEqual({
      type: 'train',
      place: { file: POLICY, line: 1, column: 1 },
      timezone: 'Europe/Bucharest',
      departures: [recurring('FREQ=WEEKLY;BYDAY=TU,FR', '2000-01-01T10:00', 3_600_000)],
      cutoffMs: null,
      frozenKinds: ['feat'],
    });
  });

  test('by a rule, with boarding and a freeze of its own', () => {
    const text =
      '  schedule: [{ rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start: "10:00", from: 2026-01-06 }]\n  boarding: 30m\n  cutoff: 3d\n  features: [feat, refactor]\n';
    expect(train(text)).toMatchObject({
      timezone: 'UTC',
      departures: [
        {
          timezone: 'UTC',
          rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU',
          first: '2026-01-06T10:00',
          durationMs: 30 * 60_000,
        },
      ],
      cutoffMs: 3 * 86_400_000,
      frozenKinds: ['feat', 'refactor'],
    });
  });
});

/** The problems that the window with this line has, without its place. */
function mistakes(line: string, files: Files = {}): readonly string[] {
  const text = `window:\n  ${line}\n`;
  return problems({ ...files, [POLICY]: text }).map((problem) => problem.replace(`${POLICY}:2:`, ''));
}

describe('mistakes', () => {
  test.each<[string, string]>([
    [
      'allow: [{ start: "02:00" }]',
      '11: `start` belongs to an `rrule` (write `days` and `hours`, an `rrule` with `start` and `duration`, a `date`, or `from` and `to`)',
    ],
    [
      'allow: [{ name: launch }]',
      '11: this names no time (write `days` and `hours`, an `rrule` with `start` and `duration`, a `date`, or `from` and `to`)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY", hours: "09:00-10:00" }]',
      '41: `hours` cannot stand with `rrule` (a rule has `start`, `duration` and `from`; its end is `UNTIL=` within the rule)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY", to: 2026-12-01 }]',
      '38: `to` cannot stand with `rrule` (a rule has `start`, `duration` and `from`; its end is `UNTIL=` within the rule)',
    ],
    [
      'deny: [{ date: 2026-12-01, to: 2026-12-02 }]',
      '34: `to` cannot stand with `date` (a `date` is the whole day; for a part of it write `from` and `to` with times)',
    ],
    [
      'deny: [{ days: sat, from: 2026-12-01, to: 2026-12-02 }]',
      '18: `days` cannot stand with `from` (it goes from one moment to another; for times of day write 2026-12-19T14:00)',
    ],
    ['deny: [{ from: 2026-12-01 }]', '10: `to` is missing (a span goes `from` one moment `to` another)'],
    [
      'allow: [{ rrule: "FREQ=DAILY", start: "02:00" }]',
      '41: it begins at a time, but nothing says how long it lasts (add `duration: 4h`)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY", start: "02:00", duration: 10s }]',
      '60: this is shorter than a minute (write a minute or more)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY", duration: 53w }]',
      '44: this is longer than a year (write `from` and `to` instead)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY", from: 2026-01-06T10:00 }]',
      '40: the time of a rule is its `start` (write a date here)',
    ],
    [
      'allow: [{ rrule: "FREQ=WEEKLY;BYDAY=MO", from: 2026-02-30 }]',
      '50: there is no day 2026-02-30 (correct the date)',
    ],
    [
      'allow: [{ rrule: "RRULE:FREQ=DAILY" }]',
      '20: only the rule itself belongs here (write "FREQ=MONTHLY;BYDAY=1SU"; where it begins is `from`)',
    ],
    [
      'allow: [{ rrule: "BYDAY=MO" }]',
      '20: this rule has no FREQ (begin it with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY)',
    ],
    ['allow: [{ rrule: "FREQ=HOURLY" }]', '20: `FREQ=HOURLY` does not fit (write DAILY, WEEKLY, MONTHLY or YEARLY)'],
    [
      'allow: [{ rrule: "FREQ=DAILY;BYHOUR=2" }]',
      '20: `BYHOUR` does not belong into this rule (write the time of day as `start: "02:00"`)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY;BYDAYS=MO" }]',
      '20: `BYDAYS` is no part of a recurrence rule (did you mean `BYDAY`?)',
    ],
    ['allow: [{ rrule: "FREQ=DAILY;FREQ=DAILY" }]', '20: `FREQ` stands in the rule twice (keep one of them)'],
    [
      'allow: [{ rrule: "FREQ=MONTHLY;BYMONTHDAY=1,32" }]',
      '20: `BYMONTHDAY=32` does not fit (write days of the month such as 1,15 or -1)',
    ],
    ['allow: [{ rrule: "FREQ=MONTHLY;BYDAY=1SO" }]', '20: `BYDAY=1SO` does not fit (write days such as MO,FR or 1SU)'],
    [
      'allow: [{ rrule: "FREQ=DAILY;COUNT=2;UNTIL=20261231", from: 2026-01-06 }]',
      '20: COUNT and UNTIL cannot stand together (keep one of them)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY;COUNT=2000", from: 2026-01-06 }]',
      '20: this comes more than 1000 times (write UNTIL instead)',
    ],
    [
      'allow: [{ rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU" }]',
      '20: nothing says from which day INTERVAL counts (add `from: 2026-01-06`, a day on which it comes)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY;COUNT=3" }]',
      '20: nothing says from which day COUNT counts (add `from: 2026-01-06`, a day on which it comes)',
    ],
    [
      'allow: [{ rrule: "FREQ=WEEKLY" }]',
      '20: nothing says on which day this comes (add BYDAY or BYMONTHDAY to the rule, or `from:` with a day on which it comes)',
    ],
    [
      'allow: [{ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }]',
      '20: this rule never happens (it has no day in the 40 years from its beginning: correct its parts)',
    ],
    [
      'allow: [{ rrule: "FREQ=DAILY;UNTIL=20251231", from: 2026-01-06 }]',
      '20: this rule never happens (it has no day in the 40 years from its beginning: correct its parts)',
    ],
    [
      'allow: [{ rrule: "FREQ=WEEKLY;BYMONTHDAY=3" }]',
      '20: this rule cannot be read: BYMONTHDAY MUST NOT be used when FREQ is WEEKLY (see RFC 5545, 3.3.10)',
    ],
    [
      'holidays: [XX]',
      '14: no public holidays are known for `XX` (write a country as two letters of ISO 3166 (RO), a region (US-CA), or the name of a calendar)',
    ],
    ['holidays: [UK]', '14: no public holidays are known for `UK` (did you mean `GB`?)'],
    ['holidays: [us-ca]', '14: there is no calendar `us-ca` (did you mean `US-CA`?)'],
    ['holidays: [ro]', '14: there is no calendar `ro` (did you mean `RO`?)'],
    ['holidays: [US-CAL]', '14: no public holidays are known for `US-CAL` (did you mean `US-AL`?)'],
    ['holidays: [RO-B]', '14: no public holidays are known for `RO-B` (`RO` has no regions here: write `RO`)'],
    [
      'holidays: [{ in: XX }]',
      '20: no public holidays are known for `XX` (write a country as two letters of ISO 3166 (RO), a region (US-CA), or the name of a calendar)',
    ],
    ['deny: [{ calendar: shop }]', '22: there is no calendar `shop` (add policies/calendars/shop.yaml)'],
    [
      'deny: [{ date: 2026-12-01, except: [Hot Fix] }]',
      '39: `Hot Fix` does not fit (write a kind of change such as fix or hotfix)',
    ],
  ])('%s', (line, problem) => {
    expect(mistakes(line)).toEqual([problem]);
  });

  test('more spans than anybody reads', () => {
    const many = Array.from({ length: 201 }, () => '{ date: 2026-12-01 }').join(', ');
    expect(mistakes(`deny: [${many}]`)).toEqual([
      '9: this list has more than 200 items (closed in these spans, whatever `allow` says)',
    ]);
  });

  test('an unknown calendar, where another is near', () => {
    const found = mistakes('deny: [{ calendar: shap }]', { [CALENDAR]: 'holidays: [RO]\n' });
    expect(found).toEqual([
      '22: there is no calendar `shap` (did you mean `shop`?)',
      `${CALENDAR}:1:1: no policy uses this calendar (name it in a \`window\` (\`deny: [{ calendar: shop }]\`), or remove the file)`,
    ]);
  });

  test('keys beside a calendar that it has itself', () => {
    expect(mistakes('deny: [{ calendar: shop, reason: fair }]', { [CALENDAR]: 'holidays: [RO]\n' })).toEqual([
      '36: `reason` cannot stand with `calendar` (its spans are in policies/calendars/shop.yaml)',
    ]);
  });

  const used = { [POLICY]: 'window: { deny: [{ calendar: shop }] }\n' };

  test.each<[string, string]>([
    ['description: nothing\n', '1:1: this calendar is empty (add `holidays`, `closed` or `open`)'],
    [
      'timezone: Europe/Bucarest\nholidays: [RO]\n',
      '1:11: there is no time zone `Europe/Bucarest` (did you mean `Europe/Bucharest`?)',
    ],
    [
      'holidays: [shop]\n',
      '1:12: no public holidays are known for `shop` (write a country as two letters of ISO 3166 (RO), a region (US-CA), or the name of a calendar)',
    ],
    ['close: [{ date: 2026-12-01 }]\n', '1:1: unknown key `close` (did you mean `closed`?)'],
    [
      'closed: [{ calendar: other }]\n',
      '1:12: unknown key `calendar` (the keys here are: days, hours, rrule, start, from, duration, to, date, reason, except)',
    ],
  ])('in a calendar: %j', (text, problem) => {
    expect(problems({ ...used, [CALENDAR]: text })).toEqual([`${CALENDAR}:${problem}`]);
  });

  test('a name that no calendar can have', () => {
    const found = problems({ 'policies/calendars/Black Friday.yaml': 'holidays: [RO]\n' });
    expect(found[0]).toContain('`Black Friday` cannot be the name of a calendar');
  });

  test.each<[string, string]>([
    ['schedule: []', '13: this list is empty (when trains leave)'],
    ['schedule: [{ days: fri }]', '14: `at` is missing (add `at:` – the local time at which it leaves)'],
    ['schedule: [{ days: fri, at: "25:00" }]', '31: `25:00` does not fit (write a time of day such as "10:00")'],
    ['schedule: [{ days: fry, at: "10:00" }]', '22: `fry` is no day of the week (did you mean `fri`?)'],
    [
      '{ schedule: [{ days: fri, at: "10:00" }], features: [feat] }',
      '45: features are held back from a cut-off only (add `cutoff: 3d`)',
    ],
    [
      'schedule: [{ rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start: "10:00" }]',
      '23: nothing says from which day INTERVAL counts (add `from: 2026-01-06`, a day on which it comes)',
    ],
  ])('in a train: %s', (line, problem) => {
    expect(problems({ [POLICY]: `train:\n  ${line}\n` })).toEqual([`${POLICY}:2:${problem}`]);
  });

  test('a train in the words from before 0.1.0, each named once', () => {
    expect(problems({ [POLICY]: 'train:\n  departs: [{ days: fri, at: "10:00" }]\n  freeze: 3d\n' })).toEqual([
      `${POLICY}:2:3: unknown key \`departs\` (it is called \`schedule\`)`,
      `${POLICY}:3:3: unknown key \`freeze\` (it is called \`cutoff\`)`,
    ]);
  });
});
