// What never opens is found, whatever it is that closes it; what opens once in a while, or for some, is left alone.

import { expect, test } from 'vitest';
import { problemLine } from '../../../engine/base/problem.ts';
import { idleRules } from '../../../engine/explain/idle-rules.ts';
import type { Holidays } from '../../../engine/model/policy-facts.ts';
import { read } from '../config/repository.ts';
import { at } from '../policy/window-build.ts';

const POLICY = 'policies/business-hours.yaml';
const NOW = at('2026-11-21T10:00Z');
const HOLIDAYS: Holidays = {
  RO: ['2025', '2026', '2027', '2028'].flatMap((year) => [
    { date: `${year}-01-01`, name: 'New Year' },
    { date: `${year}-12-25`, name: 'Christmas' },
  ]),
};

function found(policy: string): readonly string[] {
  const { config, problems } = read({ [POLICY]: policy });
  expect(problems).toEqual([]);
  return config === null ? ['no config'] : idleRules(config, HOLIDAYS, NOW).map(problemLine);
}

const NEVER = `${POLICY}:1:1: this window never opens`;

test.each<[string, string, readonly string[]]>([
  ['business hours', 'window: { allow: [{ days: mon-fri, hours: "09:00-18:00" }] }', []],
  ['freezes only', 'window: { deny: [{ from: 2026-11-01, to: 2026-12-01 }] }', []],
  ['a leap day', 'window: { allow: [{ rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29" }] }', []],
  ['a day years ahead', 'window: { allow: [{ date: 2039-05-01 }] }', []],
  [
    'a day years ahead, when holidays are not known yet',
    'window: { allow: [{ date: 2039-05-01 }], holidays: [RO] }',
    [],
  ],
  ['closed to all but hotfixes', 'window: { deny: [{ days: mon-sun, except: [hotfix] }] }', []],
  [
    'denied on every day',
    'window: { deny: [{ days: mon-sun, reason: moving house }] }',
    [`${NEVER} (it is closed by: moving house)`],
  ],
  [
    'denied when it would be open',
    'window: { allow: [{ days: mon-fri }], deny: [{ days: mon-wed }, { days: thu-sun }] }',
    [`${NEVER} (correct \`allow\`)`],
  ],
  [
    'open on holidays only',
    'window: { allow: [{ rrule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25" }], holidays: [RO] }',
    [`${NEVER} (correct \`allow\`)`],
  ],
  [
    'open on a holiday only',
    'window: { allow: [{ date: 2026-12-25 }], holidays: [RO] }',
    [`${NEVER} (correct \`allow\`)`],
  ],
  [
    'over',
    'window: { timezone: Europe/Bucharest, allow: [{ date: 2026-11-01 }] }',
    [
      `${POLICY}:1:1: this window does not open again: it is closed since Monday 2026-11-02 00:00 Europe/Bucharest (correct \`allow\`)`,
    ],
  ],
  ['a train every Friday', 'train: { schedule: [{ days: fri, at: "10:00" }] }', []],
  [
    'trains that have left',
    'train: { schedule: [{ rrule: "FREQ=WEEKLY;BYDAY=FR;UNTIL=20261031", start: "10:00" }] }',
    [
      `${POLICY}:1:1: no train leaves any more: the last one did not later than Friday 2026-10-30 11:00 UTC (correct \`schedule\`)`,
    ],
  ],
])('%s', (_, policy, lines) => {
  expect(found(policy)).toEqual(lines);
});

test('an hour that daylight saving skips in the one week in which it would be open', () => {
  const window = 'window: { timezone: America/Los_Angeles, allow: [{ from: 2027-03-14T02:30, to: 2027-03-14T03:15 }] }';
  expect(found(window)).toEqual([`${NEVER} (correct \`allow\`)`]);
});
