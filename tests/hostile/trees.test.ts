// Trees that git itself would carry and a checkout would obey. Precedents: CVE-2018-11235 and CVE-2018-17456 (what
// .gitmodules says is run), CVE-2024-32002 (a submodule and a link of nearly the same name), CVE-2014-9390 and
// CVE-2019-1352 (other spellings of .git), CVE-2021-21300 (a filter runs in the middle of a checkout). Real git makes
// every tree, and judges nothing.

import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bringMain, MAIN, type NativePlace, nativePlace } from '../contract/git-native-place.ts';
import { commitFiles, git, type StoryFile } from '../support/git-repositories.ts';

let place: NativePlace;
beforeEach(() => {
  place = nativePlace();
});
afterEach(() => place.dispose());

async function exported(files: Readonly<Record<string, StoryFile>>, env: Record<string, string> = {}) {
  return exportOf(commitFiles(place.bare, files), env);
}

async function exportOf(commit: string, env: Record<string, string> = {}) {
  const repository = await place.open({ env: { PATH: process.env['PATH'] ?? '', HOME: place.directory, ...env } });
  await bringMain(repository);
  const folder = path.join(place.directory, 'exported');
  const outcome = await repository.exportTree(commit, folder).catch((cause: unknown) => cause);
  return { repository, commit, folder, outcome };
}

/** A tree with names that no honest git adds to an index, on the main branch. */
function rawCommit(entries: readonly (readonly [mode: string, name: string, oid: string])[]): string {
  const bytes = entries.flatMap(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
  const options = { cwd: place.bare, encoding: 'utf8' } as const;
  const input = Buffer.concat(bytes);
  const args = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
  const tree = execFileSync('git', args, { ...options, input }).trim();
  const commit = git(place.bare, ['commit-tree', '-m', 'hostile', tree]);
  git(place.bare, ['update-ref', MAIN, commit]);
  return commit;
}

function blob(text: string): string {
  const options = { cwd: place.bare, encoding: 'utf8', input: text } as const;
  return execFileSync('git', ['hash-object', '-w', '--stdin'], options).trim();
}

describe('CVE-2018-11235, CVE-2018-17456: a submodule', () => {
  const FOREIGN = 'c'.repeat(40);

  test('is an empty folder: nobody is asked for it, whatever .gitmodules and the user’s own git say', async () => {
    const server = await place.serve();
    const modules = [
      `[submodule "../../../outside"]\n\tpath = vendor/lib\n\turl = ${server.url('other')}\n\tupdate = !touch ran\n`,
      '[submodule "x"]\n\tpath = -x\n\turl = -u./payload\n\tfetchRecurseSubmodules = true\n',
    ].join('');
    const own = path.join(place.directory, 'own-config');
    writeFileSync(
      own,
      '[submodule]\n\trecurse = true\n[fetch]\n\trecurseSubmodules = true\n[status]\n\tsubmoduleSummary = true\n',
    );
    const { folder, outcome } = await exported(
      {
        '.gitmodules': modules,
        'vendor/lib': { mode: '160000', text: FOREIGN },
        '-x': { mode: '160000', text: FOREIGN },
        'a.txt': 'a',
      },
      { GIT_CONFIG_GLOBAL: own },
    );
    expect(outcome).toBe(4);
    expect(readdirSync(path.join(folder, 'vendor/lib'))).toEqual([]);
    expect(readdirSync(path.join(folder, '-x'))).toEqual([]);
    expect(readFileSync(path.join(folder, '.gitmodules'), 'utf8')).toBe(modules);
    expect(readdirSync(folder).sort()).toEqual(['-x', '.gitmodules', 'a.txt', 'vendor']);
    expect(server.requests).toEqual([]);
    expect(existsSync(path.join(place.cache, 'modules'))).toBe(false);
  });

  test('counts as the commit that it names: another one is another version', async () => {
    const first = commitFiles(place.bare, { 'env/lib': { mode: '160000', text: FOREIGN }, 'env/a': 'a' });
    const second = commitFiles(place.bare, { 'env/lib': { mode: '160000', text: 'd'.repeat(40) } });
    const repository = await place.open();
    await bringMain(repository);
    const [before] = await repository.contentsAt(first, [['env', 'env/lib']]);
    const [after] = await repository.contentsAt(second, [['env', 'env/lib']]);
    expect(before?.inputs['env/lib']).toBe(FOREIGN);
    expect(after?.inputs['env/lib']).toBe('d'.repeat(40));
    expect(before?.digest).not.toBe(after?.digest);
    // What lies in it is in another repository: there is nothing at paths below it, and no object is looked for.
    expect((await repository.contentsAt(second, [['env/lib/inner']]))[0]?.inputs).toEqual({ 'env/lib/inner': null });
  });

  test('CVE-2024-32002: a link beside it that differs in case reaches no .git, and takes nobody’s place', async () => {
    const { outcome } = await exported({
      'A/modules/x': { mode: '160000', text: FOREIGN },
      a: { mode: '120000', text: '.git' },
    });
    expect(outcome).toMatchObject({ code: 'tree-hostile', message: expect.stringContaining('the symlink "a"') });
  });
});

describe('a symlink', () => {
  test('counts as the name that it holds, and is written as a link that stays inside', async () => {
    const first = commitFiles(place.bare, { 'env/run': { mode: '120000', text: '../lib/run' }, 'lib/run': 'one' });
    const second = commitFiles(place.bare, { 'lib/run': 'two' });
    const third = commitFiles(place.bare, { 'env/run': { mode: '120000', text: '../lib/other' } });
    const { repository, folder } = await exportOf(third);
    const digestOf = async (commit: string) => (await repository.contentsAt(commit, [['env']]))[0]?.digest;
    expect(await digestOf(first)).toBe(await digestOf(second));
    expect(await digestOf(third)).not.toBe(await digestOf(second));
    expect(readlinkSync(path.join(folder, 'env/run'))).toBe('../lib/other');
  });

  test.each(['/etc/passwd', '../../outside', 'env/../../outside', '.git/hooks', '.GIT', 'a/git~1/config', ''])(
    'to %j is refused, and nothing of the commit is written',
    async (target) => {
      const link = blob(target);
      const { folder, outcome } = await exportOf(
        rawCommit([
          ['100644', 'a', blob('a')],
          ['120000', 'link', link],
        ]),
      );
      expect(outcome).toMatchObject({
        code: 'tree-hostile',
        message: expect.stringContaining('the symlink "link" points to'),
        hint: 'fix the repository: such a tree is never written to disk',
      });
      expect(existsSync(folder)).toBe(false);
    },
  );

  test('called .gitmodules or .gitattributes is a link like any other: no git reads it here', async () => {
    const { folder, outcome } = await exported({
      '.gitmodules': { mode: '120000', text: 'a.txt' },
      '.gitattributes': { mode: '120000', text: 'a.txt' },
      'a.txt': 'a',
    });
    expect(outcome).toBe(3);
    expect(lstatSync(path.join(folder, '.gitmodules')).isSymbolicLink()).toBe(true);
  });
});

describe('CVE-2014-9390, CVE-2019-1352: other spellings of .git', () => {
  const SPELLINGS = ['.git', '.GIT', '.Git', '.git ', '.git.', '.git. . ', 'git~1', 'GIT~1', '.git::$INDEX_ALLOCATION'];
  test.each([...SPELLINGS, '.g\u200cit', '.gi\u200et', '\ufeff.git', 'git~1.'])(
    '%j is refused, as a file and as a folder',
    async (name) => {
      const file = blob('[core]\n\tfsmonitor = touch ran\n');
      const inner = execFileSync('git', ['mktree'], {
        cwd: place.bare,
        encoding: 'utf8',
        input: `100644 blob ${file}\tconfig\n`,
      });
      for (const entry of [
        ['100644', name, file],
        ['40000', name, inner.trim()],
        ['160000', name, 'c'.repeat(40)],
      ] as const) {
        const { folder, outcome } = await exportOf(rawCommit([entry]));
        expect(outcome).toMatchObject({ code: 'tree-hostile', message: expect.stringContaining('.git folder') });
        expect(existsSync(folder)).toBe(false);
      }
    },
  );

  test.skipIf(process.platform === 'win32')('a backslash is a letter here: `..\\x` is one file, inside', async () => {
    const { folder, outcome } = await exportOf(
      rawCommit([
        ['100644', '..\\..\\outside', blob('x')],
        ['100644', 'C:\\outside', blob('x')],
      ]),
    );
    expect(outcome).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(['..\\..\\outside', 'C:\\outside']);
  });

  test.runIf(process.platform === 'linux')(
    'names that differ in case only are both written, each as it is',
    async () => {
      const { folder } = await exported({ 'Deploy.sh': 'one', 'deploy.sh': 'two', 'A/x': 'three', 'a/x': 'four' });
      const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
      expect(['Deploy.sh', 'deploy.sh', 'A/x', 'a/x'].map(read)).toEqual(['one', 'two', 'three', 'four']);
    },
  );
});

test('CVE-2021-21300: no filter, line end or keyword of .gitattributes is obeyed, whatever the user’s own git has', async () => {
  const ran = path.join(place.directory, 'ran');
  const own = path.join(place.directory, 'own-config');
  writeFileSync(
    own,
    `[filter "evil"]\n\tsmudge = touch ${ran}\n\trequired = true\n\tprocess = touch ${ran}\n[core]\n\tautocrlf = true\n`,
  );
  const text = 'one\ntwo $Id$ $Format:%H$\n';
  const files = {
    '.gitattributes': '* text eol=crlf ident filter=evil export-subst working-tree-encoding=UTF-16\n',
    a: text,
  };
  const { folder, outcome } = await exported(
    { ...files, gone: 'x', 'sub/.gitattributes': 'b export-ignore\n', 'sub/b': text },
    { GIT_CONFIG_GLOBAL: own },
  );
  expect(outcome).toBe(5);
  expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe(text);
  expect(readFileSync(path.join(folder, 'sub/b'), 'utf8')).toBe(text);
  expect(existsSync(ran)).toBe(false);
});

test.each(['9007199254740', '99999999999999999999', '253402300800', '-9007199254740'])(
  'a commit dated %s seconds is read as one without a date: what is computed with it has an end',
  async (seconds) => {
    const tree = execFileSync('git', ['mktree'], { cwd: place.bare, encoding: 'utf8', input: '' }).trim();
    const text = `tree ${tree}\nauthor A <a@example.org> ${seconds} +0000\ncommitter A <a@example.org> ${seconds} +0000\n\nwhen?\n`;
    const args = ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'];
    const commit = execFileSync('git', args, { cwd: place.bare, encoding: 'utf8', input: text }).trim();
    git(place.bare, ['update-ref', MAIN, commit]);
    const repository = await place.open();
    await bringMain(repository);
    expect(await repository.commit(commit)).toMatchObject({ authoredAt: 0, committedAt: 0 });
    const told: number[] = [];
    for await (const entry of repository.log(commit, [''])) told.push(entry.committedAt);
    expect(told).toEqual([0]);
  },
);
