// Looking at a repository on this machine without git, checked against git itself; and trees that no honest git
// makes.

import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAnswerPatience } from '../../engine/git/answer-patience.ts';
import { createFileLook } from '../../engine/git/look-file.ts';
import { commitFiles, git, tagCommit } from '../support/git-repositories.ts';
import { bringMain, MAIN, type NativePlace, nativePlace } from './git-native-place.ts';

const BOUNDS = {
  patience: createAnswerPatience(1_000, false),
  bytesMax: 1_000_000,
  refsMax: 1_000,
  shown: 'here',
  secrets: [],
};

let place: NativePlace;
let tip: string;
beforeEach(() => {
  place = nativePlace();
  tip = commitFiles(place.bare, { 'a.txt': 'a' });
});
afterEach(() => place.dispose());

function lsRemote(): { refs: Record<string, string>; peeled: Record<string, string> } {
  const refs: Record<string, string> = {};
  const peeled: Record<string, string> = {};
  for (const line of git(place.bare, ['ls-remote', '.']).split('\n')) {
    const [oid = '', name = ''] = line.split('\t');
    if (name.endsWith('^{}')) peeled[name.slice(0, -3)] = oid;
    else refs[name] = oid;
  }
  return { refs, peeled };
}

describe('the look at files', () => {
  test('agrees with git: loose, packed, both, tags of tags, deleted', () => {
    const look = createFileLook(place.bare, BOUNDS);
    const agree = () => {
      const found = look.look(['refs/']);
      if (found === 'native') throw new Error('this repository is plain');
      expect({ refs: Object.fromEntries(found.refs), peeled: Object.fromEntries(found.peeled) }).toEqual(lsRemote());
      expect(found.head).toBe(MAIN);
    };
    agree();
    tagCommit(place.bare, 'v1', tip);
    git(place.bare, ['update-ref', 'refs/tags/light', tip]);
    git(place.bare, ['-c', 'tag.gpgSign=false', 'tag', '-a', '-m', 'x', 'nested', 'refs/tags/v1']);
    agree();
    git(place.bare, ['pack-refs', '--all']);
    agree();
    commitFiles(place.bare, { 'a.txt': 'b' });
    commitFiles(place.bare, { 'a.txt': 'c' }, { branch: 'deep/er/branch' });
    tagCommit(place.bare, 'v2', tip);
    agree();
    git(place.bare, ['tag', '-d', 'v1']);
    git(place.bare, ['update-ref', '-d', 'refs/heads/deep/er/branch']);
    agree();
    writeFileSync(path.join(place.bare, 'refs', 'heads', 'main.lock'), '');
    agree();
  });

  test('a work tree is looked at where its .git is', async () => {
    const work = path.join(place.directory, 'work');
    execFileSync('git', ['clone', '--quiet', place.bare, work]);
    const found = createFileLook(work, BOUNDS).look([MAIN]);
    expect(found).toMatchObject({ head: MAIN, clockSkewMs: null });
    const repository = await place.open({ url: work });
    expect(await bringMain(repository)).toBe(tip);
  });

  test.each<[string, (bare: string) => void]>([
    ['another ref store', (bare) => git(bare, ['config', 'extensions.refStorage', 'reftable'])],
    ['a configuration per work tree', (bare) => git(bare, ['config', 'extensions.worktreeConfig', 'true'])],
    ['an included configuration', (bare) => appendFileSync(path.join(bare, 'config'), '[include]\n\tpath = x\n')],
    ['a symbolic branch', (bare) => git(bare, ['symbolic-ref', 'refs/heads/alias', MAIN])],
    ['a branch that is a link', (bare) => symlinkSync('main', path.join(bare, 'refs', 'heads', 'alias'))],
    ['a half-written branch', (bare) => writeFileSync(path.join(bare, 'refs', 'heads', 'half'), tip.slice(0, 20))],
    ['garbage in packed-refs', (bare) => writeFileSync(path.join(bare, 'packed-refs'), 'garbage\n')],
    ['no HEAD', (bare) => rmSync(path.join(bare, 'HEAD'))],
    ['a HEAD that is no ref', (bare) => writeFileSync(path.join(bare, 'HEAD'), 'ref: ../../etc/passwd\n')],
    ['nothing there', (bare) => rmSync(bare, { recursive: true })],
  ])('leaves %s to git', (_, make) => {
    make(place.bare);
    expect(createFileLook(place.bare, BOUNDS).look(['refs/'])).toBe('native');
  });

  test('what is left to git is answered by git', async () => {
    git(place.bare, ['symbolic-ref', 'refs/heads/alias', MAIN]);
    tagCommit(place.bare, 'v1', tip);
    const looked = await (await place.open()).look(['refs/heads/', 'refs/tags/']);
    expect(looked.refs.get('refs/heads/alias')).toBe(tip);
    expect(looked.peeled.get('refs/tags/v1')).toBe(tip);
  });

  test('a tag whose object is packed is peeled once by git, and then without', () => {
    const tag = tagCommit(place.bare, 'v1', tip);
    git(place.bare, ['gc', '--quiet', '--prune=now']);
    git(place.bare, ['update-ref', 'refs/tags/v1-again', tag]);
    const look = createFileLook(place.bare, BOUNDS);
    expect(look.look(['refs/tags/'])).toBe('native');
    look.learn({
      refs: new Map([['refs/tags/v1-again', tag]]),
      peeled: new Map([['refs/tags/v1-again', tip]]),
      head: null,
      clockSkewMs: null,
    });
    expect(look.look(['refs/tags/'])).toMatchObject({
      peeled: new Map([
        ['refs/tags/v1', tip],
        ['refs/tags/v1-again', tip],
      ]),
    });
  });

  test('a detached HEAD names no branch', async () => {
    git(place.bare, ['update-ref', '--no-deref', 'HEAD', tip]);
    const looked = await (await place.open()).look([MAIN]);
    expect([looked.head, looked.refs.get('HEAD')]).toEqual([null, tip]);
  });

  test('a remote that vanishes is a Fault, and found again when it is back', async () => {
    const repository = await place.open();
    await repository.look([MAIN]);
    const away = `${place.bare}-away`;
    execFileSync('mv', [place.bare, away]);
    await expect(repository.look([MAIN])).rejects.toMatchObject({
      name: 'Fault',
      code: 'remote-unreachable',
      retry: 'later',
    });
    execFileSync('mv', [away, place.bare]);
    expect((await repository.look([MAIN])).refs.get(MAIN)).toBe(tip);
  });
});

describe('trees that no honest git makes', () => {
  const blob = () => git(place.bare, ['rev-parse', `${tip}:a.txt`]);
  const mktree = (...lines: string[]) =>
    execFileSync('git', ['mktree'], { cwd: place.bare, input: `${lines.join('\n')}\n`, encoding: 'utf8' }).trim();
  const rawTree = (...entries: [mode: string, name: string, oid: string][]) => {
    const parts = entries.flatMap(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
    return execFileSync('git', ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], {
      cwd: place.bare,
      input: Buffer.concat(parts),
      encoding: 'utf8',
    }).trim();
  };

  async function exportOf(tree: string): Promise<unknown> {
    const commit = git(place.bare, ['commit-tree', '-m', 'hostile', tree]);
    git(place.bare, ['update-ref', MAIN, commit]);
    const repository = await place.open();
    await bringMain(repository);
    const target = path.join(place.directory, 'exported');
    const outcome = await repository.exportTree(commit, target).catch((cause: unknown) => cause);
    expect(existsSync(target)).toBe(false);
    return outcome;
  }

  test.each([
    ['.git', '100644'],
    ['.GIT', '40000'],
    ['..', '40000'],
    ['../outside', '100644'],
    ['/etc/outside', '100644'],
    ['git~1', '100644'],
    ['fine', '100600'],
  ])('%s with mode %s', async (name, mode) => {
    const oid = mode === '40000' ? mktree(`100644 blob ${blob()}\tinner`) : blob();
    expect(await exportOf(rawTree([mode, name, oid]))).toMatchObject({ name: 'Fault', code: 'tree-hostile' });
  });

  test('a link and a folder of the same name', async () => {
    const link = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: place.bare,
      input: '../..',
      encoding: 'utf8',
    }).trim();
    const folder = mktree(`100644 blob ${blob()}\tfile`);
    expect(await exportOf(rawTree(['120000', 'a', link], ['40000', 'a', folder]))).toMatchObject({
      code: 'tree-hostile',
    });
  });

  test('a tree that unfolds into more files than the bound', async () => {
    let tree = mktree(...Array.from({ length: 10 }, (_, index) => `100644 blob ${blob()}\tf${index}`));
    for (let level = 0; level < 8; level += 1) {
      tree = mktree(...Array.from({ length: 10 }, (_, index) => `040000 tree ${tree}\tt${index}`));
    }
    expect(await exportOf(tree)).toMatchObject({ code: 'tree-hostile' });
  });

  test('folders nested deeper than anyone means', async () => {
    let tree = mktree(`100644 blob ${blob()}\tf`);
    for (let level = 0; level < 200; level += 1) tree = rawTree(['40000', 'd', tree]);
    expect(await exportOf(tree)).toMatchObject({ code: 'tree-hostile' });
  });

  test('more bytes than the bound', async () => {
    const repository = await place.open({ limits: { exportBytesMax: 10 } });
    const big = commitFiles(place.bare, { big: 'x'.repeat(11) });
    await bringMain(repository);
    await expect(repository.exportTree(big, path.join(place.directory, 'big'))).rejects.toMatchObject({
      code: 'tree-hostile',
    });
  });
});

test('without git there is a Fault that says so', async () => {
  const empty = path.join(place.directory, 'empty');
  mkdirSync(empty);
  await expect(place.open({ env: { PATH: empty } })).rejects.toMatchObject({ name: 'Fault', code: 'git-missing' });
});

test('a hook or a helper that configuration asks for is not run', async () => {
  const hooks = path.join(place.directory, 'hooks');
  const ran = path.join(place.directory, 'ran');
  mkdirSync(hooks);
  for (const name of ['reference-transaction', 'pre-push', 'post-update']) {
    writeFileSync(path.join(hooks, name), `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
  }
  const config = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: hooks };
  const repository = await place.open({ env: config });
  await bringMain(repository);
  expect(existsSync(ran)).toBe(false);
});

test('a URL that configuration rewrites is checked again', async () => {
  const rewrite = (to: string) => ({
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${to}.insteadOf`,
    GIT_CONFIG_VALUE_0: 'https://shop.test/',
  });
  const repository = await place.open({
    url: 'https://shop.test/shop.git',
    env: rewrite(`${path.dirname(place.bare)}/`),
  });
  expect(await bringMain(repository)).toBe(tip);
  const hostile = place.open({ url: 'https://shop.test/shop.git', env: rewrite('ext::sh -c true ') });
  await expect(hostile).rejects.toMatchObject({ code: 'usage' });
});
