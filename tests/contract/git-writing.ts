// The contract's new commits: drafts, restores, merges.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommitDraft } from '../../engine/ports/git.ts';
import { STORY_TIME } from '../support/git-repositories.ts';
import type { GitHarness, OpenHarness } from './git-harness.ts';

const MAIN = 'refs/heads/main';
const SIGNING = { author: { name: 'Tidegate', email: 'tidegate@example.org' }, at: STORY_TIME };

export function writeContract(open: OpenHarness): void {
  let harness: GitHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.dispose());

  async function bring(...refs: string[]): Promise<void> {
    const { refs: found } = await harness.repository.look(refs);
    await harness.repository.fetch(new Map(refs.map((ref) => [ref, found.get(ref) ?? ''])));
  }

  const draft = (parent: string | null, files: Record<string, string | null>, message = 'Record'): CommitDraft => ({
    ...SIGNING,
    parent,
    message,
    files: new Map(Object.entries(files)),
  });

  test('the same draft is the same commit, everywhere', async () => {
    const drafts = [draft(null, { 'index.json': '{}\n', 'active/production-1.jsonl': 'ä\n' }, 'Open production-1')];
    const [oid = ''] = await harness.repository.writeCommits(drafts);
    expect(oid).toBe('9e43017ea10c559c896855109ee93dc326e05fb3');
    expect(await harness.repository.writeCommits(drafts)).toEqual([oid]);
    expect(await (await harness.another()).writeCommits(drafts)).toEqual([oid]);
    expect(await harness.repository.commit(oid)).toMatchObject({
      parents: [],
      author: SIGNING.author,
      committer: SIGNING.author,
      authoredAt: STORY_TIME,
      message: 'Open production-1\n',
    });
  });

  test('a tag is the text of its object, and can be pushed and read again', async () => {
    const commit = await harness.remote.commit({ 'a.txt': 'a' });
    await bring(MAIN);
    const text = `object ${commit}\ntype commit\ntag v1.0.0\ntagger Ana <ana@example.org> 1700000000 +0000\n\nRelease v1.0.0\n\n### Added\n`;
    const oid = await harness.repository.writeTag(text);
    expect(await harness.repository.writeTag(text)).toBe(oid);
    const update = { ref: 'refs/tags/v1.0.0', expected: null, oid };
    expect((await harness.repository.push([update])).get(update.ref)).toEqual({ type: 'accepted' });
    const { refs, peeled } = await harness.repository.look(['refs/tags/']);
    expect([refs.get(update.ref), peeled.get(update.ref)]).toEqual([oid, commit]);
    expect(await harness.repository.tag(oid)).toMatchObject({
      name: 'v1.0.0',
      message: 'Release v1.0.0\n\n### Added\n',
      commit,
      tagger: { name: 'Ana', email: 'ana@example.org' },
    });
    await expect(harness.repository.writeTag('object nothing\n')).rejects.toThrow();
  });

  test('drafts build on each other, in one go', async () => {
    const [first = '', second = '', apart = ''] = await harness.repository.writeCommits([
      draft(null, { 'a/1': '1', 'a/2': '2', b: 'b' }),
      draft('draft:0', { 'a/1': null, b: 'changed', 'new/file': 'n' }),
      draft(null, { alone: 'x' }),
    ]);
    expect((await harness.repository.commit(second)).parents).toEqual([first]);
    expect((await harness.repository.commit(apart)).parents).toEqual([]);
    const paths = async (oid: string) => (await harness.repository.listFiles(oid, [''])).map(({ path }) => path);
    expect(await paths(second)).toEqual(['a/2', 'b', 'new/file']);
    expect(await harness.repository.readText(second, 'b')).toBe('changed');
    expect(await paths(apart)).toEqual(['alone']);
    expect(await harness.repository.writeCommits([])).toEqual([]);
  });

  test('a commit on top of a fetched one keeps everything else, and the executable bit of what it replaces', async () => {
    const parent = await harness.remote.commit({ 'run.sh': { mode: '100755', text: 'old' }, 'deep/a': 'a' });
    await bring(MAIN);
    const [oid = ''] = await harness.repository.writeCommits([draft(parent, { 'run.sh': 'new', 'deep/a': null })]);
    const files = await harness.repository.listFiles(oid, ['']);
    expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual(['100755 run.sh']);
    expect(await harness.repository.readText(oid, 'run.sh')).toBe('new');
  });

  test('paths that leave the tree, and later drafts as parents, are refused', async () => {
    for (const path of ['../a', '/a', '', 'a/../../b', '.git/config', 'a/.GIT/hooks/x']) {
      await expect(harness.repository.writeCommits([draft(null, { [path]: 'x' })]), path).rejects.toMatchObject({
        code: 'usage',
      });
    }
    for (const parent of ['draft:0', 'draft:1', 'main', '--help']) {
      await expect(harness.repository.writeCommits([draft(parent, { a: 'x' })]), parent).rejects.toMatchObject({
        name: 'Fault',
      });
    }
  });

  test('hostile words in names and messages stay words', async () => {
    const author = { name: 'Eve <eve@example.org> 0 +0000\ncommitter X', email: 'a>b\n' };
    const message = 'one\n\ndata 5\ncommit refs/heads/main\n\u0000\r\nend\n\n\n';
    const [oid = ''] = await harness.repository.writeCommits([{ ...draft(null, { 'a"\n b': 'x' }, message), author }]);
    const facts = await harness.repository.commit(oid);
    expect(facts.message).toBe('one\n\ndata 5\ncommit refs/heads/main\n\nend\n');
    expect(facts.parents).toEqual([]);
    expect(facts.author.name).not.toContain('\n');
    expect(await harness.repository.readText(oid, 'a"\n b')).toBe('x');
  });

  test('two hundred commits in one call', async () => {
    const drafts = Array.from({ length: 200 }, (_, index) =>
      draft(null, { a: `${index}`, 'b/c': 'same', 'b/d': `${index}` }),
    );
    const oids = await harness.repository.writeCommits(drafts);
    expect(new Set(oids).size).toBe(200);
    expect(await harness.repository.readText(oids[137] ?? '', 'b/d')).toBe('137');
  });

  test('copies put there what is elsewhere, modes and absences included, and keep a text beside them', async () => {
    const parent = await harness.remote.commit({
      'a/run.sh': { mode: '100755', text: 'run' },
      'a/link': { mode: '120000', text: 'run.sh' },
      'b/link': 'stays',
      'b/old': 'goes',
      'b/keys.sh': { mode: '100755', text: 'old' },
    });
    await bring(MAIN);
    const copies = ['run.sh', 'link', 'old'].map((name) => ({ from: `a/${name}`, to: `b/${name}` }));
    const texts = new Map([['b/keys.sh', 'new']]);
    const input = { ...SIGNING, parent, source: parent, copies, texts, message: 'Copy' };
    const oid = await harness.repository.writeCopies(input);
    expect(await harness.repository.writeCopies(input)).toBe(oid);
    const files = await harness.repository.listFiles(oid, ['b']);
    expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100755 b/keys.sh',
      '100644 b/link',
      '100755 b/run.sh',
    ]);
    expect(await harness.repository.readText(oid, 'b/link')).toBe('stays');
    expect(await harness.repository.readText(oid, 'b/keys.sh')).toBe('new');
    expect((await harness.repository.commit(oid)).parents).toEqual([parent]);
    const leaving = { ...input, copies: [{ from: 'a/run.sh', to: '.git/hooks/x' }] };
    await expect(harness.repository.writeCopies(leaving)).rejects.toMatchObject({ code: 'usage' });
  });

  test('a restore puts paths back as they were, modes and absences included, and leaves the rest', async () => {
    const good = await harness.remote.commit({
      'env/run.sh': { mode: '100755', text: 'good' },
      'env/link': { mode: '120000', text: 'run.sh' },
      'pipelines/p.yaml': 'good',
      'other/x': '1',
    });
    const bad = await harness.remote.commit({
      'env/run.sh': 'bad',
      'env/link': null,
      'env/new': 'bad',
      'pipelines/p.yaml': null,
      'scripts/added': 'bad',
      'other/x': '2',
    });
    await bring(MAIN);
    const paths = ['env', 'pipelines/p.yaml', 'scripts', 'never'];
    const input = { ...SIGNING, parent: bad, source: good, paths, message: 'Restore' };
    const oid = await harness.repository.writeRestore(input);
    expect(await harness.repository.writeRestore(input)).toBe(oid);
    const files = await harness.repository.listFiles(oid, ['']);
    expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '120000 env/link',
      '100755 env/run.sh',
      '100644 other/x',
      '100644 pipelines/p.yaml',
    ]);
    expect(await harness.repository.readText(oid, 'other/x')).toBe('2');
    const [restored] = await harness.repository.contentsAt(oid, [paths]);
    const [wanted] = await harness.repository.contentsAt(good, [paths]);
    expect(restored).toEqual(wanted);
    expect((await harness.repository.commit(oid)).parents).toEqual([bad]);
  });

  test('a clean merge has both sides; a conflict is null; what needs no merge makes no commit', async () => {
    const base = await harness.remote.commit({ 'a/x': '1\n', 'b/x': '1\n' });
    const ours = await harness.remote.commit({ 'a/x': '2\n' }, { branch: 'ours', parent: base });
    const theirs = await harness.remote.commit({ 'b/x': '2\n' }, { branch: 'theirs', parent: base });
    const clash = await harness.remote.commit({ 'a/x': '3\n' }, { branch: 'clash', parent: base });
    await bring(MAIN, 'refs/heads/ours', 'refs/heads/theirs', 'refs/heads/clash');
    const merge = (a: string, b: string) =>
      harness.repository.writeMerge({ ...SIGNING, ours: a, theirs: b, message: 'Merge' });
    const merged = await merge(ours, theirs);
    expect(merged).not.toBeNull();
    expect((await harness.repository.commit(merged ?? '')).parents).toEqual([ours, theirs]);
    expect(await harness.repository.readText(merged ?? '', 'a/x')).toBe('2\n');
    expect(await harness.repository.readText(merged ?? '', 'b/x')).toBe('2\n');
    expect(await merge(ours, theirs)).toBe(merged);
    expect(await merge(ours, clash)).toBeNull();
    expect(await merge(base, theirs)).toBe(theirs);
    expect(await merge(ours, base)).toBe(ours);
  });
}
