// Environments that must not deploy at once, each in the hands of a controller of its own: with real git, and nothing
// between the two but the repository.

import { afterEach, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { startTidegate } from '../support/tidegate-program.ts';

let story: Scenario;

afterEach(() => story.end());

test('two controllers that want the same lock in the same moment deploy one after the other', async () => {
  const locked = { policies: '[one-at-a-time]' };
  story = new Scenario(
    { production: locked, staging: locked, free: {} },
    { 'policies/one-at-a-time.yaml': 'lock: database\n' },
  );
  story.set('pause', true);
  const controllers = ['production', 'staging', 'free'].map((name) =>
    startTidegate(
      ['run', '--once', '--environments', name, '--repo', story.url, '--state', `${story.folder}/${name}`],
      { directory: story.folder },
    ),
  );
  try {
    // Anyone who has the lock is at its verify, and stays there; the third is none of their business.
    const verified: string[] = [];
    await expect.poll(() => verified.push(...story.deeds().filter((deed) => deed.includes(' verify ')))).toBe(2);
    await expect.poll(() => story.git('for-each-ref', '--format=%(refname)', 'refs/heads/tidegate/_all')).not.toBe('');
    const [first = ''] = verified.map((deed) => deed.split(' ')[0] ?? '').filter((name) => name !== 'free');
    const second = first === 'production' ? 'staging' : 'production';
    const why = await story.why(second);
    expect(why).toMatchObject({ status: 'waiting' });
    expect(JSON.stringify(why.rules)).toContain(`the lock database is held by ${first} with ${first}-1`);
    expect(await story.runs(second)).toEqual([]);
    story.set('pause', false);
    for (const { ended } of controllers) {
      const { code, out, err } = await ended;
      expect(code, `${out}${err}`).toBe(0);
    }
    expect(story.deeds()).toEqual([`${second} test one`, `${second} verify one`]);
    expect(await story.runs(first)).toEqual([`${first}-1 deploy commit Succeeded`]);
    expect(await story.runs(second)).toEqual([`${second}-1 deploy commit Succeeded`]);
    expect(await story.verify()).toMatchObject({ refs: 4, problems: [] });
    const said = story.git('log', '--format=%s', 'refs/heads/tidegate/_all').split('\n');
    expect(said).toHaveLength(2);
  } finally {
    for (const { child } of controllers) child.kill('SIGKILL');
  }
}, 120_000);
