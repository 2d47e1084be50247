// The main stories, once each, with real git and the real command line: a commit arrives, a bad one is taken back, a
// gate is opened by people, and a controller sees by itself, also over HTTP. What else can happen in them has files
// of its own, most of them long.

import { readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type GitHttp, startGitHttp } from '../support/git-server.ts';
import { Scenario } from '../support/scenario.ts';
import { TIDEGATE_YAML } from '../support/scenario-files.ts';

let story: Scenario;
let server: GitHttp | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
  await story.end();
});

describe('a commit', () => {
  test('goes through every stage of each environment, and only once', async () => {
    story = new Scenario({ development: {}, staging: { target: 'script' } });
    const first = story.head();
    await story.tick();
    expect(story.live('development')).toBe('one');
    expect(story.live('staging')).toBe('one');
    expect(story.deeds().toSorted()).toEqual([
      'development test one',
      'development verify one',
      'staging deploy one',
      'staging test one',
      'staging verify one',
    ]);
    expect(await story.status('development')).toMatchObject({
      condition: 'Ready',
      current: { commit: first, tag: null },
      candidate: null,
      quarantine: [],
    });

    const ledger = story.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/tidegate/');
    await story.tick();
    await story.tick();
    expect(story.deeds()).toEqual([]);
    expect(story.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/tidegate/')).toBe(ledger);
    expect(await story.verify()).toMatchObject({ refs: 2, problems: [] });
  });

  test('waits for two people, and goes by itself once both have approved', async () => {
    const files = {
      'tidegate.yaml': TIDEGATE_YAML.replace('crew: [ana, dan]', 'crew: [ana, dan, eve]'),
      'policies/two.yaml': 'approval: { require: [{ from: crew, count: 2 }] }\n',
    };
    story = new Scenario({ production: { policies: '[two]' } }, files);
    await story.tick();
    expect(story.live('production')).toBeNull();
    const why = await story.run(['why', 'production']);
    expect([why.code, why.out]).toEqual([1, expect.stringContaining('2 of crew')]);
    // Ana made the change, and does not count.
    expect((await story.run(['approve', 'production', story.head()])).code).toBe(1);
    for (const as of ['dan', 'eve'] as const) {
      const { code, err } = await story.run(['approve', 'production', story.head()], { as });
      expect(code, err).toBe(0);
    }
    await story.tick();
    expect(story.live('production')).toBe('one');
  });
});

describe('a release whose health check fails', () => {
  test('is replaced by the version before, in place and on the branch', async () => {
    story = new Scenario({ development: {} });
    const good = story.head();
    await story.tick();
    const target = path.join(story.state, 'live', 'development');
    const before = readlinkSync(path.join(target, 'current'));
    story.deeds();

    const bad = story.release('development', 'two broken');
    const said = await story.tick();
    expect(story.deeds()).toEqual([
      'development test two broken',
      'development verify two broken',
      'development verify one',
    ]);
    expect(readlinkSync(path.join(target, 'current'))).toBe(before);
    expect(story.live('development')).toBe('one');
    expect(readdirSync(path.join(target, 'releases'))).toHaveLength(2);

    const restore = story.head();
    expect(story.git('rev-parse', `${restore}^`)).toBe(bad);
    expect(story.git('rev-parse', `${restore}:environments`)).toBe(story.git('rev-parse', `${good}:environments`));
    expect(story.trailer(restore, 'Rollback-From')).toBe(bad.slice(0, 7));
    expect(story.trailer(restore, 'Rollback-To')).toBe(good.slice(0, 7));
    expect(story.trailer(restore, 'Rollback-Reason')).toMatch(/^verify: health: exit code 1 after \d+ ms$/);
    expect(story.trailer(restore, 'Run')).toBe('development-3');
    expect(said).toContain(`written back to main (${restore.slice(0, 7)})`);

    expect(await story.runs('development')).toEqual([
      'development-3 rollback failure Succeeded',
      'development-2 deploy commit RolledBack',
      'development-1 deploy commit Succeeded',
    ]);
    expect(await story.status('development')).toMatchObject({
      condition: 'Ready',
      candidate: null,
      quarantine: [{ commit: bad, tag: null }],
    });
  });
});

describe('`git revert`, pushed by a person', () => {
  test('is a return to a known-good version: kind rollback, trigger revert, skippable stages skipped', async () => {
    story = new Scenario({ development: {} });
    await story.tick();
    story.release('development', 'two');
    await story.tick();
    story.deeds();

    const git = story.clone('dan');
    git('revert', '--no-edit', 'HEAD');
    git('push', '--quiet', 'origin', 'main');
    await story.tick();
    expect(story.deeds()).toEqual(['development verify one']);
    const [run] = await story.history('development');
    expect(run).toMatchObject({
      kind: 'rollback',
      trigger: 'revert',
      outcome: 'Succeeded',
      by: 'Dan <dan@example.org>',
    });
    expect(run?.stages.map(({ name, skipped }) => `${name} ${skipped}`)).toEqual([
      'test true',
      'deploy false',
      'verify false',
    ]);
    // Git says it already: nothing is written back, and what it took back is not forbidden.
    expect(story.head()).toBe(git('rev-parse', 'HEAD'));
    expect((await story.status('development')).quarantine).toEqual([]);
  });
});

describe('a controller', () => {
  test('sees a commit by itself at the next poll, over HTTP, and ends when it is told to', async () => {
    story = new Scenario({ development: {} }, { 'tidegate.yaml': `${TIDEGATE_YAML}poll: 1s\n` });
    story.git('config', 'http.receivepack', 'true');
    server = await startGitHttp({ root: story.folder });
    story.url = server.url('config.git');
    const running = story.start(['run']);
    await running.says(/development-1 Succeeded/);
    story.release('development', 'two');
    await running.says(/development-2 Succeeded/);
    expect(story.live('development')).toBe('two');
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
  });
});
