import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeCommands } from '../../support/fake-commands.ts';
import { tidegate } from '../../support/fake-wiring.ts';
import { instant, officeHours, Story, version } from '../../support/observed-builders.ts';

const FRIDAY = instant('2026-11-20 12:00');
const SATURDAY = instant('2026-11-21 20:00');

const gated = () => new Story().gatedBy(officeHours()).at('2026-11-19 09:00').deployed('v1.4.1').offers('v1.4.2');

describe('why', () => {
  test('exits 0 when allowed and 1 when not', async () => {
    const at = (now: number) => ({ commands: fakeCommands({ stories: [gated()], now }) });
    expect(await tidegate('why production', at(FRIDAY))).toMatchObject({ exit: 0 });
    expect(await tidegate('why production', at(SATURDAY))).toMatchObject({ exit: 1 });
    expect(await tidegate('why production v1.4.1', at(SATURDAY))).toMatchObject({ exit: 0 });
  });

  test('of a version that nobody has is wrong usage', async () => {
    const commands = fakeCommands({ stories: [gated()], now: FRIDAY });
    expect(await tidegate('why production v9.9.9', { commands })).toMatchObject({
      exit: 64,
      err: expect.stringContaining('v9.9.9'),
    });
  });
});

describe('plan', () => {
  test('says what would be recorded, and writes nothing', async () => {
    const commands = fakeCommands({ stories: [gated()], now: FRIDAY });
    const { exit, out } = await tidegate('plan', { commands });
    expect(exit).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "production
        because  v1.4.2 (1264ab1) is granted: business-hours: open until Friday 2026-11-20 18:00 Europe/Bucharest
        record   tag v1.4.2 first seen at 1264ab1
        record   production-2 opened: deploy v1.4.2 (1264ab1) (by tag)

      at Friday 2026-11-20 12:00 UTC; nothing is due by time alone; nothing was done
      "
    `);
    expect(commands.appended).toEqual([]);
  });

  test('in JSON holds the contract', async () => {
    const { out } = await tidegate('plan production --json', {
      commands: fakeCommands({ stories: [gated()], now: SATURDAY }),
    });
    expect(JSON.parse(out)).toEqual({
      at: '2026-11-21T20:00:00Z',
      append: [
        { environment: 'production', type: 'tag-seen', sentence: expect.stringContaining('tag v1.4.2 first seen') },
        { environment: 'production', type: 'offered', sentence: expect.stringContaining('v1.4.2') },
      ],
      effects: [],
      because: [{ environment: 'production', sentence: expect.stringContaining('waits: business-hours') }],
      notices: [],
      wakeAt: '2026-11-23T07:00:00Z',
    });
  });

  test('names what would be done for a run whose intent is recorded', async () => {
    const story = new Story()
      .opens('v1.0.0')
      .starts('test')
      .observes({ lease: { type: 'mine', epoch: 1 } });
    const { out } = await tidegate('plan', { commands: fakeCommands({ stories: [story], now: FRIDAY }) });
    expect(out).toContain('do  start production-1/test/1/0: npm test');
  });
});

describe('history', () => {
  const stories = () => {
    const production = gated().at('2026-11-20 12:00').failedAndRolledBack('v1.4.2', 'health: answered 503');
    const staging = new Story('staging')
      .at('2026-11-20 11:00')
      .deployed('one')
      .at('2026-11-20 13:00')
      .opens('two')
      .starts('test');
    return [production, staging];
  };

  test('is newest first, open runs before all', async () => {
    const { out } = await tidegate('history', { commands: fakeCommands({ stories: stories(), now: SATURDAY }) });
    expect(out).toMatchInlineSnapshot(`
      "RUN           OUTCOME     KIND      VERSION           OPENED            TOOK
      staging-2     open        deploy    be24882           2026-11-20 13:00
        staging-2: deploy be24882, stage test (1 of 3)
      production-3  Succeeded   rollback  v1.4.1 (1164a97)  2026-11-20 12:00  2 s
        answers production-2; rolled back
      production-2  RolledBack  deploy    v1.4.2 (1264ab1)  2026-11-20 12:00  9 s
        verify: health: answered 503; production-3 put the earlier version back
      staging-1     Succeeded   deploy    ba2719e           2026-11-20 11:00  3 s
      production-1  Succeeded   deploy    v1.4.1 (1164a97)  2026-11-19 09:00  3 s

      times in UTC
      "
    `);
  });

  test('holds the contract in JSON', async () => {
    const { out } = await tidegate('history production --json --limit 2', {
      commands: fakeCommands({ stories: stories(), now: SATURDAY }),
    });
    const { runs } = JSON.parse(out) as { runs: { id: string; stages: unknown[] }[] };
    expect(runs.map(({ id }) => id)).toEqual(['production-3', 'production-2']);
    expect(runs[1]).toEqual({
      id: 'production-2',
      environment: 'production',
      version: version('v1.4.2'),
      previous: version('v1.4.1'),
      kind: 'deploy',
      trigger: 'tag',
      emergency: false,
      overridden: [],
      reason: null,
      by: 'Ana <ana@example.org>',
      outcome: 'RolledBack',
      sentence: 'verify: health: answered 503; production-3 put the earlier version back',
      openedAt: '2026-11-20T12:00:00Z',
      startedAt: '2026-11-20T12:00:00Z',
      endedAt: '2026-11-20T12:00:09Z',
      stages: [
        {
          name: 'test',
          outcome: 'Succeeded',
          skipped: false,
          attempts: 1,
          startedAt: '2026-11-20T12:00:00Z',
          endedAt: '2026-11-20T12:00:01Z',
        },
        {
          name: 'deploy',
          outcome: 'Succeeded',
          skipped: false,
          attempts: 1,
          startedAt: '2026-11-20T12:00:01Z',
          endedAt: '2026-11-20T12:00:02Z',
        },
        {
          name: 'verify',
          outcome: 'Failed',
          skipped: false,
          attempts: 1,
          startedAt: '2026-11-20T12:00:02Z',
          endedAt: '2026-11-20T12:00:07Z',
        },
      ],
    });
  });

  test('with --at knows only what was open by then', async () => {
    const commands = fakeCommands({ stories: stories(), now: SATURDAY });
    const { out } = await tidegate('history --at 2026-11-20T11:30:00Z --json', { commands });
    expect((JSON.parse(out) as { runs: { id: string }[] }).runs.map(({ id }) => id)).toEqual([
      'staging-1',
      'production-1',
    ]);
  });
});

test('show tells everything about a run', async () => {
  const story = gated().at('2026-11-20 12:00').opens('v1.4.2', { because: 'business-hours: open until 18:00' });
  story
    .passes('test')
    .passes('deploy')
    .fails('verify', 'GET /health answered 503', 'stop', 'starting\nready\nGET /health 503\n')
    .ends('Failed', 'verify: health: answered 503');
  const commands = fakeCommands({ stories: [story], now: SATURDAY });
  expect((await tidegate('show production-2', { commands })).out).toMatchInlineSnapshot(`
    "production-2  deploy v1.4.2 (1264ab1)  Failed

      environment   production
      triggered by  tag, by Ana <ana@example.org>
      replaces      v1.4.1 (1164a97)
      granted       business-hours: open until 18:00 (gates at 32694bc)
      opened        2026-11-20 12:00:00
      ended         2026-11-20 12:00:07 (7 s)
      outcome       verify: health: answered 503

      test          Succeeded  1 s  ███
        unit tests  succeeded  1 s  ███
      deploy        Succeeded  1 s     ████
        deploy      succeeded  1 s     ████
      verify        Failed     5 s         █████████████████
        health      failed     1 s                       ███  GET /health answered 503
          | starting
          | ready
          | GET /health 503

    times in UTC; output: tidegate logs production-2
    "
  `);
  const { out } = await tidegate('show production-2 --json', { commands });
  expect(JSON.parse(out)).toMatchObject({
    id: 'production-2',
    stages: [{}, {}, { steps: [{ name: 'health', tail: 'starting\nready\nGET /health 503\n' }] }],
  });
  expect(await tidegate('show production-9', { commands })).toMatchObject({ exit: 64 });
  expect(await tidegate('show nonsense', { commands })).toMatchObject({ exit: 64 });
});

describe('diff', () => {
  const text = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old  \n+new\u001b[31m\n';

  test('goes to a pipe to the byte, and to a terminal without foreign escapes', async () => {
    const commands = () => fakeCommands({ stories: [gated()], now: FRIDAY, diff: text });
    expect((await tidegate('diff production v1.4.1 v1.4.2', { commands: commands() })).out).toBe(text);
    const { out } = await tidegate('diff production v1.4.1 v1.4.2', { commands: commands(), isTerminal: true });
    expect(out).toContain('\u001b[32m+new\\x1b[31m\u001b[39m');
  });

  test('says so when nothing differs', async () => {
    const { exit, out, err } = await tidegate('diff production v1.4.1 v1.4.2', {
      commands: fakeCommands({ stories: [gated()], now: FRIDAY }),
    });
    expect({ exit, out }).toEqual({ exit: 0, out: '' });
    expect(err).toContain('nothing that makes production differs');
  });
});

test('verify exits 0 when the ledger is sound and 2 when it is not', async () => {
  const counts = { refs: 2, commits: 10, records: 31 };
  const sound = fakeCommands({ stories: [], now: FRIDAY, verify: { ...counts, problems: [] } });
  expect(await tidegate('verify', { commands: sound })).toMatchObject({
    exit: 0,
    out: 'the ledger is sound: 2 refs, 10 commits, 31 records\n',
  });
  const problem = {
    ref: 'refs/heads/tidegate/production',
    commit: version('x').commit,
    message: 'record 7 follows record 5',
  };
  const broken = fakeCommands({ stories: [], now: FRIDAY, verify: { ...counts, problems: [problem] } });
  const { exit, out } = await tidegate('verify --json', { commands: broken });
  expect(exit).toBe(2);
  expect(JSON.parse(out)).toEqual({ ...counts, problems: [problem] });
});

describe('logs', () => {
  let state = '';
  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), 'tidegate-logs-'));
  });
  afterEach(async () => await rm(state, { recursive: true }));

  const logged = () => gated().opens('v1.4.2').passes('test').passes('deploy');
  const failing = () =>
    logged()
      .fails('verify', 'answered 503', 'stop', 'GET /health 503\n')
      .ends('Failed', 'verify: health: answered 503');
  const file = async (name: string, text: string) => {
    const folder = path.join(state, 'logs', 'production', 'production-2');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, name), text);
  };

  test('shows the files of this machine in the order of the steps', async () => {
    await file('verify.1.0.log', 'asking\n\u001b]0;title\u0007answered\u001b[2J 503\n');
    await file('test.1.0.log', '12 tests\n');
    await file('deploy.1.0.log', 'copied');
    await file('notes.txt', 'not a log');
    const commands = fakeCommands({ stories: [failing()], now: FRIDAY });
    const { exit, out, err } = await tidegate(`logs production-2 --state ${state}`, { commands });
    expect(exit).toBe(0);
    expect(out).toBe(
      '==> test: unit tests <==\n12 tests\n==> deploy: deploy <==\ncopied\n==> verify: health <==\nasking\nanswered 503\n',
    );
    expect(err).toContain('production-2: deploy v1.4.2');
    const { out: one } = await tidegate(`logs production-2 --stage deploy --state ${state}`, { commands });
    expect(one).toBe('==> deploy: deploy <==\ncopied\n');
  });

  test('elsewhere shows what the ledger keeps, and says that it is only that', async () => {
    const commands = fakeCommands({ stories: [failing()], now: FRIDAY });
    const { out, err } = await tidegate(`logs production-2 --state ${state}`, { commands });
    expect(out).toContain('==> verify: health <==\nGET /health 503\n');
    expect(err).toContain('not on this machine');
  });

  test('follows until the run ends, and hands over every line once', async () => {
    const story = logged().starts('verify');
    await file('test.1.0.log', '12 tests\n');
    let reads = 0;
    const onRun = () => {
      reads += 1;
      if (reads === 2)
        story
          .record({ type: 'run-failed', stage: 'verify', outcome: 'Cancelled', sentence: 'given up', next: 'stop' })
          .ends('Cancelled', 'given up');
    };
    const commands = fakeCommands({ stories: [story], now: FRIDAY, onRun });
    const following = tidegate(`logs production-2 --follow --state ${state}`, { commands });
    await file('verify.1.0.log', 'asking\nhalf a li');
    const { exit, out } = await following;
    expect(exit).toBe(0);
    expect(out).toBe('==> test: unit tests <==\n12 tests\n==> verify: step 1 <==\nasking\nhalf a li\n');
  });

  test('stops following when nobody reads any more', async () => {
    const commands = fakeCommands({ stories: [logged()], now: FRIDAY });
    expect(
      await tidegate(`logs production-2 --follow --state ${state}`, { commands, isClosed: () => true }),
    ).toMatchObject({ exit: 0 });
  });

  test('never reads through a link that a state folder holds', async () => {
    await file('test.1.0.log', '12 tests\n');
    const secret = path.join(state, 'secret');
    await writeFile(secret, 'secret\n');
    await symlink(secret, path.join(state, 'logs', 'production', 'production-2', 'deploy.1.0.log'));
    const commands = fakeCommands({ stories: [failing()], now: FRIDAY });
    expect((await tidegate(`logs production-2 --state ${state}`, { commands })).out).not.toContain('secret');
    expect((await tidegate(`logs production-2 --json --state ${state}`, { commands })).out).not.toContain('secret');
  });

  test('in JSON says which texts are whole', async () => {
    await file('test.1.0.log', '12 tests\n');
    const { out } = await tidegate(`logs production-2 --json --state ${state}`, {
      commands: fakeCommands({ stories: [failing()], now: FRIDAY }),
    });
    expect(JSON.parse(out)).toMatchObject({
      run: 'production-2',
      outcome: 'Failed',
      logs: [
        { stage: 'test', isWhole: true, text: '12 tests\n' },
        { stage: 'deploy', isWhole: false },
        { stage: 'verify', isWhole: false, text: 'GET /health 503\n' },
      ],
    });
  });
});
