// The contract's questions about history.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogEntry } from '../../engine/ports/git.ts';
import { STORY_TIME } from '../support/git-repositories.ts';
import type { GitHarness, OpenHarness } from './git-harness.ts';

const MAIN = 'refs/heads/main';

export function historyContract(open: OpenHarness): void {
  let harness: GitHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.dispose());

  async function bring(ref = MAIN): Promise<void> {
    const { refs } = await harness.repository.look([ref]);
    await harness.repository.fetch(new Map([[ref, refs.get(ref) ?? '']]));
  }

  async function line(length: number): Promise<string[]> {
    const commits: string[] = [];
    for (let index = 0; index < length; index += 1) {
      commits.push(await harness.remote.commit({ 'a.txt': `${index}` }, { message: `step ${index}` }));
    }
    return commits;
  }

  test('the facts of a commit', async () => {
    const parent = await harness.remote.commit({ 'a.txt': 'a' });
    const oid = await harness.remote.commit(
      { 'a.txt': 'b' },
      { message: 'Say b\n\nBecause.\n', at: STORY_TIME + 5_000 },
    );
    await bring();
    const ana = { name: 'Ana', email: 'ana@example.org' };
    expect(await harness.repository.commit(oid)).toEqual({
      oid,
      parents: [parent],
      tree: expect.stringMatching(/^[0-9a-f]{40}$/),
      author: ana,
      committer: ana,
      authoredAt: STORY_TIME + 5_000,
      committedAt: STORY_TIME + 5_000,
      message: 'Say b\n\nBecause.\n',
    });
  });

  test('first parents come newest first, up to a limit, and end before `until`', async () => {
    const [first = '', second = '', third = ''] = await line(3);
    const side = await harness.remote.commit({ 'side.txt': 's' }, { branch: 'side', parent: first });
    const merged = await harness.remote.merge('main', [third, side]);
    const after = await harness.remote.commit({ 'a.txt': 'after' });
    await bring();
    const ids = async (limit: number, until?: string) =>
      (await harness.repository.firstParents(after, limit, until)).map(({ oid }) => oid);
    expect(await ids(100)).toEqual([after, merged, third, second, first]);
    expect(await ids(2)).toEqual([after, merged]);
    expect(await ids(100, second)).toEqual([after, merged, third]);
    expect(await ids(100, side)).toEqual([after, merged, third, second, first]);
    const [newest] = await harness.repository.firstParents(after, 1);
    expect(newest?.tree).toBe((await harness.repository.commit(after)).tree);
  });

  test('the log of some paths tells first-parent commits that change them, and which files', async () => {
    const root = await harness.remote.commit({ 'a/x': '1', 'b/x': '1' }, { message: 'feat: begin\n\nBody.' });
    await harness.remote.commit({ 'b/y': '2' }, { message: 'elsewhere' });
    const side = await harness.remote.commit({ 'a/z': '3', 'b/z': '3' }, { branch: 'side', parent: root });
    const main = (await harness.remote.readRef(MAIN)) ?? '';
    const merged = await harness.remote.merge('main', [main, side], { 'a/z': '3', 'b/z': '3' });
    const odd = await harness.remote.commit(
      { 'a/ x\u00e9': '4', 'a/x': null },
      { message: 'fix: odd', at: STORY_TIME + 9_000 },
    );
    await bring();
    const told = async (paths: readonly string[]) => {
      const entries: LogEntry[] = [];
      for await (const entry of harness.repository.log(odd, paths)) entries.push(entry);
      return entries;
    };
    const inA = await told(['a']);
    expect(inA.map(({ oid, paths }) => [oid, paths])).toEqual([
      [odd, ['a/ x\u00e9', 'a/x']],
      [merged, ['a/z']],
      [root, ['a/x']],
    ]);
    const ana = { name: 'Ana', email: 'ana@example.org' };
    expect(inA[0]).toMatchObject({ committedAt: STORY_TIME + 9_000, message: 'fix: odd', author: ana, committer: ana });
    expect(inA[2]?.message).toBe('feat: begin\n\nBody.');
    expect((await told([''])).map(({ paths }) => paths.length)).toEqual([2, 2, 1, 2]);
    expect(await told(['nowhere'])).toEqual([]);
    // Anyone who has enough leaves, and asks again at once.
    for await (const { oid } of harness.repository.log(odd, ['a'])) {
      expect(oid).toBe(odd);
      break;
    }
    expect(await told(['a/z'])).toHaveLength(1);
  });

  test('what introduced the present content is the newest first-parent commit that changed it', async () => {
    const root = await harness.remote.commit({ 'a/x': '1', 'b/x': '1' });
    const changedA = await harness.remote.commit({ 'a/x': '2' });
    const changedB = await harness.remote.commit({ 'b/x': '2' });
    const side = await harness.remote.commit({ 'a/x': '3' }, { branch: 'side', parent: changedB });
    await bring();
    const { repository } = harness;
    expect(await repository.introducedBy(changedB, ['a'])).toBe(changedA);
    expect(await repository.introducedBy(changedB, ['b/x'])).toBe(changedB);
    expect(await repository.introducedBy(changedB, ['a', 'b'])).toBe(changedB);
    expect(await repository.introducedBy(changedA, ['b', 'absent'])).toBe(root);
    expect(await repository.introducedBy(changedB, ['absent'])).toBe(root);
    await bring('refs/heads/side');
    expect(await repository.introducedBy(side, ['a'])).toBe(side);
    expect(await repository.introducedBy(side, ['b'])).toBe(changedB);
  });

  test('content that was changed and changed back was introduced by the change back', async () => {
    await harness.remote.commit({ 'a/x': '1' });
    await harness.remote.commit({ 'a/x': '2' });
    const back = await harness.remote.commit({ 'a/x': '1' });
    const later = await harness.remote.commit({ 'b/x': '1' });
    await bring();
    expect(await harness.repository.introducedBy(later, ['a'])).toBe(back);
  });

  test('what lies further back than a walk in memory is found too', async () => {
    const changed = await harness.remote.commit({ 'quiet/x': '1' });
    const commits = await line(40);
    await bring();
    const tip = commits.at(-1) ?? '';
    expect(await harness.repository.introducedBy(tip, ['quiet'])).toBe(changed);
    expect(await harness.repository.firstParents(tip, 1_000)).toHaveLength(41);
    expect(await harness.repository.firstParents(tip, 1_000, commits[1])).toHaveLength(38);
    expect(await harness.repository.firstParents(tip, 39)).toHaveLength(39);
    expect(await harness.repository.isAncestor(changed, tip)).toBe(true);
  });

  test('an ancestor is one by any parent, and a commit is its own', async () => {
    const [first = '', second = ''] = await line(2);
    const side = await harness.remote.commit({ 'side.txt': 's' }, { branch: 'side', parent: first });
    const merged = await harness.remote.merge('main', [second, side]);
    await bring();
    const { repository } = harness;
    expect(await repository.isAncestor(side, merged)).toBe(true);
    expect(await repository.isAncestor(first, merged)).toBe(true);
    expect(await repository.isAncestor(merged, merged)).toBe(true);
    expect(await repository.isAncestor(merged, side)).toBe(false);
    expect(await repository.isAncestor(second, side)).toBe(false);
  });

  test('a whole history is told oldest first', async () => {
    const commits = await line(5);
    await bring();
    const told: string[] = [];
    for await (const { oid } of harness.repository.history(commits.at(-1) ?? '')) told.push(oid);
    expect(told).toEqual(commits);
  });

  test('what is new since some commits is told parents first, merges only where nothing is asked of paths', async () => {
    const [first = '', second = ''] = await line(2);
    const side = await harness.remote.commit({ 'side/a.txt': 's' }, { branch: 'side', parent: first });
    const merged = await harness.remote.merge('main', [second, side]);
    const after = await harness.remote.commit({ 'side/b.txt': 'b' });
    await bring();
    const { repository } = harness;
    const since = async (without: readonly string[], paths: readonly string[]) => {
      const told: string[] = [];
      for await (const { oid } of repository.commitsSince(without, after, paths)) told.push(oid);
      return told;
    };
    const whole = await since([first], ['']);
    expect(new Set(whole)).toEqual(new Set([second, side, merged, after]));
    expect(whole.indexOf(merged)).toBeGreaterThan(Math.max(whole.indexOf(second), whole.indexOf(side)));
    expect(await since([first, side], [''])).toEqual([second, merged, after]);
    expect(await since([first], ['side'])).toEqual([side, after]);
    expect(await since([first], ['side/b.txt', 'absent'])).toEqual([after]);
    expect((await since([], [''])).at(0)).toBe(first);
    expect(await since([after], [''])).toEqual([]);
  });

  test('a diff is unified, restricted to the paths, and bounded', async () => {
    const from = await harness.remote.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' });
    const to = await harness.remote.commit({ 'a.txt': 'two\n', 'b.txt': `${'line\n'.repeat(500)}` });
    await bring();
    const diff = await harness.repository.diff(from, to, ['a.txt']);
    expect(diff).toContain('--- a/a.txt\n+++ b/a.txt\n');
    expect(diff).toContain('-one\n+two\n');
    expect(diff).not.toContain('b.txt');
    expect(await harness.repository.diff(from, from, [])).toBe('');
    const cut = await harness.repository.diff(from, to, [], 300);
    expect(cut.length).toBeLessThan(400);
    expect(cut).toContain('cut after 300 bytes');
  });
}
