// Which git is needed, for what. The one place that says so; README and docs/getting-started.md are held to it by a
// test.

type GitVersion = readonly [major: number, minor: number];

/** `GIT_CONFIG_COUNT`, by which settings reach git without a file, came with it. */
export const GIT_NEEDED: GitVersion = [2, 31];
/** `git merge-tree --write-tree`, without which a rollback beside newer commits takes a branch. */
export const GIT_FOR_MERGES: GitVersion = [2, 38];

/** `git cat-file --batch-command`, which asks for less. */
export const GIT_FOR_BATCH_COMMANDS: GitVersion = [2, 36];

export function isGitAtLeast(version: GitVersion, wanted: GitVersion): boolean {
  return version[0] > wanted[0] || (version[0] === wanted[0] && version[1] >= wanted[1]);
}

export function sayGit(version: GitVersion): string {
  return `git ${version.join('.')}`;
}
