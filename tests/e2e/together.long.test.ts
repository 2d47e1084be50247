// Several at once: environments that fail in the same moment, controllers that look at the same moment, files that
// come and go.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { script } from '../support/scenario-files.ts';
import { startTidegate } from '../support/tidegate-program.ts';

let story: Scenario;

afterEach(() => story.end());

describe('several environments', () => {
  test('that one commit breaks in the same moment are all restored on the branch', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    story = new Scenario(Object.fromEntries(names.map((name) => [name, {}])));
    await story.tick();
    story.push(Object.fromEntries(names.map((name) => [`environments/${name}/app.txt`, 'two broken\n'])));
    await story.tick();
    for (const name of names) {
      expect(story.live(name)).toBe('one');
      expect(story.file('main', `environments/${name}/app.txt`)).toBe('one');
      expect(await story.status(name)).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
    }
    expect(await story.verify()).toMatchObject({ refs: 6, problems: [] });
  });

  test('one on a branch of its own is restored there', async () => {
    story = new Scenario({ development: { follow: '{ branch: develop }' }, staging: {} });
    story.git('branch', 'develop', 'main');
    await story.tick();
    const main = story.head();
    const bad = story.release('development', 'two broken', 'develop');
    await story.tick();
    expect(story.git('rev-parse', 'develop^')).toBe(bad);
    expect(story.file('develop', 'environments/development/app.txt')).toBe('one');
    expect(story.head()).toBe(main);
  });
});

describe('several controllers', () => {
  test('that look in the same moment begin each run once', async () => {
    story = new Scenario({ production: {}, development: {} });
    const started = ['one', 'two', 'three'].map((name) =>
      startTidegate(['run', '--once', '--repo', story.url, '--state', `${story.folder}/${name}`, '--name', name], {
        directory: story.folder,
      }),
    );
    const ended = await Promise.all(started.map((running) => running.ended));
    expect(ended.map(({ code, err }) => `${code}${err}`)).toEqual(['0', '0', '0']);
    expect(story.deeds().toSorted()).toEqual([
      'development test one',
      'development verify one',
      'production test one',
      'production verify one',
    ]);
    expect(await story.runs('production')).toEqual(['production-1 deploy commit Succeeded']);
    expect(await story.verify()).toMatchObject({ refs: 2, problems: [] });
  });
});

describe('what a bad release did to the files', () => {
  test('is undone: added ones go, deleted ones come back, modes and scripts are as they were', async () => {
    story = new Scenario(
      { production: {} },
      { 'environments/production/sub/kept.txt': 'kept\n', 'scripts/extra.sh': script('true') },
    );
    await story.tick();
    const good = story.head();
    story.push({
      'environments/production/app.txt': 'two broken\n',
      'environments/production/added.txt': 'added\n',
      'environments/production/sub/kept.txt': null,
      'scripts/extra.sh': 'no longer executable\n',
      'scripts/new.sh': script('true'),
      'README.md': 'nobody’s input\n',
    });
    await story.tick();
    expect(story.live('production')).toBe('one');
    for (const folder of ['environments', 'scripts', 'pipelines']) {
      expect(story.git('ls-tree', '-r', 'main', folder)).toBe(story.git('ls-tree', '-r', good, folder));
    }
    expect(story.file('main', 'README.md')).toBe('nobody’s input');
    await story.tick();
    expect(await story.runs('production')).toHaveLength(3);
  });

  test('that came by a merge is undone on top of the merge', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    story.git('branch', 'feature', 'main');
    story.release('production', 'two', 'feature');
    story.release('production', 'two broken', 'feature');
    const git = story.clone('dan');
    git('merge', '--quiet', '--no-ff', '-m', 'Merge feature', 'origin/feature');
    git('push', '--quiet', 'origin', 'HEAD:main');
    const merge = story.head();
    await story.tick();
    expect((await story.history('production'))[1]).toMatchObject({ version: { commit: merge }, outcome: 'RolledBack' });
    expect(story.git('rev-parse', 'main^')).toBe(merge);
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
  });
});

describe('a person who suspends while a run is open', () => {
  test('lets it finish where it has begun to change the target', async () => {
    story = new Scenario({ production: {} });
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-1: verify started/);
    await story.run(['suspend', 'production', '--reason', 'audit']);
    story.set('pause', false);
    running.child.kill('SIGHUP');
    expect((await running.ended).code).toBe(0);
    expect(await story.runs('production')).toEqual(['production-1 deploy commit Succeeded']);
  });

  test('stops it before it touches the target, and resume lets it go on', async () => {
    story = new Scenario(
      { production: {}, staging: { follow: '{ branch: later }' } },
      { 'scripts/test.sh': script('while [ -e "$WORLD/pause" ]; do sleep 0.02; done') },
    );
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-1: test started/);
    // From elsewhere, so that the controller knows of it only once it has looked.
    const own = story.state;
    story.state = `${own}-of-dan`;
    await story.run(['suspend', 'production', '--reason', 'audit'], { as: 'dan' });
    story.state = own;
    await story.seen(running);
    story.set('pause', false);
    expect((await running.ended).code).toBe(0);
    expect(story.live('production')).toBeNull();
    expect((await story.status('production')).waiting?.sentence).toContain(
      'production-1 waits before deploy: suspended by Dan',
    );
    await story.run(['resume', 'production', '--reason', 'done']);
    await story.tick();
    expect(story.live('production')).toBe('one');
  });
});
