// Which repository a person stands in: what the clone was made from, so that a command works on the shared repository
// and not on somebody's copy; the clone itself where it was made from nothing.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../ports/fault.ts';
import { usage } from './failure.ts';

const TIMEOUT_MS = 10_000;

/** Null outside of any repository, and where there is no git to ask. */
export async function repositoryAt(directory: string): Promise<string | null> {
  const inside = await git(directory, ['rev-parse', '--is-bare-repository', '--absolute-git-dir']);
  if (inside === null) return null;
  const [bare, gitDirectory] = inside.split('\n');
  if (gitDirectory === undefined) return null;
  const top =
    bare === 'true' ? gitDirectory : ((await git(directory, ['rev-parse', '--show-toplevel'])) ?? gitDirectory);
  const url = await remoteOf(directory);
  if (url === null) return top;
  return isRelativePath(url) ? path.resolve(top, url) : url;
}

/**
 * Where the current branch comes from, else the only remote there is; null where there is none. Which of several is
 * meant is for the person to say: what is written elsewhere, nobody looks at.
 */
async function remoteOf(directory: string): Promise<string | null> {
  const remotes = linesOf(await git(directory, ['remote']));
  const branch = await git(directory, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const tracked = branch === null ? null : await git(directory, ['config', '--get', `branch.${branch}.remote`]);
  // A dot is another branch of this clone; a name that no remote has is an address.
  const named = tracked === null || tracked === '' || tracked === '.' ? null : tracked;
  if (named !== null && !remotes.includes(named)) return named;
  const remote = named ?? (remotes.length === 1 ? remotes[0] : undefined);
  if (remote !== undefined)
    return linesOf(await git(directory, ['config', '--get-all', `remote.${remote}.url`]))[0] ?? null;
  if (remotes.length === 0) return null;
  throw usage(
    `this clone has several remotes (${remotes.join(', ')}), and ${branch === null ? 'no branch is checked out' : `${branch} tracks none of them`}`,
    'say which repository with --repo URL',
  );
}

function linesOf(text: string | null): readonly string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}

/** A path as git writes it into `remote.<name>.url`, relative to the clone. */
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
  } catch (cause) {
    // Git answers no by its exit code, and where it is not installed there is nothing to stand in.
    const isNo =
      cause instanceof Error && 'code' in cause && (typeof cause.code === 'number' || cause.code === 'ENOENT');
    if (isNo) return null;
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('git-failed', `git could not say which repository this is: ${said}`, {
      retry: 'later',
      hint: 'say which repository with --repo URL',
      cause,
    });
  }
}
