// A person's own clone, changed where they stand: here simple-git runs git. What the controller does goes through
// `exec.ts`, which bounds it in time and size.

import { CheckRepoActions, simpleGit } from 'simple-git';

/**
 * `begun`: there was no repository, now there is one, with the files staged. `there`: the folder is the root of one.
 * `none`: it lies within another, or git does not say: nothing was done.
 */
export type Beginning = 'begun' | 'there' | 'none';

/** What git needs of a person's environment. The rest could point it at another repository. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'XDG_CONFIG_HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'SYSTEMROOT',
  'TMPDIR',
  'TEMP',
  'TMP',
];

const BLOCK_MS = 30_000;

/** `files`: paths below the folder, with slashes. Nothing is committed: a commit has an author. */
export async function beginRepository(directory: string, files: readonly string[]): Promise<Beginning> {
  try {
    const git = gitIn(directory);
    if (await git.checkIsRepo(CheckRepoActions.IS_REPO_ROOT)) return 'there';
    if (await git.checkIsRepo()) return 'none';
    await git.init(['--initial-branch=main']);
    await git.add(['--', ...files]);
    return 'begun';
  } catch {
    // No git, or one that is too old: the person does it by hand, and hears there what is wrong.
    return 'none';
  }
}

/**
 * How many commits of the branch that is checked out nobody else has yet: they are in no release. Null where there is
 * no branch, or none on a remote to compare it with.
 */
export async function unpushedCommits(directory: string): Promise<number | null> {
  try {
    const { ahead, tracking } = await gitIn(directory).status();
    return tracking === null ? null : ahead;
  } catch {
    return null;
  }
}

function gitIn(directory: string) {
  const inherited = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const git = simpleGit({ baseDir: directory, timeout: { block: BLOCK_MS } });
  return git.env({ ...Object.fromEntries(inherited), LC_ALL: 'C' });
}
