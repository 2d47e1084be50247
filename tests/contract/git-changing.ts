// The contract's questions about what lies between two commits, who made it, and what a tag says.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { GitHarness, OpenHarness } from './git-harness.ts';

const MAIN = 'refs/heads/main';
const DAN = { name: 'Dan', email: 'dan@example.org' };
const EVE = { name: 'Eve', email: 'eve@example.org' };
const MOST = { commitsMax: 100, pathsMax: 100 };

export function changeContract(open: OpenHarness): void {
  let harness: GitHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.dispose());

  async function bring(...refs: readonly string[]): Promise<void> {
    const found = await harness.repository.look(refs);
    await harness.repository.fetch(new Map(refs.map((ref) => [ref, found.refs.get(ref) ?? ''])));
  }

  async function between(from: string | null, to: string, paths: readonly string[], most = MOST) {
    const found = await harness.repository.changesBetween(from, to, paths, most);
    if (found === null) return null;
    return { commits: found.commits.map(({ oid }) => oid).sort(), paths: found.paths };
  }

  test('the changes between two commits are those that touch the paths, on any side branch', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/x': '1', 'b/x': '1' });
    const one = await remote.commit({ 'a/y': '1' }, { author: EVE, committer: DAN, message: 'feat: one' });
    await remote.commit({ 'b/x': '2' });
    const side = await remote.commit({ 'a/z': '1' }, { branch: 'side', parent: root, author: DAN });
    const merged = await remote.merge('main', [(await remote.readRef(MAIN)) ?? '', side], { 'a/z': '1' });
    await bring(MAIN);
    expect(await between(root, merged, ['a'])).toEqual({ commits: [one, side].sort(), paths: ['a/y', 'a/z'] });
    expect(await between(root, merged, ['a/y', 'absent'])).toEqual({ commits: [one], paths: ['a/y'] });
    expect((await between(root, merged, ['']))?.commits).toHaveLength(3);
    const found = await harness.repository.changesBetween(root, one, ['a'], MOST);
    expect(found?.commits).toMatchObject([
      { author: EVE, committer: DAN, message: expect.stringMatching(/^feat: one\n?$/) },
    ]);
    expect(await between(merged, merged, ['a'])).toEqual({ commits: [], paths: [] });
  });

  test('what is taken back counts from both sides, with the one who wrote what comes back', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/x': '1', 'a/w': '1' });
    const there = await remote.commit({ 'a/x': '2' });
    const here = await remote.commit({ 'a/y': '1' }, { branch: 'other', parent: root });
    const aside = await remote.commit({ 'a/w': '2' }, { branch: 'aside', parent: root });
    await bring(MAIN, 'refs/heads/other', 'refs/heads/aside');
    expect(await between(there, root, ['a'])).toEqual({ commits: [there, root].sort(), paths: ['a/x'] });
    expect(await between(root, there, ['a'])).toEqual({ commits: [there], paths: ['a/x'] });
    expect(await between(there, here, ['a'])).toEqual({ commits: [there, here, root].sort(), paths: ['a/x', 'a/y'] });
    expect(await between(there, here, ['a/y'])).toEqual({ commits: [here], paths: ['a/y'] });
    expect(await between(there, aside, ['a/w'])).toEqual({ commits: [aside], paths: ['a/w'] });
  });

  test('a change that was taken back and comes back is its own author’s, whatever else stands in the file by then', async () => {
    const { remote } = harness;
    await remote.commit({ 'a/x': '1\n2\n3\n' });
    const mine = await remote.commit({ 'a/x': '1\nmine\n3\n' }, { author: EVE });
    const meanwhile = await remote.commit({ 'a/x': '1\nmine\n3\n4\n' }, { author: DAN });
    const reverted = await remote.commit({ 'a/x': '1\n2\n3\n4\n' }, { author: DAN });
    const later = await remote.commit({ 'a/x': '1\n2\n3\n4\n5\n' }, { author: DAN });
    await bring(MAIN);
    expect((await between(later, meanwhile, ['a']))?.commits).toEqual([mine, reverted, later].sort());
    expect((await between(later, mine, ['a']))?.commits).toEqual([mine, meanwhile, reverted, later].sort());
    expect((await between(later, reverted, ['a']))?.commits).toEqual([later]);
  });

  test('a line that was taken out, put back, and is missing again counts for the one who took it out', async () => {
    const { remote } = harness;
    await remote.commit({ 'a/x': 'check\nrun\n' });
    const dropped = await remote.commit({ 'a/x': 'run\n' }, { author: EVE });
    const restored = await remote.commit({ 'a/x': 'check\nrun\n' }, { author: DAN });
    const later = await remote.commit({ 'a/y': '1' }, { author: DAN });
    await bring(MAIN);
    expect((await between(later, dropped, ['a']))?.commits).toEqual([dropped, restored, later].sort());
  });

  test('a commit that brings work back forwards, and says so, counts for whose work it was', async () => {
    const { remote } = harness;
    await remote.commit({ 'a/x': '1\n' });
    const mine = await remote.commit({ 'a/x': '1\nmine\n' }, { author: EVE });
    const words = (what: string, oid: string) => `${what} "mine"\n\nThis reverts commit ${oid}.\n`;
    const reverted = await remote.commit({ 'a/x': '1\n' }, { author: DAN, message: words('Revert', mine) });
    const again = await remote.commit({ 'a/x': '1\nmine\n' }, { author: DAN, message: words('Reapply', reverted) });
    const off = await remote.commit({ 'a/x': '1\n' }, { author: DAN, message: words('Revert', again) });
    const third = await remote.commit({ 'a/x': '1\nmine\n' }, { author: DAN, message: words('Reapply', off) });
    const aside = await remote.commit({ 'a/y': 'y' }, { branch: 'aside', parent: reverted, author: EVE });
    const told = `y\n\n(cherry picked from commit ${aside})\n`;
    const picked = await remote.commit({ 'a/y': 'y' }, { author: DAN, message: told });
    await bring(MAIN, 'refs/heads/aside');
    const made = async (from: string, to: string, paths: readonly string[]) =>
      (await between(from, to, paths))?.commits;
    expect(await made(mine, reverted, ['a'])).toEqual([reverted]);
    expect(await made(reverted, again, ['a'])).toEqual([mine, again].sort());
    expect(await made(off, third, ['a'])).toEqual([mine, again, third].sort());
    expect(await made(third, picked, ['a'])).toEqual([aside, picked].sort());
    expect(await made(third, picked, ['a/x'])).toEqual([]);
    const unknown = await remote.commit({ 'a/x': '2' }, { message: words('Revert', 'e'.repeat(40)) });
    await bring(MAIN);
    expect(await made(picked, unknown, ['a'])).toEqual([unknown]);
  });

  test('where lines tell nothing, the one who touched the file counts', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/list': 'viewers\neve\nadmins\nana\n', 'a/bin': '\0one' });
    const moved = await remote.commit({ 'a/list': 'viewers\nadmins\neve\nana\n' }, { author: EVE });
    const back = await remote.commit({ 'a/list': 'viewers\neve\nadmins\nana\n' }, { author: DAN });
    const bins = [
      await remote.commit({ 'a/bin': '\0two' }, { author: EVE }),
      await remote.commit({ 'a/bin': '\0one' }),
    ];
    const gone = await remote.commit({ 'a/list': 'viewers\nadmins\nana\n' }, { author: DAN });
    await bring(MAIN);
    expect((await between(gone, moved, ['a/list']))?.commits).toEqual([root, moved, back, gone].sort());
    expect((await between(gone, bins[0] ?? '', ['a/bin']))?.commits).toEqual([root, ...bins].sort());
  });

  test('a file that was deleted, became a script, or was renamed comes back by the one who made it so', async () => {
    const { remote } = harness;
    await remote.commit({ 'a/x': 'x' });
    const empty = await remote.commit({ 'a/empty': '' }, { author: EVE });
    const renamed = await remote.commit({ 'a/empty': null, 'a/x': null, 'a/z': 'x' }, { author: DAN });
    await bring(MAIN);
    expect((await between(renamed, empty, ['a/empty']))?.commits).toEqual([empty, renamed].sort());
  });

  test('an earlier merge that threw work away counts where that comes back', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/x': 'run\n', 'notes.md': '' });
    const check = await remote.commit({ 'a/x': 'check\nrun\n' }, { author: DAN });
    const aside = await remote.commit({ 'notes.md': 'aside' }, { branch: 'side', parent: root });
    const thrown = await remote.merge('main', [aside, check], {});
    const restored = await remote.commit({ 'a/x': 'check\nrun\n' }, { parent: thrown, author: DAN });
    await bring(MAIN);
    expect((await between(restored, thrown, ['a']))?.commits).toEqual([thrown, restored].sort());
  });

  test('a merge counts where somebody made it into something of its own', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/x': '1\n2\n3\n4\n5\n6\n7\n' });
    const ours = await remote.commit({ 'a/x': 'one\n2\n3\n4\n5\n6\n7\n' });
    const theirs = await remote.commit({ 'a/x': '1\n2\n3\n4\n5\n6\nseven\n' }, { branch: 'side', parent: root });
    const clean = await remote.merge('clean', [ours, theirs], { 'a/x': 'one\n2\n3\n4\n5\n6\nseven\n' });
    const evil = await remote.merge('evil', [ours, theirs], { 'a/x': 'one\n2\nevil\n4\n5\n6\nseven\n' });
    await bring('refs/heads/clean', 'refs/heads/evil');
    expect((await between(ours, clean, ['a']))?.commits).toEqual([theirs]);
    expect((await between(ours, evil, ['a']))?.commits).toEqual([theirs, evil].sort());
  });

  test('a merge that throws work away is told, although it equals one of its parents', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/x': '1', 'notes.md': '' });
    const dans = await remote.commit({ 'a/x': '2' }, { author: DAN });
    const runs = await remote.commit({ 'notes.md': '1' });
    const aside = await remote.commit({ 'aside.md': '' }, { branch: 'side', parent: root });
    const thrown = await remote.merge('side', [aside, dans], {});
    const back = await remote.merge('side', [thrown, runs], { 'notes.md': '1' });
    await bring(MAIN, 'refs/heads/side');
    const found = await between(runs, back, ['a']);
    expect(found).toEqual({ commits: [thrown], paths: ['a/x'] });
  });

  test('a first version is that commit alone, with all that it has', async () => {
    const { remote } = harness;
    await remote.commit({ 'a/x': '1' });
    const second = await remote.commit({ 'a/y': '1', 'b/x': '1' });
    await bring(MAIN);
    expect(await between(null, second, ['a'])).toEqual({ commits: [second], paths: ['a/x', 'a/y'] });
  });

  test('a history without a common beginning is told whole', async () => {
    const { remote } = harness;
    const here = await remote.commit({ 'a/x': '1' });
    const elsewhere = await remote.commit({ 'a/x': '2' }, { branch: 'orphan', message: 'begun again' });
    const merged = await remote.merge('main', [here, elsewhere], { 'a/x': '2' });
    await bring(MAIN, 'refs/heads/orphan');
    expect((await between(here, elsewhere, ['a']))?.commits).toEqual([here, elsewhere].sort());
    expect((await between(here, merged, ['a']))?.commits).toEqual([elsewhere, merged].sort());
  });

  test('what is beyond a bound is not told in part', async () => {
    const { remote } = harness;
    const root = await remote.commit({ 'a/0': '0' });
    for (const name of ['1', '2', '3']) await remote.commit({ [`a/${name}`]: name });
    const tip = (await remote.readRef(MAIN)) ?? '';
    await bring(MAIN);
    expect((await between(root, tip, ['a'], { commitsMax: 3, pathsMax: 3 }))?.commits).toHaveLength(3);
    expect(await between(root, tip, ['a'], { commitsMax: 2, pathsMax: 100 })).toBeNull();
    expect(await between(root, tip, ['a'], { commitsMax: 100, pathsMax: 2 })).toBeNull();
    expect(await between(null, tip, ['a'], { commitsMax: 100, pathsMax: 2 })).toBeNull();
  });

  test('odd names of files are told as they are', async () => {
    const root = await harness.remote.commit({ 'a/x': '1' });
    const odd = await harness.remote.commit({ 'a/ü "quoted"\nline': '1', 'a/-rf': '1', 'a/*': '1' });
    await bring(MAIN);
    expect((await between(root, odd, ['a']))?.paths).toEqual(['a/*', 'a/-rf', 'a/ü "quoted"\nline']);
    expect((await between(root, odd, ['a/*']))?.paths).toEqual(['a/*']);
  });

  test('a commit that is gone is said to be gone, and nobody is made up', async () => {
    const tip = await harness.remote.commit({ 'a/x': '1' });
    await bring(MAIN);
    const gone = 'e'.repeat(40);
    for (const ask of [() => between(gone, tip, ['a']), () => between(tip, gone, ['a'])]) {
      await expect(ask()).rejects.toMatchObject({ code: 'object-missing' });
    }
  });

  test('only ids are compared: nothing is read as an option', async () => {
    const tip = await harness.remote.commit({ 'a/x': '1' });
    await bring(MAIN);
    await expect(harness.repository.changesBetween('--all', tip, ['a'], MOST)).rejects.toThrow();
    await expect(harness.repository.changesBetween(tip, '--all', ['a'], MOST)).rejects.toThrow();
    await expect(harness.repository.changesBetween(tip, tip, ['../a'], MOST)).rejects.toThrow();
  });

  test('a tag says who made it, what it says and what it stands for', async () => {
    const commit = await harness.remote.commit({ 'a/x': '1' });
    const words = { tagger: DAN, message: 'Looks good\n\nTried on staging.' };
    const oid = await harness.remote.annotatedTag('approve/production/v1.4.2@dan', commit, words);
    const ref = 'refs/tags/approve/production/v1.4.2@dan';
    await bring(ref);
    expect(await harness.repository.tag(oid)).toEqual({
      oid,
      name: 'approve/production/v1.4.2@dan',
      tagger: DAN,
      message: 'Looks good\n\nTried on staging.\n',
      commit,
    });
    expect(await harness.repository.tag(commit)).toBeNull();
  });

  test('what is not signed says so', async () => {
    const commit = await harness.remote.commit({ 'a/x': '1' });
    const oid = await harness.remote.annotatedTag('v1.0.0', commit);
    await bring(MAIN, 'refs/tags/v1.0.0');
    expect(await harness.repository.signature(commit, '')).toEqual({ type: 'unsigned' });
    expect(await harness.repository.signature(oid, '')).toEqual({ type: 'unsigned' });
  });
}
