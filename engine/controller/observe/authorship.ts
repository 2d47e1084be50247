// Who made what lies between two commits, told by the content and not by the range: whichever way history lies, no
// matter who wrote the commits by which the two differ. Null where history cannot tell, which is never the same as
// nobody.

import type { Changes, GitRepository } from '../../ports/git.ts';
import { ifMissing } from '../../ports/missing.ts';
import { authorsOf } from './commit-said.ts';

/** Beyond this nobody could say who made it: a rule that needs to know does not allow. */
export const CHANGE_BOUNDS = { commitsMax: 2_000, pathsMax: 10_000 };

/**
 * `Name <email>` of everybody who made it, each once, sorted. Null also where a commit is gone from the repository,
 * or the change is too large to be looked through. What is only out of reach for now is a Fault.
 */
export async function authorsBetween(
  git: Pick<GitRepository, 'changesBetween'>,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<readonly string[] | null> {
  const found = await git.changesBetween(from, to, paths, CHANGE_BOUNDS).catch(ifMissing(null));
  return found === null ? null : authorsIn(found);
}

export function authorsIn({ commits }: Pick<Changes, 'commits'>): readonly string[] {
  return [...new Set(commits.flatMap(authorsOf))].sort();
}
