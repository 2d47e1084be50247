// The contract's reads of what was fetched: contents, files, text, names, export.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoryFile } from '../support/git-repositories.ts';
import type { GitHarness, OpenHarness } from './git-harness.ts';

const MAIN = 'refs/heads/main';

export function readContract(open: OpenHarness): void {
  let harness: GitHarness;
  beforeEach(async () => {
    harness = await open();
  });
  afterEach(() => harness.dispose());

  async function bring(...refs: string[]): Promise<void> {
    const { refs: found } = await harness.repository.look(refs);
    await harness.repository.fetch(new Map(refs.map((ref) => [ref, found.get(ref) ?? ''])));
  }

  test('an object that was never fetched is a Fault, not an answer', async () => {
    const main = await harness.remote.commit({ 'a.txt': 'a' });
    const missing = { name: 'Fault', code: 'object-missing' };
    await expect(harness.repository.commit(main)).rejects.toMatchObject(missing);
    await expect(harness.repository.readText(main, 'a.txt')).rejects.toMatchObject(missing);
    await expect(harness.repository.readBlobs(['0'.repeat(40)])).rejects.toMatchObject(missing);
    expect(await harness.repository.peel(main)).toBeNull();
    await bring(MAIN);
    expect(await harness.repository.readText(main, 'a.txt')).toBe('a');
  });

  test('what no ref names any more is obtained by its id while the remote has it; what never was is not', async () => {
    const first = await harness.remote.commit({ 'a.txt': 'a' });
    const lost = await harness.remote.commit({ 'a.txt': 'lost' });
    await harness.remote.setRef(MAIN, first);
    await bring(MAIN);
    const { repository } = harness;
    expect(await repository.peel(lost)).toBeNull();
    expect(await repository.obtain(lost)).toBe(true);
    expect(await repository.readText(lost, 'a.txt')).toBe('lost');
    expect(await repository.isAncestor(first, lost)).toBe(true);
    for (const never of ['deadbeef'.repeat(5), 'deadbeef'.repeat(8)]) {
      expect(await repository.obtain(never)).toBe(false);
    }
    // And what is asked for in vain breaks nothing.
    expect(await repository.readText(first, 'a.txt')).toBe('a');
    await expect(repository.obtain('--upload-pack=x')).rejects.toMatchObject({ code: 'usage' });
  });

  test('text is read by path; a folder, a symlink and a missing path have none', async () => {
    const main = await harness.remote.commit({
      'deep/er/file.txt': 'grüße\n',
      link: { mode: '120000', text: 'deep' },
      empty: '',
    });
    await bring(MAIN);
    expect(await harness.repository.readText(main, 'deep/er/file.txt')).toBe('grüße\n');
    expect(await harness.repository.readText(main, 'empty')).toBe('');
    for (const name of ['deep', 'link', 'absent', 'deep/er/file.txt/more']) {
      expect(await harness.repository.readText(main, name)).toBeNull();
    }
    await expect(harness.repository.readText(main, '../a')).rejects.toMatchObject({ code: 'usage' });
  });

  test('files are listed below the given paths, sorted, with ids and modes', async () => {
    const submodule = 'c'.repeat(40);
    const main = await harness.remote.commit({
      'b/run.sh': { mode: '100755', text: '#!/bin/sh\n' },
      'b/a.txt': 'x',
      'b.txt': 'x',
      'b/link': { mode: '120000', text: 'a.txt' },
      module: { mode: '160000', text: submodule },
      'elsewhere/z': 'z',
    });
    await bring(MAIN);
    const x = 'c1b0730e0133447badcfd47fd144e254807b06e1';
    const files = await harness.repository.listFiles(main, ['module', 'b', 'b.txt', 'absent']);
    expect(files.map(({ path, mode }) => `${mode} ${path}`)).toEqual([
      '100644 b.txt',
      '100644 b/a.txt',
      '120000 b/link',
      '100755 b/run.sh',
      '160000 module',
    ]);
    expect(files[0]?.oid).toBe(x);
    expect(files[4]?.oid).toBe(submodule);
    expect(await harness.repository.listFiles(main, [''])).toHaveLength(6);
    const blobs = await harness.repository.readBlobs([files[3]?.oid ?? '', x, x]);
    expect(blobs.map((blob) => Buffer.from(blob).toString())).toEqual(['#!/bin/sh\n', 'x', 'x']);
  });

  test('a blob above the bound is a Fault', async () => {
    const main = await harness.remote.commit({ big: 'x'.repeat(2_000) });
    await bring(MAIN);
    const [file] = await harness.repository.listFiles(main, ['big']);
    const oids = [file?.oid ?? ''];
    await expect(harness.repository.readBlobs(oids, 1_999)).rejects.toMatchObject({ code: 'remote-too-large' });
    expect((await harness.repository.readBlobs(oids, 2_000))[0]).toHaveLength(2_000);
  });

  test('bytes that are no text come back as they are', async () => {
    const text = '\u0000\n\u0001 blob 3\n\n';
    const main = await harness.remote.commit({ odd: text, 'a name with ä and "quotes"': 'y' });
    await bring(MAIN);
    expect(await harness.repository.readText(main, 'odd')).toBe(text);
    expect(await harness.repository.readText(main, 'a name with ä and "quotes"')).toBe('y');
  });

  test('contents are the ids of the inputs and a digest over them', async () => {
    const first = await harness.remote.commit({ 'environments/a/x': '1', 'environments/b/x': '1', 'scripts/s': 's' });
    const second = await harness.remote.commit({ 'environments/b/x': '2' });
    const third = await harness.remote.commit({ 'environments/b/x': '1' });
    await bring(MAIN);
    const inputs = [
      ['environments/a', 'scripts/s', 'absent'],
      ['environments/b', 'scripts/s', 'absent'],
    ];
    const [a1, b1] = await harness.repository.contentsAt(first, inputs);
    const [a2, b2] = await harness.repository.contentsAt(second, inputs);
    const [, b3] = await harness.repository.contentsAt(third, inputs);
    expect(a1).toEqual({
      digest: 'e53b1b16c640587f452c8e67f18414e68b84027963b586ae27b6a916a38087f1',
      inputs: {
        absent: null,
        'environments/a': '4afd8b314a4ae6164c62ff82d7b05b02c33ea683',
        'scripts/s': '2f259b79aa7e263f5829bb6e98096e7ec976d998',
      },
    });
    expect(a2).toEqual(a1);
    expect(b2?.digest).not.toBe(b1?.digest);
    expect(b3).toEqual(b1);
    const [reordered] = await harness.repository.contentsAt(first, [['absent', 'scripts/s', 'environments/a']]);
    expect(reordered?.digest).toBe(a1?.digest);
  });

  test('a file that is an input by itself counts with its mode', async () => {
    const inputs = [['tool', 'other']];
    const at = async (file: StoryFile) => {
      const commit = await harness.remote.commit({ tool: file, other: 'x' });
      await bring(MAIN);
      const [contents] = await harness.repository.contentsAt(commit, inputs);
      return contents;
    };
    const plain = await at('true\n');
    const executable = await at({ mode: '100755', text: 'true\n' });
    const link = await at({ mode: '120000', text: 'true\n' });
    expect(new Set([plain?.digest, executable?.digest, link?.digest]).size).toBe(3);
    expect(await at('true\n')).toEqual(plain);
    // Plain files have their own ids, as in ledgers from before; the others what `git mktree` says of a folder with
    // them alone.
    expect(plain?.inputs).toEqual({
      tool: '27ba77ddaf61532f217964734769a42cdabc17dc',
      other: 'c1b0730e0133447badcfd47fd144e254807b06e1',
    });
    expect(executable?.inputs['tool']).toBe('8ddaceeeb21454116b386c2b71e4e8efcbf9133f');
  });

  test('what a person types is resolved: tags before branches, abbreviations, never options or ranges', async () => {
    const first = await harness.remote.commit({ 'a.txt': 'a' });
    const second = await harness.remote.commit({ 'a.txt': 'b' });
    await harness.remote.annotatedTag('v1.0.0', first);
    await harness.remote.setRef('refs/heads/v1.0.0', second);
    await bring(MAIN, 'refs/tags/v1.0.0', 'refs/heads/v1.0.0');
    const { repository } = harness;
    expect(await repository.resolve('v1.0.0')).toBe(first);
    expect(await repository.resolve('main')).toBe(second);
    expect(await repository.resolve(MAIN)).toBe(second);
    expect(await repository.resolve(second)).toBe(second);
    expect(await repository.resolve(second.slice(0, 9))).toBe(second);
    for (const name of [
      '',
      'absent',
      '--help',
      '-n1',
      'main~1',
      'main^',
      `${first}..${second}`,
      'main:a.txt',
      ':/a',
      'a b',
      '@{-1}',
    ]) {
      expect(await repository.resolve(name), name).toBeNull();
    }
  });

  test('an export has the files of the commit with their modes, links that stay inside, and empty submodules', async () => {
    const main = await harness.remote.commit({
      'a.txt': 'a',
      'bin/run': { mode: '100755', text: 'run' },
      'bin/up': { mode: '120000', text: '../a.txt' },
      'module/inner': { mode: '160000', text: 'c'.repeat(40) },
      'left/out/x': 'x',
      'left/in/x': 'x',
    });
    await bring(MAIN);
    const folder = harness.folder();
    await harness.repository.exportTree(main, folder, { without: ['left/out'] });
    expect(Object.fromEntries(harness.exported(folder) ?? [])).toEqual({
      'a.txt': { mode: '644', text: 'a' },
      'bin/run': { mode: '755', text: 'run' },
      'bin/up': { mode: 'link', text: '../a.txt' },
      'left/in/x': { mode: '644', text: 'x' },
    });
    const again = harness.repository.exportTree(main, folder);
    await expect(again).rejects.toMatchObject({ name: 'Fault', code: 'state-unwritable' });
    const some = harness.folder();
    await harness.repository.exportTree(main, some, { only: ['left', 'a.txt', 'absent'], without: ['left/out'] });
    expect([...(harness.exported(some)?.keys() ?? [])].sort()).toEqual(['a.txt', 'left/in/x']);
  });

  test('an export over an older one is as if it were new', async () => {
    const old = await harness.remote.commit({
      'a.txt': 'much longer than before',
      'bin/run': { mode: '100755', text: 'run' },
      'was/a/folder': 'x',
      'was-a-file': 'x',
      link: { mode: '120000', text: 'a.txt' },
    });
    await bring(MAIN);
    const folder = harness.folder();
    await harness.repository.exportTree(old, folder);
    const main = await harness.remote.commit({
      'a.txt': 'a',
      'bin/run': 'no longer a program',
      'was/a/folder': null,
      'was/a': 'a file now',
      'was-a-file': null,
      'was-a-file/inside': 'a folder now',
      link: 'a file now',
    });
    await bring(MAIN);
    await harness.repository.exportTree(main, folder, { over: true });
    const fresh = harness.folder();
    await harness.repository.exportTree(main, fresh);
    expect(harness.exported(folder)).toEqual(harness.exported(fresh));
  });

  test.each(['/etc/passwd', '../../outside', 'inside/../../../outside', 'bin/..', '.git/config', ''])(
    'a symlink to %j is hostile, and nothing is left of the export',
    async (target) => {
      const main = await harness.remote.commit({ 'a.txt': 'a', 'deep/link': { mode: '120000', text: target } });
      await bring(MAIN);
      const folder = harness.folder();
      const exported = harness.repository.exportTree(main, folder);
      await expect(exported).rejects.toMatchObject({ name: 'Fault', code: 'tree-hostile', retry: 'never' });
      expect(harness.exported(folder)).toBeNull();
    },
  );
}
