// Who made what lies between two commits, told by the content and not by the range: whichever way history lies, no
// matter who wrote the commits by which the two differ. Null where history cannot tell, which is never the same as
// nobody.

import { Fault } from '../../ports/fault.ts';
import type { Changes, GitRepository } from '../../ports/git.ts';
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
  try {
    const found = await git.changesBetween(from, to, paths, CHANGE_BOUNDS);
    return found === null ? null : authorsIn(found);
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'object-missing') return null;
    throw cause;
  }
}

export function authorsIn({ commits }: Pick<Changes, 'commits'>): readonly string[] {
  return [...new Set(commits.flatMap(authorsOf))].sort();
}
