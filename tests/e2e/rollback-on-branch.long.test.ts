// A bad release on a branch: the earlier version comes back by itself, and the branch says so.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

describe('a release whose health check fails', () => {
  test('is not tried again, and the next good commit goes out', async () => {
    story = new Scenario({ development: {} });
    await story.tick();
    story.release('development', 'two broken');
    await story.tick();
    const after = story.head();
    story.deeds();
    for (let ticks = 0; ticks < 2; ticks += 1) await story.tick();
    expect(story.deeds()).toEqual([]);
    expect(story.head()).toBe(after);

    // The very same contents again, by another commit: still the same bad version.
    const again = story.release('development', 'two broken');
    await story.tick();
    expect(story.deeds()).toEqual([]);
    expect((await story.status('development')).sentence).toMatch(
      /is in quarantine since development-2: .*to deploy it by name releases it/,
    );
    expect(await story.why('development', again)).toMatchObject({ status: 'denied', rules: [{ rule: 'quarantine' }] });

    story.release('development', 'two fixed');
    await story.tick();
    expect(story.live('development')).toBe('two fixed');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('other people’s work that came meanwhile is kept', async () => {
    story = new Scenario({ development: {}, staging: {} });
    await story.tick();
    const bad = story.release('development', 'two broken');
    const theirs = story.release('staging', 'two');
    await story.tick();
    const merge = story.head();
    expect(story.git('log', '-1', '--format=%P', merge).split(' ')).toEqual([
      theirs,
      story.git('rev-parse', `${merge}^2`),
    ]);
    expect(story.git('rev-parse', `${merge}^2^`)).toBe(bad);
    expect(story.file(merge, 'environments/staging/app.txt')).toBe('two');
    expect(story.file(merge, 'environments/development/app.txt')).toBe('one');
    expect(story.live('staging')).toBe('two');
    await story.tick();
    expect(await story.runs('development')).toHaveLength(3);
  });

  test('and that somebody builds on in the same folder meanwhile is taken out from under their work', async () => {
    story = new Scenario({ development: {} });
    await story.tick();
    const bad = story.release('development', 'two broken');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/development-2: verify started/);
    story.push({ 'environments/development/other.txt': 'theirs\n' });
    story.set('pause', false);
    await running.ended;
    expect(story.file('main', 'environments/development/app.txt')).toBe('one');
    expect(story.file('main', 'environments/development/other.txt')).toBe('theirs');
    expect((await story.status('development')).quarantine).toEqual([{ commit: bad, tag: null }]);
    // What the merge made is a version like any other, and good.
    expect((await story.history('development'))[0]).toMatchObject({ id: 'development-4', outcome: 'Succeeded' });
  });

  test('and that somebody has already reverted needs no commit of ours', async () => {
    story = new Scenario({ development: {}, staging: { follow: '{ branch: later }' } });
    await story.tick();
    story.release('development', 'two broken');
    story.set('pause', true);
    const running = story.start(['run']);
    await running.says(/development-2: verify started/);
    const revert = story.release('development', 'one');
    await story.seen(running);
    story.set('pause', false);
    await running.says(/development-2 RolledBack/);
    expect(story.head()).toBe(revert);
    expect(running.said()).toMatch(/main has the contents of \w+ again: nothing to write back/);
  });
});
