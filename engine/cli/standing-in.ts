// Which repository a person stands in: what the clone was made from, so that a command works on the shared repository and
// not on somebody's copy; the clone itself where it was made from nothing.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const TIMEOUT_MS = 10_000;

/** Null outside of any repository, and where there is no git to ask. */
export async function repositoryAt(directory: string): Promise<string | null> {
  const inside = await git(directory, ['rev-parse', '--is-bare-repository', '--absolute-git-dir']);
  if (inside === null) return null;
  const [bare, gitDirectory] = inside.split('\n');
  if (gitDirectory === undefined) return null;
  const top =
    bare === 'true' ? gitDirectory : ((await git(directory, ['rev-parse', '--show-toplevel'])) ?? gitDirectory);
  const origin = await git(directory, ['config', '--get', 'remote.origin.url']);
  if (origin === null || origin === '') return top;
  return isRelativePath(origin) ? path.resolve(top, origin) : origin;
}

/** A path as git writes it into `remote.origin.url`, relative to the clone. */
function isRelativePath(url: string): boolean {
  return /^\.{1,2}(?:[/\\]|$)/.test(url);
}

async function git(directory: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', directory, ...args], {
      timeout: TIMEOUT_MS,
      encoding: 'utf8',
    });
    return stdout.trimEnd();
  } catch {
    return null;
  }
}
