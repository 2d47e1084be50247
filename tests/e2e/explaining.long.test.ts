// The commands that explain, over real git: when something can be, what the calendar holds, what policies would have
// made of history, what cases expect of them, what came of it all.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { CalendarJson } from '../../engine/contract/calendar.ts';
import type { PlanJson } from '../../engine/contract/plan.ts';
import type { SimulateJson } from '../../engine/contract/simulate.ts';
import type { StatsJson } from '../../engine/contract/statistics.ts';
import type { WhenJson } from '../../engine/contract/when.ts';
import { commitFiles, makeBareRepository } from '../support/git-repositories.ts';
import { SATURDAY, Scenario } from '../support/scenario.ts';
import { environmentYaml, OFFICE_HOURS, type Script, startingFiles } from '../support/scenario-files.ts';
import { startTidegate } from '../support/tidegate-program.ts';

let story: Scenario;
afterEach(() => story.end());

const FRIDAY = '2026-11-20T10:00:00Z';
const OPENS = '2026-11-23T07:00:00Z';

describe('when', () => {
  test('goes through a promotion, a soak and a window, and names who can override what is in the way', async () => {
    const production = { follow: '{ promoted: staging }', policies: '[office-hours, soaked]' };
    story = new Scenario(
      { staging: { policies: '[office-hours]' }, production },
      { 'policies/office-hours.yaml': OFFICE_HOURS, 'policies/soaked.yaml': 'soak: { in: staging, for: 10h }\n' },
    );
    await story.tick({ at: FRIDAY });
    // Ten hours later it is night: what has soaked waits for the morning of the next working day.
    const second = story.release('staging', 'two');
    const { environments, version } = await story.json<WhenJson>('when', second, '--at', SATURDAY);
    expect(version.commit).toBe(second);
    const [first, last] = ['staging', 'production'].map((wanted) => environments.find(({ name }) => name === wanted));
    expect(first).toMatchObject({ earliest: OPENS, blockedBy: ['office-hours/window'], overridableBy: ['leads'] });
    expect(last).toMatchObject({ earliest: '2026-11-24T07:00:00Z', after: 'staging' });
    expect(last?.blockedBy).toContain('tidegate/follow');
    const said = await story.run(['when', second, 'staging', '--at', SATURDAY]);
    expect(said.code).toBe(0);
    expect(said.out).toContain('staging  Monday 2026-11-23 09:00 Europe/Bucharest; until then office-hours/window');
    // And there it goes, at the moment that was named and not before.
    await story.tick({ at: '2026-11-23T06:59:00Z' });
    expect(story.live('staging')).toBe('one');
    await story.tick({ at: OPENS });
    expect(story.live('staging')).toBe('two');
    const live = await story.json<WhenJson>('when', second, 'staging', '--at', '2026-11-23T08:00:00Z');
    expect(live.environments[0]).toMatchObject({ live: true, blockedBy: [] });
  });

  test('says what people have to do, and the earliest moment besides; reminders are told when they are due', async () => {
    const approved = 'approval: { require: [{ from: crew, count: 1 }], remind: 4h }\n';
    story = new Scenario(
      { production: { policies: '[office-hours, approved]' } },
      { 'policies/office-hours.yaml': OFFICE_HOURS, 'policies/approved.yaml': approved },
    );
    await story.tick({ at: SATURDAY });
    const { code, out } = await story.run(['when', story.head(), '--at', SATURDAY]);
    expect(code).toBe(1);
    expect(out).toMatch(/not before Monday 2026-11-23 09:00 Europe\/Bucharest; it also needs approved\/approval \(/);
    const json = await story.json<WhenJson>('when', story.head(), 'production', '--at', SATURDAY);
    expect(json.environments[0]).toMatchObject({ earliest: null, notBefore: OPENS, needs: ['approved/approval'] });
    expect(json.environments[0]?.overridableBy).toEqual(['leads', 'crew']);

    const later = ['--at', '2026-11-21T15:00:00Z'];
    expect((await story.why('production', '--at', SATURDAY)).notices).toEqual([]);
    expect((await story.why('production', ...later)).notices).toMatchObject([{ kind: 'remind' }]);
    expect((await story.run(['why', 'production', ...later])).out).toMatch(/\n {2}to be told now: /);
    expect((await story.run(['plan', ...later])).out).toContain('to be told now: ');
    const plan = await story.json<PlanJson>('plan', 'production', ...later);
    expect(plan.notices).toMatchObject([
      { environment: 'production', kind: 'remind', at: expect.stringMatching(/^2026-11-21T14:00:/) },
    ]);
    // Any instant can be asked about, also one long before anything was.
    expect((await story.run(['plan', '--at', '1999-12-31T23:59:59Z'])).code).toBe(0);
  });
});

test('calendar draws the week with a public holiday, and gives it to be subscribed to', async () => {
  const hours = OFFICE_HOURS.replace('override:', '  holidays: [RO]\noverride:');
  story = new Scenario({ production: { policies: '[office-hours]' } }, { 'policies/office-hours.yaml': hours });
  const at = ['--at', '2026-11-30T10:00:00Z'];
  const { code, out } = await story.run(['calendar', 'production', ...at]);
  expect(code).toBe(0);
  expect(out).toContain('  Wed 2026-12-02  ·········█████████······  09:00-18:00\n');
  expect(out).toMatch(/ {2}Tue 2026-12-01 {2}·{24} {2}closed\n +holiday RO: .* \(office-hours\)\n/);
  const { environments } = await story.json<CalendarJson>('calendar', ...at);
  expect(environments[0]?.events.map(({ kind, at: begins }) => [kind, begins])).toContainEqual([
    'holiday',
    '2026-11-30T22:00:00Z',
  ]);
  const ics = (await story.run(['calendar', '--ics', ...at])).out;
  expect(ics).toMatch(/^BEGIN:VCALENDAR\r\n[\s\S]*\r\nEND:VCALENDAR\r\n$/);
  expect(ics).toContain('DTSTART:20261202T070000Z');
  expect((await story.run(['calendar', '--ics', ...at])).out).toBe(ics);
});

describe('simulate', () => {
  const span = ['--from', '2026-11-20', '--to', '2026-11-24'];

  /** A version on Friday at eleven, two on Saturday, one on Monday at eleven. */
  function busy(repository: string): void {
    const release = (text: string, at: string) =>
      commitFiles(
        repository,
        { 'environments/production/app.txt': text },
        { at: Date.parse(at), message: `feat: ${text}` },
      );
    release('b', '2026-11-20T11:00:00Z');
    commitFiles(repository, { 'README.md': 'no input' }, { at: Date.parse('2026-11-20T12:00:00Z') });
    release('c', '2026-11-21T11:00:00Z');
    release('d', '2026-11-21T12:00:00Z');
    release('e', '2026-11-23T11:00:00Z');
  }

  test('tells what the policies would have made of history, and writes nothing', async () => {
    story = new Scenario(
      { production: { policies: '[office-hours]' } },
      { 'policies/office-hours.yaml': OFFICE_HOURS },
    );
    busy(story.repository);
    const refs = story.git('for-each-ref');
    const simulated = await story.json<SimulateJson>('simulate', ...span);
    expect(simulated).toMatchObject({ from: '2026-11-20T00:00:00Z', to: '2026-11-25T00:00:00Z' });
    expect(simulated.decisions.map(({ at, status, outcome, wentAt }) => [at, status, outcome, wentAt])).toEqual([
      ['2026-11-20T09:01:00Z', 'allowed', 'at-once', '2026-11-20T09:01:00Z'],
      ['2026-11-20T11:00:00Z', 'allowed', 'at-once', '2026-11-20T11:00:00Z'],
      ['2026-11-21T11:00:00Z', 'waiting', 'superseded', null],
      ['2026-11-21T12:00:00Z', 'waiting', 'later', OPENS],
      ['2026-11-23T11:00:00Z', 'allowed', 'at-once', '2026-11-23T11:00:00Z'],
    ]);
    expect(simulated.summary).toMatchObject({ allowed: 3, waiting: 2, denied: 0 });
    const said = await story.run(['simulate', 'production', ...span]);
    expect(said.code).toBe(0);
    expect(said.out).toContain('production: 5 versions');
    expect(said.out).toContain('office-hours/window  held 2');
    expect(story.git('for-each-ref')).toBe(refs);
  });

  test('tries the policies of a branch against what the head has', async () => {
    story = new Scenario({ production: {} });
    story.git('branch', 'stricter');
    story.push(
      {
        'environments/production/environment.yaml': environmentYaml('production', story.world, {
          policies: '[office-hours]',
        }),
        'policies/office-hours.yaml': OFFICE_HOURS,
      },
      'Only in office hours',
      'stricter',
    );
    busy(story.repository);
    expect((await story.json<SimulateJson>('simulate', ...span)).summary).toMatchObject({ waiting: 0 });
    const stricter = await story.json<SimulateJson>('simulate', '--policies', 'stricter', ...span);
    expect(stricter.summary).toMatchObject({ waiting: 2, wentLater: 1, superseded: 1 });
    expect(stricter.policies).toEqual({ branch: 'stricter', commit: story.head('stricter') });
    expect((await story.run(['simulate', '--policies', 'no-such'])).code).toBe(64);
  });

  test('takes environments from a branch where the head has none', async () => {
    story = new Scenario({});
    const plain = path.join(story.folder, 'plain.git');
    makeBareRepository(plain);
    commitFiles(plain, { 'environments/production/app.txt': 'a' }, { at: Date.parse('2026-11-19T10:00:00Z') });
    commitFiles(
      plain,
      {
        ...startingFiles(story.world, { production: { policies: '[office-hours]' } }),
        'policies/office-hours.yaml': OFFICE_HOURS,
      },
      { branch: 'gates', at: Date.parse('2026-11-19T11:00:00Z') },
    );
    busy(plain);
    story.url = plain;
    const { summary, decisions } = await story.json<SimulateJson>('simulate', '--policies', 'gates', ...span);
    expect(summary).toMatchObject({ versions: 4, allowed: 2, waiting: 2 });
    expect(new Set(decisions.map(({ environment }) => environment))).toEqual(new Set(['production']));
    expect((await story.run(['simulate', ...span])).code).toBe(2);
  });

  test('replays tags, and what is promoted behind them', async () => {
    const staging = { follow: '{ tags: "v*" }', more: ['paths: [shared]'] };
    const production = { follow: '{ promoted: staging }', policies: '[office-hours]', more: ['paths: [shared]'] };
    story = new Scenario({ staging, production }, { 'policies/office-hours.yaml': OFFICE_HOURS });
    const release = (text: string, at: string) =>
      commitFiles(story.repository, { 'shared/app.txt': text }, { at: Date.parse(at) });
    story.tag('v1.0.0', release('b', '2026-11-20T11:00:00Z'));
    release('c', '2026-11-21T11:00:00Z');
    story.tag('v1.1.0', release('d', '2026-11-21T12:00:00Z'));
    const { decisions } = await story.json<SimulateJson>('simulate', ...span);
    expect(
      decisions.map(({ environment, version, status, wentAt }) => [environment, version.tag, status, wentAt]),
    ).toEqual([
      ['staging', 'v1.0.0', 'allowed', '2026-11-20T11:00:00Z'],
      ['production', 'v1.0.0', 'allowed', '2026-11-20T11:00:00Z'],
      ['staging', 'v1.1.0', 'allowed', '2026-11-21T12:00:00Z'],
      ['production', 'v1.1.0', 'waiting', OPENS],
    ]);
  });
});

test('test runs the cases of a folder, with the real holidays', async () => {
  story = new Scenario({});
  const folder = path.join(story.folder, 'config');
  const files: Record<string, string | Script> = {
    ...startingFiles(story.world, { production: { policies: '[office-hours]' } }),
    'policies/office-hours.yaml': OFFICE_HOURS.replace('override:', '  holidays: [RO]\noverride:'),
    'policies/tests/holidays.yaml': `- name: the national day is a holiday
  environment: production
  at: 2026-12-01T10:00:00Z
  expect: { status: waiting, until: 2026-12-02T07:00:00Z }
- name: the day after is not
  environment: production
  at: 2026-12-02T10:00:00Z
  expect: { status: waiting }
`,
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), typeof text === 'string' ? text : text.text);
  }
  const { code, out } = await startTidegate(['test', 'config'], { directory: story.folder }).ended;
  expect(code).toBe(1);
  expect(out).toContain('  ok    the national day is a holiday\n');
  expect(out).toContain('  FAIL  the day after is not  policies/tests/holidays.yaml:5:3\n');
  expect(out).toContain('status: expected waiting, got allowed');
});

test('an emergency shows in history, show and stats, with what it overrode', async () => {
  story = new Scenario(
    { production: { policies: '[stocktaking]' } },
    {
      'policies/stocktaking.yaml':
        'window: { deny: [{ from: 2020-01-01, to: 2090-01-01, reason: stocktaking }] }\noverride: { by: [leads] }\n',
    },
  );
  await story.run(['deploy', 'production', story.head(), '--emergency', '--reason', 'checkout is down'], { as: 'ana' });
  await story.tick();
  expect(story.live('production')).toBe('one');
  const [run] = await story.history('production');
  expect(run).toMatchObject({ emergency: true, overridden: ['stocktaking/window'], outcome: 'Succeeded' });
  expect((await story.run(['show', 'production-1'])).out).toMatch(/^ *overridden +stocktaking\/window$/m);
  const { environments } = await story.json<StatsJson>('stats', 'production');
  expect(environments[0]).toMatchObject({
    name: 'production',
    runs: 1,
    emergencies: 1,
    overridden: { 'stocktaking/window': 1 },
    outcomes: { Succeeded: 1 },
    leadMs: { of: 1 },
  });
  expect((await story.run(['stats'])).out).toMatch(/overridden +1 stocktaking\/window/);
});
