// Proposals of releases: opened, brought up to date over what people wrote, merged in every way, tagged whenever
// somebody looks next, and merged back.

import { beforeEach, describe, expect, test } from 'vitest';
import { type ReleaseScene, ReleaseWatch } from '../../../engine/controller/release/release-watch.ts';
import type { PushUpdate } from '../../../engine/ports/git.ts';
import { openMemoryGit } from '../../support/memory-git.ts';
import { ReleaseWorld } from '../../support/release-world.ts';

let world: ReleaseWorld;
let logged: string[];
let deployed: string | null;
beforeEach(async () => {
  world = new ReleaseWorld();
  world.config = { ...world.config, by: 'proposal' };
  logged = [];
  deployed = null;
  await world.commit('Begin');
  world.tag('v1.4.2');
  await world.commit('fix: a');
});

/** A controller that knows nothing looks until there is nothing left to do. */
async function looks(git = openMemoryGit({ remote: world.remote })): Promise<void> {
  let rounds = 0;
  let isOver = false;
  const scene = async (): Promise<ReleaseScene> => ({
    git,
    refs: await git.look(['refs/heads/', 'refs/tags/']),
    config: world.config,
    defaultBranch: 'main',
    deployed,
  });
  let now = await scene();
  const say = (sentence: string) => void logged.push(sentence);
  const watch = new ReleaseWatch({
    log: { info: say, warn: say, error: say },
    scene: () => now,
    look: async () => {
      rounds += 1;
      now = await scene();
      watch.looked();
    },
    emit: () => {
      if (!watch.underWay) isOver = true;
    },
  });
  watch.looked();
  while (watch.underWay) await new Promise((done) => setImmediate(done));
  await watch.end();
  expect([isOver || !watch.underWay, rounds < 20]).toEqual([true, true]);
}

const propose = async () => {
  const { done } = await world.one();
  if (done.type !== 'proposed') throw new Error(done.type);
  return done;
};

const changelog = (branch: string) => world.read('CHANGELOG.md', branch);

describe('a proposal', () => {
  test('is a branch with the changelog, and tags nothing', async () => {
    expect(await propose()).toMatchObject({ branch: 'release/v1.4.3', onto: 'main' });
    expect(await changelog('release/v1.4.3')).toContain('## [1.4.3] - 2026-11-24\n\n### Fixed\n\n- a\n');
    await looks();
    expect(world.tags()).toEqual(['v1.4.2']);
    expect(logged).toEqual([]);
  });

  test('takes in what is committed afterwards; its version rises, its branch keeps its name, nothing is forced', async () => {
    await propose();
    const before = world.head('release/v1.4.3');
    await world.commit('feat: b');
    await world.commit('chore: nobody sees this');
    await looks();
    expect(await changelog('release/v1.4.3')).toContain(
      '## [1.5.0] - 2026-11-24\n\n### Added\n\n- b\n\n### Fixed\n\n- a\n',
    );
    expect(await world.git.isAncestor(before, await brought('release/v1.4.3'))).toBe(true);
    const settled = world.head('release/v1.4.3');
    await world.commit('chore: nor this');
    await looks();
    expect(world.head('release/v1.4.3')).toBe(settled);
  });

  test('keeps what a person wrote: entries, order, words, what was taken out', async () => {
    await world.commit('fix: b');
    await world.commit('feat: c');
    await propose();
    const text = (await changelog('release/v1.5.0')) ?? '';
    const edited = text
      .replace('- a\n', '')
      .replace('- b', '- Better: b')
      .replace('### Added', 'Dear all,\n\n### Added');
    await world.commit('Say it better', { branch: 'release/v1.5.0', files: { 'CHANGELOG.md': edited } });
    await world.commit('fix: d');
    await looks();
    const now = (await changelog('release/v1.5.0')) ?? '';
    expect(now).toContain('Dear all,\n\n### Added\n\n- c\n\n### Fixed\n\n- Better: b\n- d\n');
    expect(now).not.toContain('- a\n');
  });

  test('puts what has no place any more under Also, and says so', async () => {
    await propose();
    const text = (await changelog('release/v1.4.3')) ?? '';
    const edited = text.replace('### Fixed\n\n- a', '### Corrections\n\n- A');
    await world.commit('Other words', { branch: 'release/v1.4.3', files: { 'CHANGELOG.md': edited } });
    await world.commit('fix: d');
    await looks();
    expect(await changelog('release/v1.4.3')).toContain('### Corrections\n\n- A\n\n### Also\n\n- d\n');
    expect(logged.join('\n')).toContain('there was no place for "- d": it stands under Also');
  });

  test('has the version that a person wrote into its heading', async () => {
    await propose();
    const text = (await changelog('release/v1.4.3')) ?? '';
    await world.commit('Call it 2.0.0', {
      branch: 'release/v1.4.3',
      files: { 'CHANGELOG.md': text.replace('1.4.3', '2.0.0') },
    });
    await world.commit('feat: c');
    await looks();
    expect(await changelog('release/v1.4.3')).toContain('## [2.0.0] - 2026-11-24\n\n### Added\n\n- c\n\n### Fixed');
    await merge('release/v1.4.3');
    await looks();
    expect(world.tags()).toEqual(['v1.4.2', 'v2.0.0']);
  });

  test('has it also where more has come than that version says', async () => {
    await propose();
    const text = (await changelog('release/v1.4.3')) ?? '';
    const edited = text.replace('1.4.3', '1.4.9');
    await world.commit('Call it 1.4.9', { branch: 'release/v1.4.3', files: { 'CHANGELOG.md': edited } });
    await world.commit('feat: c');
    await looks();
    expect(await changelog('release/v1.4.3')).toContain('## [1.4.9] - 2026-11-24\n\n### Added\n\n- c\n');
  });

  test('drops what was reverted since, unless a person had a hand in it', async () => {
    const b = await world.commit('feat: b');
    await propose();
    await world.commit(`Revert "feat: b"\n\nThis reverts commit ${b}.`);
    await looks();
    expect(await changelog('release/v1.5.0')).not.toContain('- b');
  });

  test('that conflicts is told, once, and left as it is', async () => {
    await propose();
    const head = world.head('release/v1.4.3');
    await world.commit('docs: by hand', {
      files: { 'CHANGELOG.md': '# Changelog\n\n## [1.4.2] - 2026-01-01\n\n- old\n' },
    });
    await looks();
    expect(world.head('release/v1.4.3')).toBe(head);
    expect(logged).toEqual([
      'release/v1.4.3: release/v1.4.3 conflicts with main: it lacks what was committed there since; merge main into release/v1.4.3',
    ]);
  });

  test('whose heading is no version any more is told, with its line; nothing is tagged', async () => {
    await propose();
    const text = (await changelog('release/v1.4.3')) ?? '';
    await world.commit('Soon', {
      branch: 'release/v1.4.3',
      files: { 'CHANGELOG.md': text.replace('[1.4.3]', 'Soon') },
    });
    await world.commit('fix: d');
    await looks();
    expect(logged.join('\n')).toMatch(/CHANGELOG\.md:\d+: `## Soon - 2026-11-24` names no version/);
    expect(world.tags()).toEqual(['v1.4.2']);
  });

  test('is asked for again as the one that is open; with a version of its own it is refused', async () => {
    await propose();
    await world.commit('feat: b');
    expect(await propose()).toMatchObject({ branch: 'release/v1.4.3', commit: world.head('release/v1.4.3') });
    await expect(world.one({ wish: { type: 'version', version: '3.0.0' } })).rejects.toThrow(
      'release/v1.4.3 is open, and it has a version of its own',
    );
  });
});

async function brought(branch: string): Promise<string> {
  const oid = world.head(branch);
  await world.git.fetch(new Map([[`refs/heads/${branch}`, oid]]));
  return oid;
}

async function merge(branch: string, onto = 'main'): Promise<string> {
  return world.commitOn(onto, [world.head(onto), world.head(branch)], `Merge branch '${branch}'`, {});
}

async function squash(branch: string): Promise<string> {
  return world.commit('Release (#7)', { files: { 'CHANGELOG.md': await changelog(branch) } });
}

describe('what was merged is tagged', () => {
  test.each([
    ['by a merge commit', () => merge('release/v1.4.3')],
    ['by squash, with the message blank', () => squash('release/v1.4.3')],
    [
      'by fast-forward',
      async () => {
        world.remote.refs.set('refs/heads/main', world.head('release/v1.4.3'));
        return world.head();
      },
    ],
  ])('%s, at the commit that brought it, at the next look', async (_, merged) => {
    await propose();
    const commit = await merged();
    // A week in which nobody looks, and work goes on.
    world.now += 7 * 86_400_000;
    await world.commit('feat: of the week after');
    world.remote.refs.delete('refs/heads/release/v1.4.3');
    await looks();
    const oid = world.remote.refs.get('refs/tags/v1.4.3') ?? '';
    await world.git.fetch(new Map([['refs/tags/v1.4.3', oid]]));
    expect(await world.git.tag(oid)).toMatchObject({ commit, message: 'Release v1.4.3\n\n### Fixed\n\n- a\n' });
    expect(logged).toEqual([`tagged v1.4.3 at ${commit.slice(0, 7)}, which was merged into main`]);
    // The next release begins there.
    expect((await world.one({ isDry: true })).plan).toMatchObject({
      since: 'v1.4.3',
      tag: 'v1.5.0',
      notes: '### Added\n\n- of the week after',
    });
  });

  test('is one tag object, also of two who do it at once, and one who was not told', async () => {
    await propose();
    await merge('release/v1.4.3');
    const written: PushUpdate[] = [];
    const spy = () => {
      const git = openMemoryGit({ remote: world.remote });
      return {
        ...git,
        push: async (...args: Parameters<typeof git.push>) => {
          written.push(...args[0]);
          return git.push(...args);
        },
      };
    };
    await Promise.all([looks(spy()), looks(spy())]);
    const tags = written.filter(({ ref }) => ref === 'refs/tags/v1.4.3');
    expect(new Set(tags.map(({ oid }) => oid)).size).toBe(1);
    expect(world.remote.refs.get('refs/tags/v1.4.3')).toBe(tags[0]?.oid);
  });

  test('is tagged by hand as well, by the person', async () => {
    await propose();
    await merge('release/v1.4.3');
    expect((await world.one({ by: 'tag', isDry: true })).done.type).toBe('planned');
    expect(world.tags()).toEqual(['v1.4.2']);
    expect((await world.one({ by: 'tag' })).done).toMatchObject({ type: 'tagged', tag: 'v1.4.3' });
    expect((await world.one({ by: 'tag' })).plan).toMatchObject({ type: 'nothing' });
  });

  test('a heading that is not above the last tag is told, and not tagged', async () => {
    await world.commit('docs: x', { files: { 'CHANGELOG.md': '## [1.4.0]\n' } });
    await looks();
    expect(logged).toEqual([
      'nothing was tagged: CHANGELOG.md:1 begins with 1.4.0, which no tag carries and which is not above v1.4.2; ' +
        'give it a higher version, or take it out',
    ]);
    expect(world.tags()).toEqual(['v1.4.2']);
  });

  test('nothing is tagged where releases go by push, or tidegate.yaml says nothing of them', async () => {
    await world.commit('docs: x', { files: { 'CHANGELOG.md': '## [1.9.0]\n' } });
    world.config = { ...world.config, by: 'push' };
    await looks();
    expect(world.tags()).toEqual(['v1.4.2']);
  });
});

describe('from develop to main', () => {
  beforeEach(async () => {
    world.config = { ...world.config, from: 'develop', to: 'main', after: 'production' };
    world.remote.refs.set('refs/heads/develop', world.head());
    await world.commit('feat: b', { branch: 'develop' });
  });

  test('a release is cut, fixed on its branch, merged, tagged, deployed, and only then merged back', async () => {
    expect(await propose()).toMatchObject({ branch: 'release/v1.5.0', onto: 'main' });
    await world.commit('feat: for the next one', { branch: 'develop' });
    await world.commit('fix: found in staging', { branch: 'release/v1.5.0' });
    await looks();
    const text = await changelog('release/v1.5.0');
    expect(text).toContain('- found in staging');
    expect(text).not.toContain('for the next one');
    const merged = await merge('release/v1.5.0');
    await looks();
    expect(world.tags()).toEqual(['v1.4.2', 'v1.5.0']);
    const develop = world.head('develop');
    await looks();
    expect(world.head('develop')).toBe(develop);
    deployed = 'v1.5.0';
    await looks();
    expect(logged.at(-1)).toContain('merged v1.5.0 back into develop');
    await world.git.fetch(new Map([['refs/heads/develop', world.head('develop')]]));
    const back = await world.git.commit(world.head('develop'));
    expect(back).toMatchObject({ parents: [develop, merged], message: "Merge tag 'v1.5.0' back into develop\n" });
    expect(await changelog('develop')).toContain('## [1.5.0]');
    // The next one has nothing of it.
    expect((await world.one({ isDry: true })).plan).toMatchObject({
      notes: '### Added\n\n- for the next one',
      tag: 'v1.6.0',
    });
  });

  test('what was brought back by other commits is not brought again', async () => {
    await propose();
    await merge('release/v1.5.0');
    await looks();
    await world.commit('Bring it back', { branch: 'develop', files: { 'CHANGELOG.md': await changelog('main') } });
    const develop = world.head('develop');
    deployed = 'v1.5.0';
    await looks();
    expect(world.head('develop')).toBe(develop);
  });

  test('where it conflicts, or the branch takes no push, it waits on a branch and that is told', async () => {
    await propose();
    await merge('release/v1.5.0');
    await looks();
    await world.commit('docs: other', { branch: 'develop', files: { 'CHANGELOG.md': '# Something else\n' } });
    deployed = 'v1.5.0';
    await looks();
    await looks();
    expect(logged.filter((sentence) => sentence.includes('merge-back/v1.5.0'))).toEqual([
      'v1.5.0 waits on merge-back/v1.5.0 to be merged into develop: it conflicts with develop',
    ]);
  });
});
