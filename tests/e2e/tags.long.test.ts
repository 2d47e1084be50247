// Environments that follow tags: which tag counts, which does not and why, and how a bad one is replaced by one of
// ours.

import { afterEach, describe, expect, test } from 'vitest';
import { Scenario } from '../support/scenario.ts';

let story: Scenario;
afterEach(() => story.end());

async function tagged(): Promise<void> {
  story = new Scenario({ production: { follow: '{ tags: "v*" }' }, development: {} });
  story.tag('v1.0.0');
  await story.tick();
  story.deeds();
}

async function release(tag: string, app: string): Promise<string> {
  const commit = story.release('production', app);
  story.tag(tag, commit);
  await story.tick();
  return commit;
}

describe('a bad tag', () => {
  test('is replaced by a patch tag on the restoring commit, which no run needs to bring', async () => {
    await tagged();
    const bad = await release('v1.1.0', 'two broken');
    const restore = story.head();
    expect(story.git('rev-parse', 'refs/tags/v1.1.1^{commit}')).toBe(restore);
    expect(story.git('rev-parse', `${restore}^`)).toBe(bad);
    expect(story.trailer(restore, 'Rollback-From')).toBe(`v1.1.0 (${bad.slice(0, 7)})`);
    expect(story.trailer(restore, 'Rollback-To')).toMatch(/^v1\.0\.0 \(/);
    expect(story.trailer(restore, 'Run')).toBe('production-3');
    expect(await story.status('production')).toMatchObject({
      condition: 'Ready',
      current: { commit: restore, tag: 'v1.1.1' },
      candidate: null,
      quarantine: [{ commit: bad, tag: 'v1.1.0' }],
    });
    story.deeds();
    await story.tick();
    expect(story.deeds()).toEqual([]);
    expect(await story.runs('production')).toEqual([
      'production-3 rollback failure Succeeded',
      'production-2 deploy tag RolledBack',
      'production-1 deploy tag Succeeded',
    ]);
    expect(story.live('production')).toBe('one');
    await release('v1.2.0', 'three');
    expect(story.live('production')).toBe('three');
  });

  test('whose branch has moved on keeps what others did, and our tag holds none of it', async () => {
    await tagged();
    const bad = story.release('production', 'two broken');
    story.tag('v1.1.0', bad);
    const theirs = story.release('development', 'two');
    await story.tick();
    const merge = story.head();
    const restore = story.git('rev-parse', 'refs/tags/v1.1.1^{commit}');
    expect(story.git('log', '-1', '--format=%P', merge)).toBe(`${theirs} ${restore}`);
    expect(story.git('rev-parse', `${restore}^`)).toBe(bad);
    expect(story.git('tag', '--contains', theirs)).toBe('');
    expect(story.file(merge, 'environments/development/app.txt')).toBe('two');
    expect(story.file(merge, 'environments/production/app.txt')).toBe('one');
    expect(story.live('development')).toBe('two');
    expect(await story.verify()).toMatchObject({ problems: [] });
  });

  test('also where the next release is on the branch already, untagged', async () => {
    await tagged();
    const bad = story.release('production', 'two broken');
    story.tag('v1.1.0', bad);
    const next = story.push({ 'environments/production/other.txt': 'of the next release\n' });
    await story.tick();
    const restore = story.git('rev-parse', 'refs/tags/v1.1.1^{commit}');
    expect(story.git('tag', '--contains', next)).toBe('');
    expect(story.file('main', 'environments/production/app.txt')).toBe('one');
    expect(story.file('main', 'environments/production/other.txt')).toBe('of the next release');
    expect((await story.status('production')).current).toEqual({ commit: restore, tag: 'v1.1.1' });
    // Anyone who tags what is there now ships their work without the bad release.
    story.tag('v1.2.0');
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect(await story.runs('production')).toHaveLength(4);
  });

  test('takes the next name where the patch tag is taken', async () => {
    await tagged();
    const first = story.git('rev-parse', 'v1.0.0^{commit}');
    story.tag('v1.1.1', first);
    await story.tick();
    expect((await story.status('production')).current?.tag).toBe('v1.1.1');
    await release('v1.2.0', 'two broken');
    story.tag('v1.2.2', first);
    expect((await story.status('production')).current?.tag).toBe('v1.2.1');

    await release('v1.3.0', 'three');
    const bad = story.release('production', 'four broken');
    story.tag('v1.4.1', story.git('rev-parse', 'v1.3.0^{commit}'));
    story.tag('v1.4.2-rc.1', first);
    story.tag('v1.4.0', bad);
    // v1.4.1 wins over v1.4.0 and has the contents of v1.3.0: adopted. Only a request brings the bad one now.
    await story.tick();
    expect((await story.status('production')).current?.tag).toBe('v1.4.1');
    await story.run(['deploy', 'production', 'v1.4.0', '--reason', 'try it']);
    await story.tick();
    expect((await story.history('production'))[1]).toMatchObject({ trigger: 'request', outcome: 'RolledBack' });
    expect((await story.status('production')).current?.tag).toBe('v1.4.2');
    expect(story.git('rev-parse', 'v1.4.2^{commit}^')).toBe(bad);
  });

  test('and our own tag is no way in for anyone who moves it', async () => {
    await tagged();
    await release('v1.1.0', 'two broken');
    expect((await story.status('production')).current?.tag).toBe('v1.1.1');
    story.git('branch', 'aside', 'main');
    const aside = story.release('production', 'from aside', 'aside');
    story.git('tag', '-f', 'v1.1.1', aside);
    await story.tick();
    expect((await story.why('production', 'v1.1.1')).sentence).toContain('tag v1.1.1 was moved');
    await story.run(['deploy', 'production', 'v1.0.0', '--reason', 'to be sure']);
    await story.tick();
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.run(['plan', 'production'])).out).toContain('tag v1.1.1 does not count: it was moved');
  });

  test('of a pre-release is followed by the next pre-release', async () => {
    story = new Scenario({ production: { follow: '{ tags: "v*", prereleases: true }' } });
    story.tag('v1.0.0-rc.1');
    await story.tick();
    await release('v1.0.0-rc.2', 'two broken');
    expect((await story.status('production')).current?.tag).toBe('v1.0.0-rc.3');
    await release('v1.0.0', 'three');
    expect(story.live('production')).toBe('three');
  });
});

describe('which tag counts', () => {
  test('the highest semantic version, not the youngest', async () => {
    await tagged();
    const second = story.release('production', 'two');
    const third = story.release('production', 'three');
    story.tag('v1.10.0', third);
    story.tag('v1.9.0', second);
    await story.tick();
    expect(story.live('production')).toBe('three');
    story.tag('v1.9.5', second);
    await story.tick();
    expect(story.live('production')).toBe('three');
    expect(await story.runs('production')).toHaveLength(2);
  });

  test('a tag that is not on main does not, and does not stand in the way of one that is', async () => {
    await tagged();
    story.git('branch', 'aside', 'main');
    const aside = story.release('production', 'from aside', 'aside');
    story.tag('v2.0.0', aside);
    await story.tick();
    expect(story.live('production')).toBe('one');
    const why = await story.why('production');
    expect(why).toMatchObject({ status: 'denied', version: { commit: aside, tag: 'v2.0.0' } });
    expect(why.sentence).toBe(`tag v2.0.0 is on ${aside.slice(0, 7)}, which is not on main; merge that commit first`);
    expect((await story.status('production')).sentence).toContain('which is not on main; merge that commit first');

    await release('v1.1.0', 'two');
    expect(story.live('production')).toBe('two');
    const refused = await story.why('production', 'v2.0.0');
    expect(refused).toMatchObject({ status: 'denied', rules: [{ policy: 'tidegate', rule: 'tag' }] });

    // Merged, it counts.
    const git = story.clone();
    git('merge', '--quiet', '-X', 'theirs', '-m', 'merge', 'origin/aside');
    git('push', '--quiet', 'origin', 'HEAD:main');
    await story.tick();
    expect(story.live('production')).toBe('from aside');
  });

  test('a tag that was moved is refused, and says where it first stood', async () => {
    await tagged();
    const first = story.git('rev-parse', 'v1.0.0^{commit}');
    const second = story.release('production', 'two');
    story.git('tag', '-f', 'v1.0.0', second);
    await story.tick();
    expect(story.live('production')).toBe('one');
    const why = await story.why('production');
    expect(why.status).toBe('denied');
    expect(why.sentence).toBe(
      `tag v1.0.0 was moved: it was first seen at ${first.slice(0, 7)} and now names ${second.slice(0, 7)}; tag the new commit with a new version`,
    );
    expect((await story.status('production')).sentence).toContain('tag v1.0.0 was moved');
    await release('v1.0.1', 'three');
    expect(story.live('production')).toBe('three');
  });

  test('a tag that waited, was moved and came back is refused while it is moved', async () => {
    story = new Scenario({ production: { follow: '{ tags: "v*" }' } });
    story.tag('v1.0.0');
    await story.tick();
    await story.run(['suspend', 'production', '--reason', 'lunch']);
    const second = story.release('production', 'two');
    story.tag('v1.1.0', second);
    await story.tick();
    const third = story.release('production', 'three');
    story.git('tag', '-f', 'v1.1.0', third);
    await story.run(['resume', 'production', '--reason', 'back']);
    await story.tick();
    expect(story.live('production')).toBe('one');
    expect((await story.why('production')).sentence).toContain('tag v1.1.0 was moved');
  });

  test('a deleted tag of what runs changes nothing, and is said aloud', async () => {
    await tagged();
    await release('v1.1.0', 'two');
    story.git('tag', '-d', 'v1.1.0');
    await story.tick();
    expect(story.live('production')).toBe('two');
    expect((await story.status('production')).sentence).toBe(
      'tag v1.1.0, which runs here, was deleted on the remote; no older tag takes its place, only one on a commit that goes on from it',
    );
    expect(await story.runs('production')).toHaveLength(2);
  });

  test('pre-releases and names that are no versions are ignored with a word', async () => {
    await tagged();
    const second = story.release('production', 'two');
    story.tag('v2.0.0-rc.1', second);
    story.tag('vienna', second);
    story.tag('v9', second);
    await story.tick();
    expect(story.live('production')).toBe('one');
    const said = (await story.run(['plan', 'production'])).out;
    expect(said).toContain('tag v2.0.0-rc.1 is a pre-release; `prereleases: true` would offer it');
    expect(said).toContain('tag vienna matches v* but is not a semantic version');
    expect((await story.why('production', 'v2.0.0-rc.1')).sentence).toContain('is a pre-release');

    story.configure('production', { follow: '{ tags: "v*", prereleases: true }' });
    await story.tick();
    expect(story.live('production')).toBe('two');
  });

  test('a newer tag with the contents that run is adopted without a run', async () => {
    await tagged();
    story.push({ 'README.md': 'words\n' });
    story.tag('v1.0.1');
    await story.tick();
    expect(story.deeds()).toEqual([]);
    expect((await story.status('production')).current?.tag).toBe('v1.0.1');
    expect(await story.runs('production')).toHaveLength(1);
  });
});
