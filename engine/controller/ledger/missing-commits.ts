// Commits that a decision looks at and this clone may lack: of branches that nobody follows, of tags, of a cache that
// was deleted. They are brought when they are first needed; one that the remote has no more is no fault.

import type { GitRepository, RemoteRefs } from '../../ports/git.ts';
import { ifMissing } from '../../ports/missing.ts';

/** Everything else that can go wrong than not being there is a fault. */
export async function isHere(git: GitRepository, commit: string): Promise<boolean> {
  return (await git.peel(commit).catch(ifMissing(null))) !== null;
}

/** `tags`: short names of those that may hold a commit which no branch has. */
export async function bringMissing(
  git: GitRepository,
  commits: readonly string[],
  tags: readonly string[],
  refs: Pick<RemoteRefs, 'refs'>,
): Promise<void> {
  const missing: string[] = [];
  for (const commit of commits) if (!(await isHere(git, commit))) missing.push(commit);
  if (missing.length === 0) return;
  const wants = new Map(
    [...refs.refs].filter(([ref]) => ref.startsWith('refs/heads/') && !ref.startsWith('refs/heads/tidegate/')),
  );
  if (tags.length > 0) {
    const prefixes = tags.map((tag) => `refs/tags/${tag}`);
    const found = await git.look(prefixes);
    for (const prefix of prefixes) {
      const oid = found.refs.get(prefix);
      if (oid !== undefined) wants.set(prefix, oid);
    }
  }
  await git.fetch(wants);
}
