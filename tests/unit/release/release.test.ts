// The next version and its changelog, over a repository in memory: what counts, what is refused, what is written.

import { beforeEach, describe, expect, test } from 'vitest';
import type { ReleaseAsk } from '../../../engine/controller/commands/release.ts';
import type { ReleaseComponent } from '../../../engine/model/release-config.ts';
import { ReleaseWorld } from '../../support/release-world.ts';

let world: ReleaseWorld;
beforeEach(async () => {
  world = new ReleaseWorld();
  await world.commit('Begin');
});

async function planned(ask: Partial<ReleaseAsk> = {}) {
  const { plan } = await world.one({ isDry: true, ...ask });
  if (plan.type !== 'release') throw new Error(plan.sentence);
  return plan;
}

async function refused(ask: Partial<ReleaseAsk> = {}) {
  const before = world.tags();
  const { plan } = await world.one(ask);
  expect(world.tags()).toEqual(before);
  if (plan.type === 'release') throw new Error(`released ${plan.tag}`);
  return `${plan.type}: ${plan.sentence}; ${plan.hint}`;
}

const since = async (...messages: readonly string[]) => {
  world.tag('v1.4.2');
  for (const message of messages) await world.commit(message);
};

describe('the level', () => {
  test.each([
    [['fix: a'], 'v1.4.3'],
    [['Update readme'], 'v1.4.3'],
    [['fix: a', 'feat: b', 'docs: c'], 'v1.5.0'],
    [['feat(api)!: b'], 'v2.0.0'],
    [['fix: a\n\nBREAKING CHANGE: the old field is gone'], 'v2.0.0'],
    [['fix: a\n\nBREAKING CHANGE: None'], 'v1.4.3'],
    [['fix: a\n\nBREAKING CHANGE: n/a.'], 'v1.4.3'],
    [['Export (#12)\n\n* feat: export\n\n* fix: its name'], 'v1.5.0'],
    [['Export (#12)\n\n* feat!: export'], 'v2.0.0'],
    [['fix: a\n\nRelease-As: 3.0.0'], 'v3.0.0'],
    [['Squash (#3)\n\n* fix: a\n\n  Release-As: 3.1.0\n\n* fix: b\n\n---------\n\nCo-authored-by: x <x@y>'], 'v3.1.0'],
    [['fix: a\n\nRelease-As: 3.0.0', 'fix: b\n\nRelease-As: v2.0.0'], 'v2.0.0'],
    [['fix: a', 'feat: b\n\nChangelog: skip'], 'v1.5.0'],
  ])('%j makes %s', async (messages, tag) => {
    await since(...messages);
    expect((await planned()).tag).toBe(tag);
  });

  test('what breaks below 1.0.0 is minor', async () => {
    world.tag('v0.3.1');
    await world.commit('feat!: another way');
    expect(await planned()).toMatchObject({ tag: 'v0.4.0', why: expect.stringContaining('below 1.0.0') });
  });

  test('a patch number is above all of its line, also of those that are used elsewhere', async () => {
    await since('fix: a');
    const side = await world.commit('fix: elsewhere', { branch: 'hotfix' });
    world.tag('v1.4.7', side);
    expect((await planned()).tag).toBe('v1.4.8');
    await world.commit('feat: b');
    expect((await planned()).tag).toBe('v1.5.0');
  });

  test('a wish of the person goes before all others', async () => {
    await since('fix: a\n\nRelease-As: 3.0.0');
    expect((await planned({ wish: { type: 'level', level: 'minor' } })).tag).toBe('v1.5.0');
    expect((await planned({ wish: { type: 'version', version: '9.0.0' } })).tag).toBe('v9.0.0');
    expect((await planned({ wish: { type: 'version', version: 'v9.0.0' } })).tag).toBe('v9.0.0');
  });

  test('a revert and what it reverts cancel each other out; a reverted revert takes nothing back', async () => {
    world.tag('v1.4.2');
    await world.commit('fix: stays');
    const feature = await world.commit('feat: export');
    const revert = await world.commit(`Revert "feat: export"\n\nThis reverts commit ${feature}.`);
    expect(await planned()).toMatchObject({
      tag: 'v1.4.3',
      notes: '### Fixed\n\n- stays',
      counted: [
        { as: 'cancelled', why: `takes back ${feature.slice(0, 7)}` },
        { as: 'cancelled', why: `cancelled by ${revert.slice(0, 7)} (revert)` },
        { as: 'patch' },
      ],
    });
    await world.commit(`Revert "Revert"\n\nThis reverts commit ${revert}.`);
    expect((await planned()).tag).toBe('v1.5.0');
  });

  test('a revert of a merge takes back all that it brought', async () => {
    world.tag('v1.4.2');
    const base = world.head();
    const side = await world.commitOn('side', [base], 'feat: export', { 'export.txt': 'x' });
    const main = await world.commit('fix: a');
    const merge = await world.commitOn('main', [main, side], 'Merge pull request #3 from acme/SHOP-7-export', {});
    expect((await planned()).tag).toBe('v1.5.0');
    await world.commit(`Revert "Merge"\n\nThis reverts commit ${merge}, reversing\nchanges made to ${main}.`);
    expect((await planned()).tag).toBe('v1.4.3');
  });

  test('commits that nobody sees make none, and it says so', async () => {
    await since('chore: a', 'ci: b', 'docs(readme): c');
    expect(await refused()).toBe(
      'nothing: nothing to release: since v1.4.2 there are only 3 that nobody sees who uses it (chore, ci, docs, …); ' +
        'name a level or a version to release them all the same',
    );
    expect((await planned({ wish: { type: 'level', level: 'patch' }, all: true })).notes).toBe(
      '### Other\n\n- **readme:** c\n- b\n- a',
    );
  });

  test('a commit that says no kind is listed, never dropped', async () => {
    await since('Faster', 'perf: cache', 'feat: a\n\nChangelog: Shows the delivery date', 'fix: b\n\nChangelog: skip');
    expect((await planned()).notes).toBe(
      '### Added\n\n- Shows the delivery date\n\n### Changed\n\n- cache\n\n### Other\n\n- Faster',
    );
  });

  test('the range begins at the last tag, however far that is', async () => {
    world.tag('v1.0.0');
    for (let at = 0; at < 600; at += 1) await world.commitOn('main', [world.head()], `fix: number ${at}`, {});
    const { counted, since: from } = await planned();
    expect([counted.length, from]).toEqual([600, 'v1.0.0']);
  });
});

describe('tickets', () => {
  beforeEach(() => {
    world.config = { ...world.config, tickets: { match: '[A-Z]{2,}-\\d+', url: 'https://t.example.org/$0' } };
  });

  test('each is linked once, where it is named or behind', async () => {
    await since('fix: SHOP-1 and SHOP-2 again', 'fix: b\n\nRefs: SHOP-3, SHOP-3');
    expect((await planned()).notes).toBe(
      '### Fixed\n\n- b ([SHOP-3](https://t.example.org/SHOP-3))\n' +
        '- [SHOP-1](https://t.example.org/SHOP-1) and [SHOP-2](https://t.example.org/SHOP-2) again',
    );
  });

  test('that of the branch is that of the commits that the merge brought', async () => {
    world.tag('v1.4.2');
    const base = world.head();
    const side = await world.commitOn('side', [base], 'feat: export', { 'export.txt': 'x' });
    const main = await world.commit('fix: a');
    await world.commitOn('main', [main, side], 'Merge pull request #3 from acme/SHOP-7-export', {});
    const { counted } = await planned();
    expect(counted.map(({ as, tickets }) => [as, ...tickets])).toEqual([
      ['merge', 'SHOP-7'],
      expect.arrayContaining([]),
      expect.arrayContaining([]),
    ]);
    expect(counted.find(({ subject }) => subject === 'feat: export')?.tickets).toEqual(['SHOP-7']);
    expect(counted.find(({ subject }) => subject === 'fix: a')?.tickets).toEqual([]);
  });
});

describe('what is refused, with nothing tagged', () => {
  test('no tag yet, until somebody names the first version', async () => {
    expect(await refused()).toBe(
      'refused: there is no tag v… on main to count from; name the first version, such as 0.1.0',
    );
    expect(await planned({ wish: { type: 'version', version: '0.1.0' } })).toMatchObject({
      tag: 'v0.1.0',
      since: null,
    });
  });

  test('a tag on another branch alone', async () => {
    const side = await world.commit('feat: elsewhere', { branch: 'next' });
    world.tag('v2.0.0', side);
    expect(await refused()).toContain(`v2.0.0 is on ${side.slice(0, 7)}, which main does not have`);
  });

  test('a higher tag on another branch, unless somebody names a version', async () => {
    await since('feat: a');
    const side = await world.commit('feat: elsewhere', { branch: 'next' });
    world.tag('v1.6.0', side);
    expect(await refused()).toBe(
      `refused: v1.6.0 (${side.slice(0, 7)}) is not below 1.5.0, and main does not have its commit; merge that commit into main, ` +
        'or name the version that you want',
    );
    expect((await planned({ wish: { type: 'version', version: '1.5.0' } })).tag).toBe('v1.5.0');
  });

  test.each([
    ['1.4.2', 'v1.4.2 exists already'],
    ['1.4.1', 'v1.4.1 is not above v1.4.2, which main has'],
    ['1.5.0+build', 'is no version'],
    ['01.5.0', 'is no version'],
  ])('the version %s', async (version, why) => {
    await since('feat: a');
    expect(await refused({ wish: { type: 'version', version } })).toContain(why);
  });

  test('a wish in a commit that is not above, by the commit', async () => {
    await since('feat: a\n\nRelease-As: 1.2.0');
    expect(await refused()).toContain(
      `v1.2.0 is not above v1.4.2, which main has (Release-As in ${world.head().slice(0, 7)})`,
    );
  });

  test.each([
    ['## [1.5] - soon\n', ':3: `## [1.5] - soon` names no version'],
    ['<<<<<<< HEAD\n## [1.4.2]\n=======\n>>>>>>> other\n', ':3: a merge has left its conflict there'],
    ['## [1.9.0] - 2026-11-01\n', ':3 begins with 1.9.0, which no tag carries'],
    ['## [1.3.9] - 2026-11-01\n', ':3 begins with 1.3.9, which no tag carries and which is not above v1.4.2'],
  ])('a changelog that begins %j', async (text, why) => {
    await since('feat: a');
    await world.commit('docs: changelog', { files: { 'CHANGELOG.md': `# Changelog\n\n${text}` } });
    expect(await refused()).toContain(`CHANGELOG.md${why}`);
  });

  test('a file whose version cannot be set', async () => {
    const versions = [{ file: 'package.json', pointer: '/version' }];
    world.config = { ...world.config, components: world.config.components.map((one) => ({ ...one, versions })) };
    await since('feat: a');
    expect(await refused()).toContain('main has no package.json');
    await world.commit('fix: b', { files: { 'package.json': '{ "name": "shop" }' } });
    expect(await refused()).toContain('package.json: it has no value at /version');
  });
});

describe('what is written', () => {
  test('changelog, versions and an annotated tag with the notes, in one push; then there is nothing more', async () => {
    const versions = [
      { file: 'package.json', pointer: '/version' },
      { file: 'chart.yaml', pointer: '/app/versions/0' },
    ];
    world.config = { ...world.config, components: world.config.components.map((one) => ({ ...one, versions })) };
    await world.commit('chore: files', {
      files: {
        'package.json': '{\n\t"name": "shop",\n\t"version" : "1.4.2"\n}\n',
        'chart.yaml': '# of the app\napp: { versions: [1.4.2, old] }   # two\n',
      },
    });
    await since('feat(web): show delivery date', 'fix: retry once');
    const end = await world.one();
    expect(end.done).toMatchObject({ type: 'tagged', tag: 'v1.5.0', isSigned: false });
    expect(await world.read('CHANGELOG.md')).toContain(
      '## [1.5.0] - 2026-11-24\n\n### Added\n\n- **web:** show delivery date\n\n### Fixed\n\n- retry once\n',
    );
    expect(await world.read('package.json')).toBe('{\n\t"name": "shop",\n\t"version" : "1.5.0"\n}\n');
    expect(await world.read('chart.yaml')).toBe('# of the app\napp: { versions: [1.5.0, old] }   # two\n');
    const oid = world.remote.refs.get('refs/tags/v1.5.0') ?? '';
    expect(await world.git.tag(oid)).toMatchObject({
      name: 'v1.5.0',
      commit: world.head(),
      tagger: { name: 'Ana' },
      message: 'Release v1.5.0\n\n### Added\n\n- **web:** show delivery date\n\n### Fixed\n\n- retry once\n',
    });
    expect(await refused()).toBe('nothing: nothing to release: since v1.5.0 there is no commit; ');
  });

  test('what people wrote below Unreleased goes with it, and all else stays', async () => {
    world.tag('v1.4.2');
    const changelog = [
      '# Changelog\n\nOurs.\n\n## [Unreleased]\n\nA word before.\n\n### Fixed\n\n- By hand\n  on two lines\n\n',
      '## [1.4.2] - 2026-01-01\n\n- old\n\n[1.4.2]: https://example.org/1.4.2\n',
    ].join('');
    await world.commit('feat: a', { files: { 'CHANGELOG.md': changelog } });
    await world.commit('fix: b');
    await world.one();
    expect(await world.read('CHANGELOG.md')).toBe(
      [
        '# Changelog\n\nOurs.\n\n## [Unreleased]\n\n## [1.5.0] - 2026-11-24\n\nA word before.\n\n### Added\n\n- a\n\n',
        '### Fixed\n\n- By hand\n  on two lines\n- b\n\n',
        '## [1.4.2] - 2026-01-01\n\n- old\n\n[1.4.2]: https://example.org/1.4.2\n',
      ].join(''),
    );
  });

  test('a section that was written by hand for this version is the notes', async () => {
    await since('feat: a');
    await world.commit('docs: notes', { files: { 'CHANGELOG.md': '# Changelog\n\n## 1.5.0\n\nAll new.\n' } });
    expect(await planned()).toMatchObject({ tag: 'v1.5.0', notes: 'All new.' });
    expect((await world.one()).done).toMatchObject({ commit: world.head() });
  });

  test('where somebody pushes meanwhile, it is counted again', async () => {
    await since('fix: a');
    const { git } = world;
    let isFirst = true;
    world.git = {
      ...git,
      push: async (...args) => {
        if (isFirst) {
          isFirst = false;
          await world.commit('feat: late');
        }
        return git.push(...args);
      },
    };
    expect((await world.one()).done).toMatchObject({ tag: 'v1.5.0' });
    expect(world.tags()).toEqual(['v1.4.2', 'v1.5.0']);
  });

  test('a dry run writes nothing, and says what the run then does', async () => {
    await since('feat: a');
    const head = world.head();
    const dry = await world.one({ isDry: true });
    expect([world.head(), world.tags()]).toEqual([head, ['v1.4.2']]);
    expect((await world.one()).plan).toEqual(dry.plan);
  });

  test('a pre-release is counted from the last one, what follows it from the last that was none', async () => {
    await since('feat: a');
    await world.one({ wish: { type: 'version', version: '1.5.0-rc.1' } });
    await world.commit('fix: b');
    expect((await planned({ wish: { type: 'version', version: '1.5.0-rc.2' } })).notes).toBe('### Fixed\n\n- b');
    expect(await planned()).toMatchObject({ tag: 'v1.5.0', notes: '### Added\n\n- a\n\n### Fixed\n\n- b' });
  });
});

describe('components', () => {
  const part = (name: string, ...paths: string[]): ReleaseComponent => ({
    name,
    paths,
    tag: `${name}-v`,
    changelog: `${name}.md`,
    versions: [],
  });

  beforeEach(() => {
    world.config = { ...world.config, components: [part('web', 'web', 'shared'), part('api', 'api', 'shared')] };
    world.tag('web-v1.0.0');
    world.tag('api-v2.3.0');
    world.tag('v9.9.9');
  });

  test('each counts what changes its paths, and is tagged on its own', async () => {
    await world.commit('feat: w', { below: 'web' });
    await world.commit('fix: a', { below: 'api' });
    await world.commit('fix: both', { below: 'shared' });
    await world.commit('feat: neither', { below: 'docs' });
    const ends = await world.ends();
    expect(ends.map(({ done }) => ('tag' in done ? done.tag : done.type))).toEqual(['web-v1.1.0', 'api-v2.3.1']);
    expect(await world.read('web.md')).toContain('- w\n\n### Fixed\n\n- both\n');
    expect(await world.read('api.md')).toContain('### Fixed\n\n- both\n- a\n');
  });

  test('a wish in a commit is that of whose tag it names', async () => {
    await world.commit('fix: both\n\nRelease-As: web-v4.0.0', { below: 'shared' });
    const ends = await world.ends({ isDry: true });
    expect(ends.map(({ plan }) => (plan.type === 'release' ? plan.tag : plan.sentence))).toEqual([
      'web-v4.0.0',
      'api-v2.3.1',
    ]);
  });

  test('where one is refused, none is tagged', async () => {
    await world.commit('feat: w', { below: 'web' });
    await world.commit('feat: a\n\nRelease-As: 1.0.0', { below: 'api' });
    const before = world.tags();
    const ends = await world.ends();
    expect(ends.map(({ plan, done }) => [plan.type, done.type])).toEqual([
      ['release', 'planned'],
      ['refused', 'planned'],
    ]);
    expect(world.tags()).toEqual(before);
  });

  test('one that is not there, and a version for several, are told', async () => {
    expect(await world.ask({ component: 'wob' })).toEqual({ type: 'unknown-component', names: ['web', 'api'] });
    expect(await world.ask({ wish: { type: 'version', version: '3.0.0' } })).toMatchObject({ type: 'several' });
  });
});
