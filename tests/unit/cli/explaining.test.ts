// The commands that explain, as typed: what they print, and what they end with.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, officeHours, Story } from '../../support/observed-builders.ts';
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
