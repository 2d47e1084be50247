import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isLocalRemote } from '../../../engine/cli/local-remote.ts';
import { repositoryAt } from '../../../engine/cli/standing-in.ts';

describe('the repository one stands in', () => {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-standing-')));
  afterAll(() => rmSync(root, { recursive: true }));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });

  test('is what the clone was made from', async () => {
    git('init', '-q', 'clone');
    git('-C', 'clone', 'remote', 'add', 'origin', 'https://git.example.org/shop.git');
    mkdirSync(path.join(root, 'clone', 'environments', 'production'), { recursive: true });
    expect(await repositoryAt(path.join(root, 'clone', 'environments', 'production'))).toBe(
      'https://git.example.org/shop.git',
    );
  });

  test('is found beside the clone where git says so', async () => {
    git('init', '-q', 'beside');
    git('-C', 'beside', 'remote', 'add', 'origin', '../shop.git');
    mkdirSync(path.join(root, 'beside', 'deep'));
    expect(await repositoryAt(path.join(root, 'beside', 'deep'))).toBe(path.join(root, 'shop.git'));
  });

  test('is the clone itself where it was made from nothing, bare ones too', async () => {
    git('init', '-q', 'alone');
    git('init', '-q', '--bare', 'bare.git');
    expect(await repositoryAt(path.join(root, 'alone'))).toBe(path.join(root, 'alone'));
    expect(await repositoryAt(path.join(root, 'bare.git'))).toBe(path.join(root, 'bare.git'));
  });

  test('is the remote that the current branch tracks, whatever its name', async () => {
    git('init', '-q', '-b', 'main', 'named');
    git('-C', 'named', 'remote', 'add', 'upstream', 'https://git.example.org/shop.git');
    expect(await repositoryAt(path.join(root, 'named'))).toBe('https://git.example.org/shop.git');
    git('-C', 'named', 'remote', 'add', 'origin', 'https://git.example.org/fork.git');
    git('-C', 'named', 'config', 'branch.main.remote', 'upstream');
    git('-C', 'named', 'config', 'branch.main.merge', 'refs/heads/main');
    expect(await repositoryAt(path.join(root, 'named'))).toBe('https://git.example.org/shop.git');
  });

  test('is the first address of a remote that has several, and an address that the branch names itself', async () => {
    git('init', '-q', '-b', 'main', 'several');
    git('-C', 'several', 'remote', 'add', 'hub', 'https://git.example.org/shop.git');
    git('-C', 'several', 'remote', 'set-url', '--add', 'hub', 'https://mirror.example.org/shop.git');
    expect(await repositoryAt(path.join(root, 'several'))).toBe('https://git.example.org/shop.git');
    git('-C', 'several', 'config', 'branch.main.remote', 'https://git.example.org/other.git');
    expect(await repositoryAt(path.join(root, 'several'))).toBe('https://git.example.org/other.git');
  });

  test('is for the person to say where several remotes are there and the branch tracks none of them', async () => {
    git('init', '-q', '-b', 'main', 'torn');
    for (const name of ['ours', 'theirs'])
      git('-C', 'torn', 'remote', 'add', name, `https://git.example.org/${name}.git`);
    const refused = { message: expect.stringContaining('(ours, theirs)'), hint: expect.stringContaining('--repo URL') };
    await expect(repositoryAt(path.join(root, 'torn'))).rejects.toMatchObject(refused);
    git('-C', 'torn', 'config', 'branch.main.remote', '.');
    await expect(repositoryAt(path.join(root, 'torn'))).rejects.toMatchObject(refused);
  });

  test('is nowhere outside of any', async () => {
    expect(await repositoryAt(root)).toBeNull();
  });
});

describe('a given time is for remotes of this machine', () => {
  test.each([
    '/srv/shop.git',
    './shop.git',
    'shop.git',
    'file:///srv/shop.git',
    'http://127.0.0.1:8080/shop.git',
    'http://localhost/shop.git',
    'https://[::1]:8443/shop.git',
    'ssh://git@127.0.0.1:2222/shop.git',
    'git@localhost:shop.git',
    'C:\\shop.git',
  ])('%s is one', (url) => expect(isLocalRemote(url)).toBe(true));

  test.each([
    'https://git.example.org/shop.git',
    'https://127.0.0.1@git.example.org/shop.git',
    'https://localhost.example.org/shop.git',
    'https://127.0.0.1.example.org/shop.git',
    'git@git.example.org:shop.git',
    'git.example.org:shop.git',
    'ssh://git@git.example.org/shop.git',
    'file://server/shop.git',
    'ext::sh -c true',
    'https://',
  ])('%s is none', (url) => expect(isLocalRemote(url)).toBe(false));
});
