// A repository begins where a person puts the starter, and nowhere else.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { beginRepository } from '../../../engine/git/working-clone.ts';

let folder = '';
const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tidegate-clone-')));
  writeFileSync(path.join(folder, 'tidegate.yaml'), 'version: 1\n');
  writeFileSync(path.join(folder, '--odd'), '');
  writeFileSync(path.join(folder, 'theirs.txt'), 'not of the starter\n');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a folder becomes a repository on main, with what was written staged and nothing committed', async () => {
  expect(await beginRepository(folder, ['tidegate.yaml', '--odd'])).toBe('begun');
  expect(git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  expect(git('diff', '--cached', '--name-only').split('\n').sort()).toEqual(['--odd', 'tidegate.yaml']);
  expect(() => git('rev-parse', '--verify', '--quiet', 'HEAD')).toThrow();
});

test('one that is there stays as it is', async () => {
  git('init', '--quiet', '--initial-branch=trunk');
  expect(await beginRepository(folder, ['tidegate.yaml'])).toBe('there');
  expect([git('symbolic-ref', 'HEAD'), git('diff', '--cached', '--name-only')]).toEqual(['refs/heads/trunk', '']);
});

test('none begins within another', async () => {
  git('init', '--quiet', '--initial-branch=trunk');
  const below = path.join(folder, 'shop');
  mkdirSync(below);
  expect(await beginRepository(below, [])).toBe('none');
  expect(git('-C', below, 'rev-parse', '--show-toplevel')).toBe(folder);
});

test('variables that point git elsewhere, or name a program, are not for this', async () => {
  const elsewhere = path.join(folder, 'elsewhere.git');
  git('init', '--quiet', '--bare', elsewhere);
  vi.stubEnv('GIT_DIR', elsewhere);
  vi.stubEnv('GIT_EDITOR', 'vi');
  vi.stubEnv('EDITOR', 'vi');
  expect(await beginRepository(folder, ['tidegate.yaml'])).toBe('begun');
  vi.unstubAllEnvs();
  expect(git('rev-parse', '--show-toplevel')).toBe(folder);
});

test('without git nothing is done, and nothing thrown', async () => {
  vi.stubEnv('PATH', '');
  expect(await beginRepository(folder, ['tidegate.yaml'])).toBe('none');
});
