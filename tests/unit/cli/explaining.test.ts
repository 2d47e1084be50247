// The commands that explain, as typed: what they print, and what they end with.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SimulateJson } from '../../../engine/contract/simulate.ts';
import type { SimulationAsk, SimulationEnd } from '../../../engine/controller/commands/commands.ts';
import type { Decision } from '../../../engine/explain/simulate-lane.ts';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, officeHours, Story, version } from '../../support/observed-builders.ts';
import { SOUND } from '../config/repository.ts';

const SATURDAY = instant('2026-11-21 20:00');
const gated = () => new Story().at('2026-11-19 09:00').deployed('v1.4.1').gatedBy(officeHours()).offers('v1.4.2');

describe('when', () => {
  const commands = () => fakeCommands({ stories: [gated(), new Story('staging').offers('v1.4.2')], now: SATURDAY });

  test('ends with 0 where every environment has a moment, and says which', async () => {
    const { exit, out } = await tidegate('when v1.4.2', { commands: commands() });
    expect(exit).toBe(0);
    expect(out).toContain('production  Monday 2026-11-23 09:00 Europe/Bucharest');
    expect(out).toContain('staging     now: ');
  });

  test('asks about one environment only, where one is named', async () => {
    const { exit, out } = await tidegate('when v1.4.2 staging --json', { commands: commands() });
    expect(exit).toBe(0);
    const { environments } = JSON.parse(out) as { environments: readonly { name: string; earliest: string }[] };
    expect(environments.map(({ name, earliest }) => [name, earliest])).toEqual([['staging', '2026-11-21T20:00:00Z']]);
  });

  test('ends with 1 where people have to act first', async () => {
    const stories = [gated().event({ type: 'suspended', reason: 'audit', until: null })];
    const { exit, out } = await tidegate('when v1.4.2', { commands: fakeCommands({ stories, now: SATURDAY }) });
    expect(exit).toBe(1);
    expect(out).toContain('not before Monday 2026-11-23 09:00 Europe/Bucharest; it also needs tidegate/suspended');
  });

  test('does not know environments and versions that are not there', async () => {
    expect((await tidegate('when v1.4.2 prod', { commands: commands() })).exit).toBe(64);
    expect((await tidegate('when v9.9.9', { commands: commands() })).exit).toBe(64);
  });
});

describe('test', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'tidegate-test-'));
    for (const [file, text] of Object.entries(SOUND)) await write(file, text);
  });
  afterEach(async () => await rm(directory, { recursive: true }));

  async function write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), text);
  }

  const oneCase = (status: string) =>
    `- { name: a Saturday, policy: business-hours, at: 2026-11-21T14:30:00Z, expect: { status: ${status} } }\n`;

  test('ends with 0 where all are as expected, 1 where one is not, 2 where files have problems', async () => {
    await write('policies/tests/hours.yaml', oneCase('waiting'));
    expect(await tidegate('test', { directory })).toMatchObject({
      exit: 0,
      out: expect.stringContaining('1 case passed'),
    });
    await write('policies/tests/hours.yaml', oneCase('allowed'));
    const failed = await tidegate('test', { directory });
    expect(failed).toMatchObject({ exit: 1, out: expect.stringContaining('FAIL  a Saturday') });
    await write('policies/tests/hours.yaml', oneCase('maybe'));
    const broken = await tidegate('test --json', { directory });
    expect(broken.exit).toBe(2);
    expect(JSON.parse(broken.out)).toMatchObject({
      problems: [{ file: 'policies/tests/hours.yaml', line: 1 }],
      tests: [],
    });
    expect((await tidegate('check', { directory })).exit).toBe(2);
  });

  test('says where to write cases while there are none, and refuses what is no folder', async () => {
    expect(await tidegate('test', { directory })).toMatchObject({
      exit: 0,
      out: 'no policy tests: write cases into policies/tests/<name>.yaml\n',
    });
    expect((await tidegate('test nowhere', { directory })).exit).toBe(64);
  });

  test('asks for the holidays that policies name, and not otherwise', async () => {
    const holidays = { RO: [{ date: '2026-12-01', name: 'National Day' }] };
    await write('policies/business-hours.yaml', 'window: { allow: [{ days: mon-fri }], holidays: [RO] }\n');
    await write(
      'policies/tests/hours.yaml',
      '- { name: one, policy: business-hours, at: 2026-12-01T10:00:00Z, expect: { says: National Day } }\n',
    );
    expect(await tidegate('test', { directory, holidays })).toMatchObject({ exit: 0 });
  });
});

describe('stats', () => {
  const story = () =>
    new Story()
      .at('2026-11-19 09:00')
      .deployed('v1.4.1')
      .at('2026-11-20 09:00')
      .deployed('v1.4.2', { emergency: true });

  test('counts the last ninety days, or the days that are typed, both included', async () => {
    const commands = () => fakeCommands({ stories: [story()], now: SATURDAY });
    const all = JSON.parse((await tidegate('stats --json', { commands: commands() })).out);
    expect(all).toMatchObject({
      to: '2026-11-21T20:00:00Z',
      environments: [{ name: 'production', runs: 2, emergencies: 1 }],
    });
    const day = await tidegate('stats production --from 2026-11-20 --to 2026-11-20 --json', { commands: commands() });
    expect(JSON.parse(day.out)).toMatchObject({
      from: '2026-11-20T00:00:00Z',
      to: '2026-11-21T00:00:00Z',
      environments: [{ runs: 1 }],
    });
    expect((await tidegate('stats --from 2026-11-20', { commands: commands() })).out).toContain('production: 1 run\n');
  });

  test('takes the time of commits for lead times, where it is known', async () => {
    const committed = new Map([[version('v1.4.2').commit, instant('2026-11-20 08:00')]]);
    const { out } = await tidegate('stats', {
      commands: fakeCommands({ stories: [story()], now: SATURDAY, committed }),
    });
    expect(out).toMatch(/lead time +1 h 3 s \(median\)/);
  });

  test('refuses a stretch that ends before it begins, and what is no day', async () => {
    const commands = fakeCommands({ stories: [story()], now: SATURDAY });
    expect((await tidegate('stats --from 2026-11-22 --to 2026-11-20', { commands })).exit).toBe(64);
    expect((await tidegate('stats --from 2026-11-31', { commands })).err).toContain('--from 2026-11-31 is no day');
    expect((await tidegate('stats --to yesterday', { commands })).err).toContain('--to "yesterday" is not an instant');
  });
});

describe('simulate', () => {
  const decision: Decision = {
    at: SATURDAY,
    environment: 'production',
    version: version('v1.4.2'),
    status: 'waiting',
    until: SATURDAY + 1_000,
    rules: [],
    outcome: 'later',
    wentAt: SATURDAY + 1_000,
    supersededBy: null,
    needed: [],
  };
  const simulated = () =>
    ({
      type: 'simulated',
      environments: ['production', 'staging'],
      policies: { branch: 'main', commit: version('head').commit },
      timezone: 'UTC',
      notes: ['branch x is not there'],
    }) as const;
  const commands = (decisions: readonly Decision[] = [decision, decision]) =>
    fakeCommands({ stories: [], now: SATURDAY, decisions, simulated });

  test('prints decisions one by one, and the whole is one JSON value that holds the contract', async () => {
    const { exit, out } = await tidegate('simulate --from 2026-11-01 --to 2026-11-30 --json', { commands: commands() });
    expect(exit).toBe(0);
    const json = JSON.parse(out) as SimulateJson;
    expect(json).toMatchObject({
      from: '2026-11-01T00:00:00Z',
      to: '2026-12-01T00:00:00Z',
      summary: { allowed: 0, waiting: 2, denied: 0, waited: { median: 1_000 } },
      policies: { branch: 'main' },
      notes: ['branch x is not there'],
    });
    expect(json.decisions).toHaveLength(2);
    expect(json.environments.map(({ name, versions }) => [name, versions])).toEqual([
      ['production', 2],
      ['staging', 0],
    ]);
  });

  test('without a decision it is one all the same', async () => {
    const { out } = await tidegate('simulate --json', { commands: commands([]), now: SATURDAY });
    expect(JSON.parse(out)).toMatchObject({ from: '2025-11-21T20:00:00Z', to: '2026-11-21T20:00:00Z', decisions: [] });
  });

  test('asks for what was typed', async () => {
    const asks: SimulationAsk[] = [];
    const asking = fakeCommands({
      stories: [],
      now: SATURDAY,
      simulated: (ask) => {
        asks.push(ask);
        return simulated();
      },
    });
    const line = 'simulate production --policies stricter --from 2026-01-01T00:00:00+02:00 --at 2026-11-21T20:00:00Z';
    const { out } = await tidegate(line, { commands: asking });
    expect(asks).toEqual([
      { from: instant('2025-12-31 22:00'), to: SATURDAY, policies: 'stricter', environment: 'production' },
    ]);
    expect(out).toContain('production: 0 versions');
  });

  test('says what is not there, and which problems stand in the way', async () => {
    const ending = (end: SimulationEnd) => fakeCommands({ stories: [], now: SATURDAY, simulated: () => end });
    const told = async (end: SimulationEnd) => tidegate('simulate prod --policies x', { commands: ending(end) });
    expect(await told({ type: 'unknown-branch' })).toMatchObject({ exit: 64 });
    const misspelt = await told({ type: 'unknown-environment', names: ['production'] });
    expect(misspelt).toMatchObject({ exit: 64, err: expect.stringContaining('there is no environment prod') });
    expect(await told({ type: 'problems', problems: [] })).toMatchObject({ exit: 2 });
  });
});

describe('calendar', () => {
  const commands = (now = SATURDAY) => fakeCommands({ stories: [gated()], now });

  test('shows seven days from today, the whole week, or as many as are typed', async () => {
    const days = async (line: string) => {
      const { out } = await tidegate(line, { commands: commands() });
      return [...out.matchAll(/^ {2}\w{3} (\d{4}-\d{2}-\d{2})/gm)].map(([, day]) => day);
    };
    const week = ['21', '22', '23', '24', '25', '26', '27'].map((day) => `2026-11-${day}`);
    expect(await days('calendar production')).toEqual(week);
    expect((await days('calendar --week'))[0]).toBe('2026-11-16');
    expect(await days('calendar --days 2 --from 2026-12-01')).toEqual(['2026-12-01', '2026-12-02']);
    expect((await tidegate('calendar --days 0', { commands: commands() })).exit).toBe(64);
    expect((await tidegate('calendar --week --days 3', { commands: commands() })).exit).toBe(64);
    expect((await tidegate('calendar --from 2026-02-30', { commands: commands() })).exit).toBe(64);
  });

  test('in JSON holds the contract', async () => {
    const { out } = await tidegate('calendar production --json', { commands: commands() });
    expect(JSON.parse(out)).toMatchObject({
      from: '2026-11-21T00:00:00Z',
      to: '2026-11-28T00:00:00Z',
      environments: [
        { name: 'production', timezone: 'Europe/Bucharest', open: [{ from: '2026-11-23T07:00:00Z' }, {}, {}, {}, {}] },
      ],
    });
  });

  test('as iCalendar can be subscribed to: the same to the byte, and a day later the same events', async () => {
    const ics = async (now: number) => (await tidegate('calendar production --ics', { commands: commands(now) })).out;
    const today = await ics(SATURDAY);
    expect(await ics(SATURDAY)).toBe(today);
    for (const line of today.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(today).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n/);
    expect(today).toMatch(/\r\nEND:VCALENDAR\r\n$/);
    expect(today).toContain('\r\nX-WR-CALNAME:Tidegate: production\r\n');
    expect(today).toContain('\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n');
    expect(today).toContain('\r\nDTSTAMP:20261121T200000Z\r\n');
    expect(today).toContain(
      '\r\nDTSTART:20261123T070000Z\r\nDTEND:20261123T160000Z\r\nSUMMARY:production: open\r\nTRANSP:TRANSPARENT\r\n',
    );
    const uids = (text: string) => [...text.matchAll(/^UID:(.*)\r$/gm)].map(([, uid = '']) => uid);
    const now = uids(today);
    expect(now.length).toBeGreaterThan(60);
    expect(new Set(now).size).toBe(now.length);
    const later = uids(await ics(SATURDAY + 86_400_000));
    expect(later.filter((uid) => !now.includes(uid)).length).toBeLessThanOrEqual(1);
    expect((await tidegate('calendar --ics --json', { commands: commands() })).exit).toBe(64);
  });
});
