// From one environment to the next, and one version after another.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

describe('`follow: { promoted: staging }`', () => {
  async function pair(): Promise<void> {
    story = new Scenario({ staging: {}, production: { follow: '{ promoted: staging }' } });
    await story.tick();
    story.deeds();
  }

  function both(app: string): string {
    return story.push({
      'environments/staging/app.txt': `${app}\n`,
      'environments/production/app.txt': `${app}\n`,
    });
  }

  test('what succeeded in staging goes on to production within one `run --once`', async () => {
    await pair();
    expect(story.live('production')).toBe('one');
    const second = both('two');
    await story.tick();
    expect(story.deeds()).toEqual([
      'staging test two',
      'staging verify two',
      'production test two',
      'production verify two',
    ]);
    expect((await story.history('production'))[0]).toMatchObject({
      trigger: 'promotion',
      version: { commit: second },
      outcome: 'Succeeded',
    });
  });

  test('what failed in staging never gets there', async () => {
    await pair();
    story.push({
      'environments/staging/app.txt': 'two broken\n',
      'environments/production/app.txt': 'two\n',
    });
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(await story.runs('production')).toHaveLength(1);
    both('three');
    await story.tick();
    expect(story.live('production')).toBe('three');
  });

  test('before anything has succeeded in staging, production says what it waits for', async () => {
    story = new Scenario(
      { staging: {}, production: { follow: '{ promoted: staging }' } },
      { 'environments/staging/app.txt': 'untested\n' },
    );
    await story.tick();
    const { out, code } = await story.run(['why', 'production']);
    expect(out).toContain('nothing has succeeded in staging yet');
    expect(code).toBe(1);
  });

  test('a change of production’s own files alone goes with the version that succeeded in staging', async () => {
    await pair();
    const own = story.release('production', 'two');
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect(await story.runs('staging')).toHaveLength(1);
    expect((await story.status('production')).current?.commit).toBe(own);
    await story.tick();
    expect(await story.runs('production')).toHaveLength(2);
  });

  test('not even after staging was rolled back to what succeeded there', async () => {
    await pair();
    story.push({
      'environments/staging/app.txt': 'two broken\n',
      'environments/production/app.txt': 'two\n',
    });
    await story.tick();
    expect(story.file('main', 'environments/staging/app.txt')).toBe('one');
    expect(story.file('main', 'environments/production/app.txt')).toBe('two');
    story.push({ 'README.md': 'words\n' });
    await story.tick();
    expect(story.live('production')).toBe('one');
  });

  test('a bad version in production is rolled back there, and staging keeps what it has', async () => {
    await pair();
    story.push({
      'environments/staging/app.txt': 'two\n',
      'environments/production/app.txt': 'two broken\n',
    });
    await story.tick();
    expect(story.live('staging')).toBe('two');
    expect(story.live('production')).toBe('one');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    expect(story.file('main', 'environments/staging/app.txt')).toBe('two');
    await story.tick();
    expect(await story.runs('production')).toHaveLength(3);
    expect(await story.runs('staging')).toHaveLength(2);
  });
});

describe('a queue', () => {
  test('`newest` (default) goes straight to the newest', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    for (const app of ['two', 'three', 'four']) story.release('production', app);
    story.deeds();
    await story.tick();
    expect(story.deeds()).toEqual(['production test four', 'production verify four']);
  });

  test('`every` takes each in turn, and goes on behind a bad one', async () => {
    story = new Scenario({ production: { more: ['queue: all'] } });
    await story.tick();
    story.release('production', 'two');
    story.push({ 'README.md': 'no version\n' });
    story.release('production', 'three untested');
    story.release('production', 'four');
    story.deeds();
    await story.tick();
    expect(story.deeds()).toEqual([
      'production test two',
      'production verify two',
      'production test three untested',
      'production test four',
      'production verify four',
    ]);
    expect(await story.runs('production')).toEqual([
      'production-4 deploy commit Succeeded',
      'production-3 deploy commit Failed',
      'production-2 deploy commit Succeeded',
      'production-1 deploy commit Succeeded',
    ]);
    await story.tick();
    expect(story.deeds()).toEqual([]);
  });

  test('`every` with tags, lowest first', async () => {
    story = new Scenario({ production: { follow: '{ tags: "v*" }', more: ['queue: all'] } });
    story.tag('v1.0.0');
    await story.tick();
    story.tag('v1.1.0', story.release('production', 'two'));
    story.tag('v1.2.0', story.release('production', 'three'));
    story.deeds();
    await story.tick();
    expect(story.deeds().filter((deed) => deed.includes('verify'))).toEqual([
      'production verify two',
      'production verify three',
    ]);
    expect((await story.status('production')).current?.tag).toBe('v1.2.0');
  });
});
