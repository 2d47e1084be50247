// `check` reads a folder, the controller reads a commit: what they say of the same files is the same, to the letter.

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problemLine } from '../../engine/base/problem.ts';
import { readConfigFolder } from '../../engine/cli/config-folder.ts';
import { assemble } from '../../engine/config/assemble.ts';
import { ConfigReader } from '../../engine/controller/observe/config-reader.ts';
import { git } from '../support/git-repositories.ts';
import { SOUND } from '../unit/config/repository.ts';
import { bringMain, type NativePlace, nativePlace } from './git-native-place.ts';

let place: NativePlace;
let work: string;
beforeEach(() => {
  place = nativePlace();
  work = path.join(place.directory, 'work');
  git(place.directory, ['clone', '--quiet', place.bare, work]);
  for (const [file, text] of Object.entries(SOUND)) write(file, text);
});
afterEach(() => place.dispose());

const ENV = 'environments/production/environment.yaml';

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
  writeFileSync(path.join(work, file), content);
}

function link(file: string, target: string): void {
  mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
  symlinkSync(target, path.join(work, file));
}

function submodule(folder: string): void {
  mkdirSync(path.join(work, folder), { recursive: true });
  git(path.join(work, folder), ['init', '--quiet', '--initial-branch=main', '.']);
  write(`${folder}/environment.yaml`, 'inner: 1\n');
  git(path.join(work, folder), ['add', '.']);
  commit(path.join(work, folder));
}

function commit(folder: string): void {
  git(folder, ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.org', 'commit', '--quiet', '-m', 'x']);
}

async function bothSay(): Promise<readonly string[]> {
  git(work, ['-c', 'advice.addEmbeddedRepo=false', 'add', '--all']);
  commit(work);
  git(work, ['push', '--quiet', 'origin', 'HEAD:refs/heads/main']);
  const folder = await readConfigFolder(work);
  const onDisk = assemble(
    folder.files.map(({ parsed }) => parsed),
    folder,
  );
  const repository = await place.open();
  const head = await new ConfigReader(repository).head(await bringMain(repository));
  expect([...folder.problems, ...onDisk.problems].map(problemLine)).toEqual(head.problems.map(problemLine));
  expect(onDisk.environments).toEqual(head.environments);
  return head.problems.map(problemLine);
}

describe('a file that stands where configuration is read and cannot be', () => {
  test.each<[string, () => void, string]>([
    [
      'a symbolic link',
      () => {
        execFileSync('rm', [path.join(work, ENV)]);
        write('elsewhere.yaml', 'x: 1\n');
        link(ENV, '../../elsewhere.yaml');
      },
      `${ENV}: this is a symbolic link and is not read (put what it points at here)`,
    ],
    [
      'a symbolic link to nothing',
      () => link('policies/gone.yaml', 'nowhere.yaml'),
      'policies/gone.yaml: this is a symbolic link and is not read (put what it points at here)',
    ],
    [
      'an environment that is a link',
      () => link('environments/copy', 'production'),
      'environments/copy: this is a symbolic link and is not read (put what it points at here)',
    ],
    [
      'calendars that are a link',
      () => link('policies/calendars', '../elsewhere'),
      'policies/calendars: this is a symbolic link and is not read (put what it points at here)',
    ],
    [
      'an environment that is a submodule',
      () => submodule('environments/foreign'),
      'environments/foreign: this is a submodule and is not read (put the files themselves here)',
    ],
    [
      'a submodule of the name of a file',
      () => submodule('pipelines/foreign.yaml'),
      'pipelines/foreign.yaml: this is a submodule and is not read (put the files themselves here)',
    ],
    [
      'a file that is too large',
      () => write(ENV, `# ${'x'.repeat(1_100_000)}\n`),
      `${ENV}:1:1: this file is larger than 1 MiB and was not read (configuration is small; keep data elsewhere)`,
    ],
    [
      'a file that is far too large',
      () => write('tidegate.yaml', `# ${'x'.repeat(5_000_000)}\n`),
      'tidegate.yaml:1:1: this file is larger than 1 MiB and was not read (configuration is small; keep data elsewhere)',
    ],
    [
      'a file that is not UTF-8',
      () => write(ENV, Buffer.from('description: caf\xe9\n', 'latin1')),
      `${ENV}: this file is not UTF-8 and was not read (save it as UTF-8)`,
    ],
    [
      'a file in UTF-16',
      () => write('policies/business-hours.yaml', Buffer.from('\ufeffwindow: {}\n', 'utf16le')),
      'policies/business-hours.yaml: this file is not UTF-8 and was not read (save it as UTF-8)',
    ],
    [
      'an empty file',
      () => write(ENV, ''),
      `${ENV}:1:1: this file is empty (see docs/configuration.md for what belongs into it)`,
    ],
    [
      'a file of another name',
      () => write('environments/production/services/web.yml', 'a: 1\n'),
      'environments/production/services/web.yml: a file of this name is not read (rename it to environments/production/services/web.yaml)',
    ],
    [
      'a folder of another name',
      () => write('policy/two.yaml', 'a: 1\n'),
      'policy/two.yaml: a file of this name is not read (rename it to policies/two.yaml)',
    ],
  ])('%s', async (_, spoil, line) => {
    spoil();
    expect(await bothSay()).toContain(line);
  });

  test('a mark of the byte order is no part of the text', async () => {
    write('policies/business-hours.yaml', `\ufeff${SOUND['policies/business-hours.yaml'] ?? ''}`);
    expect(await bothSay()).toHaveLength(1);
  });
});

describe('a file whose name is not UTF-8', () => {
  function oddFile(folder: string): void {
    const name = Buffer.concat([Buffer.from(`${path.join(work, folder)}/`), Buffer.from([0x6f, 0xff, 0xfe])]);
    mkdirSync(path.join(work, folder), { recursive: true });
    writeFileSync(name, 'x');
  }

  test.each(['assets', 'environments/production', 'policies', 'scripts'])(
    'in %s stops nobody who reads',
    async (folder) => {
      oddFile(folder);
      expect(await bothSay()).toHaveLength(1);
    },
  );

  test('is never written to disk: what needs its folder is refused, and only that', async () => {
    oddFile('environments/staging');
    await bothSay();
    const repository = await place.open();
    const head = await bringMain(repository);
    const whole = repository.exportTree(head, path.join(place.directory, 'whole'));
    await expect(whole).rejects.toMatchObject({ code: 'tree-hostile' });
    const without = ['environments/staging'];
    await repository.exportTree(head, path.join(place.directory, 'part'), { without });
  });
});
