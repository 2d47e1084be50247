// Where the rollback cannot be written back: the environment stays at the good version, a branch holds what is to be
// merged, and the words say so. Anyone who may merge ends it.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';
import { DEPLOY_PIPELINE } from '../support/scenario-files.ts';

let story: Scenario;
afterEach(() => story.end());

/** One good version and a bad one on main, which nobody but its admins may push to. */
async function protectedMain(refused: string, follow = '{ branch: main }'): Promise<string> {
  story = new Scenario({ production: { follow } });
  if (follow.includes('tags')) story.tag('v1.0.0');
  await story.tick();
  const bad = story.release('production', 'two broken');
  if (follow.includes('tags')) story.tag('v1.1.0', bad);
  story.refuse(refused);
  return bad;
}

const RESTORE = 'refs/heads/tidegate/_restore/production-3';

describe('a remote that refuses our push to main', () => {
  test('still gets the rollback; the restoring commit waits on a branch, and everybody is told', async () => {
    const bad = await protectedMain('refs/heads/main');
    const said = await story.tick();
    expect(story.live('production')).toBe('one');
    expect(story.head()).toBe(bad);
    const restore = story.git('rev-parse', RESTORE);
    expect(story.git('rev-parse', `${restore}^`)).toBe(bad);
    expect(story.file(restore, 'environments/production/app.txt')).toBe('one');
    expect(story.trailer(restore, 'Run')).toBe('production-3');

    const status = await story.status('production');
    const merge = `merge tidegate/_restore/production-3 (${restore.slice(0, 7)}) into main`;
    expect(status.sentence).toContain(merge);
    expect(status.sentence).toContain('refs/heads/main is protected');
    expect(said).toContain(merge);
    expect(await story.runs('production')).toHaveLength(3);
  });

  test('a person can be called for it', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    expect(await story.status('production')).toMatchObject({ condition: 'Stalled', reason: 'HeldBack' });
  });

  test('a fix goes as the rules allow, and nobody has to merge the branch', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    story.refuse(null);
    story.release('production', 'three');
    story.refuse('refs/heads/main');
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect(await story.status('production')).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
    expect(story.git('for-each-ref', RESTORE)).toBe('');
    expect(await story.status('production')).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
  });

  test('the branch stays where the remote lets nobody remove it, and that is said', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    const restore = story.git('rev-parse', RESTORE);
    story.refuse(null);
    story.release('production', 'three');
    story.refuse('refs/heads/main|refs/heads/tidegate/_restore/*');
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect(story.git('rev-parse', RESTORE)).toBe(restore);
    expect(story.git('log', '-3', '--format=%B', 'tidegate/production')).toContain('left for a person to remove');
    expect((await story.verify()).problems).toEqual([]);
  });

  test('what still has all of the bad change waits while the environment is held', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    const verify = story.file('main', 'scripts/verify.sh');
    const next = story.push({ 'scripts/verify.sh': { mode: '100755', text: `${verify}\n# unrelated\n` } });
    story.deeds();
    await story.tick();
    expect(story.deeds()).toEqual([]);
    const why = await story.why('production');
    expect(why).toMatchObject({ status: 'waiting', version: { commit: next } });
    expect(why.rules).toContainEqual(expect.objectContaining({ policy: 'tidegate', rule: 'held', status: 'waiting' }));
    expect((await story.run(['why', 'production'])).code).toBe(1);
  });

  test('a merge of the branch ends it', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    story.refuse(null);
    const git = story.clone('dan');
    git('merge', '--quiet', '--no-ff', '-m', 'Merge the rollback', 'origin/tidegate/_restore/production-3');
    git('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick();
    expect(await story.status('production')).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
    story.release('production', 'three');
    await story.tick();
    expect(story.live('production')).toBe('three');
  });

  test('so does a squash with the same contents, and another release right behind it', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    story.refuse(null);
    story.release('production', 'one');
    story.release('production', 'three');
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect(await story.status('production')).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
  });

  test('and so does a person who asks for a version by name', async () => {
    await protectedMain('refs/heads/main');
    await story.tick();
    const next = story.release('production', 'three');
    await story.run(['deploy', 'production', next, '--reason', 'it is fixed']);
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect((await story.status('production')).sentence).toBe('up to date with main');
  });
});

describe('a remote that refuses the branch for it, too', () => {
  const BOTH = 'refs/heads/main|refs/heads/tidegate/_restore/*';

  test('says in the end that somebody has to revert by hand, and goes on when they did', async () => {
    const bad = await protectedMain(BOTH);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.status('production')).sentence).toContain(`revert ${bad.slice(0, 7)} by hand`);
    story.refuse(null);
    story.release('production', 'one');
    await story.tick();
    expect((await story.status('production')).sentence).toBe('up to date with main');
  });

  test('but only for a moment: the branch is taken when it is tried again', async () => {
    await protectedMain(BOTH);
    const life = story.start(['run']);
    await life.says(/the remote did not take tidegate\/_restore/);
    story.refuse('refs/heads/main');
    await life.says(/held at .*merge tidegate\/_restore\/production-3/s);
    life.child.kill('SIGTERM');
    await life.ended;
  });
});

describe('the same for tags', () => {
  test('main and tags refused: held at the good tag, the restoring commit on a branch', async () => {
    await protectedMain('refs/heads/main|refs/tags/*', '{ tags: "v*" }');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(story.git('tag')).toBe('v1.0.0\nv1.1.0');
    const status = await story.status('production');
    expect(status.current?.tag).toBe('v1.0.0');
    expect(status.sentence).toContain('merge tidegate/_restore/production-3');
    expect(story.git('log', '-1', '--format=%s', RESTORE)).toMatch(/^Roll back production to v1\.0\.0/);
    await story.tick();
    expect(await story.runs('production')).toHaveLength(3);
  });

  test('only main refused: the patch tag stands, and is what runs', async () => {
    await protectedMain('refs/heads/main', '{ tags: "v*" }');
    await story.tick();
    expect(story.git('rev-parse', 'v1.1.1^{commit}')).toBe(story.git('rev-parse', RESTORE));
    expect((await story.status('production')).current?.tag).toBe('v1.1.1');
    expect((await story.status('production')).sentence).toContain('merge tidegate/_restore/production-3');
    await story.tick();
    expect(await story.runs('production')).toHaveLength(3);
  });

  test('only tags refused: the branch is restored all the same', async () => {
    const bad = await protectedMain('refs/tags/*', '{ tags: "v*" }');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(story.git('rev-parse', 'main^')).toBe(bad);
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    const { sentence: reason, current } = await story.status('production');
    expect(current?.tag).toBe('v1.0.0');
    expect(reason).not.toContain('_restore');
  });
});

describe('a rollback that cannot go straight to main', () => {
  test('for a conflict with later work on the same lines', async () => {
    story = new Scenario({ production: { follow: '{ tags: "v*" }' } });
    story.tag('v1.0.0');
    await story.tick();
    const bad = story.release('production', 'two broken');
    story.tag('v1.1.0', bad);
    const later = story.release('production', 'two broken, said otherwise');
    await story.tick();
    expect(story.head()).toBe(later);
    expect(story.live('production')).toBe('one');
    expect(story.git('rev-parse', `${RESTORE}^`)).toBe(bad);
    expect((await story.status('production')).sentence).toContain(
      'the rollback could not enter main because it conflicts with what is on main now; merge tidegate/_restore/production-3',
    );
  });

  test('the same on a branch, and the admin’s merge goes out', async () => {
    story = new Scenario({ production: {} });
    await story.tick();
    story.release('production', 'two broken');
    story.set('pause', true);
    const running = story.start(['run', '--once']);
    await running.says(/production-2: verify started/);
    const later = story.release('production', 'three');
    story.set('pause', false);
    await running.ended;
    expect(story.head()).toBe(later);
    expect((await story.status('production')).sentence).toContain('conflicts with what is on main now');
    const git = story.clone();
    git('merge', '--quiet', '-s', 'ours', '-m', 'three is the fixed one', 'origin/tidegate/_restore/production-3');
    git('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick();
    expect(story.live('production')).toBe('three');
  });

  test('for a pipeline that other environments use too', async () => {
    story = new Scenario({ production: {}, development: {} });
    await story.tick();
    const bad = story.push({
      'pipelines/deploy.yaml': DEPLOY_PIPELINE.replace('scripts/verify.sh', 'scripts/verify.sh && false'),
    });
    await story.tick();
    expect(story.head()).toBe(bad);
    for (const environment of ['production', 'development']) {
      expect(story.live(environment)).toBe('one');
      const { sentence: reason } = await story.status(environment);
      expect(reason).toContain('because pipelines/deploy.yaml is also an input of another environment');
      expect(reason).toContain(`merge tidegate/_restore/${environment}-3`);
    }
    // One merge fixes the pipeline for all of them.
    const git = story.clone();
    git('merge', '--quiet', '-m', 'Merge the rollback', 'origin/tidegate/_restore/development-3');
    git('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick();
    for (const environment of ['production', 'development']) {
      expect(await story.status(environment)).toMatchObject({ condition: 'Ready', reason: 'up to date with main' });
    }
  });

  test('a remote that takes no branch of ours at all: said, quarantined, and the good version stays', async () => {
    await protectedMain('refs/heads/main|refs/heads/tidegate/_restore/*');
    await story.tick();
    expect(story.live('production')).toBe('one');
    const { sentence: reason, quarantine } = await story.status('production');
    expect(quarantine).toHaveLength(1);
    expect(reason).toMatch(/revert \w+ by hand/);
  });
});
