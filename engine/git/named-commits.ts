// Work that comes back forwards: a commit that reverts a revert, or was picked from another one, says in its message
// whose it was before. What it says only adds to those who made it; it never takes anybody away.

import type { CommitFacts } from '../ports/git.ts';
import { changesBy } from './file-lines.ts';
import type { ObjectReader } from './object-reader.ts';

/** As `git revert` and forges write it, and `git cherry-pick -x`. */
const REVERTS = /^This reverts commit ([0-9a-f]{40,64})\b/m;
const PICKED = /^\(cherry picked from commit ([0-9a-f]{40,64})\)$/gm;

/** A chain of reverts of reverts is followed so far, and so many commits are looked up for one change. */
const STEPS_MAX = 20;
const NAMED_MAX = 200;

/**
 * Those whose work these commits say that they bring back, as far as it touches the files, and that are none of them.
 */
export async function namedBy(
  reader: ObjectReader,
  commits: readonly CommitFacts[],
  files: readonly string[],
): Promise<readonly CommitFacts[]> {
  const known = new Set(commits.map(({ oid }) => oid));
  const found = new Map<string, CommitFacts>();
  let left = NAMED_MAX;
  for (const commit of commits) {
    let open = [commit];
    for (let step = 0; step < STEPS_MAX && open.length > 0 && left > 0; step += 1) {
      const named: CommitFacts[] = [];
      for (const each of open) named.push(...(await originsOf(reader, each)));
      left -= named.length;
      open = named.filter(({ oid }) => !known.has(oid) && !found.has(oid));
      for (const each of open) if ((await changesBy(reader, each, files)).length > 0) found.set(each.oid, each);
    }
  }
  return [...found.values()];
}

/** Undoing what undid a commit is doing that commit again. */
async function originsOf(reader: ObjectReader, { message }: CommitFacts): Promise<readonly CommitFacts[]> {
  const picked = [...message.matchAll(PICKED)].map(([, oid = '']) => oid);
  const reverted = await commitOf(reader, REVERTS.exec(message)?.[1]);
  const again = await commitOf(reader, REVERTS.exec(reverted?.message ?? '')?.[1]);
  const origins = again === null ? [] : [again];
  for (const oid of picked) {
    const origin = await commitOf(reader, oid);
    if (origin !== null) origins.push(origin);
  }
  return origins;
}

/** Null where there is no such commit here: anybody may write any id. */
async function commitOf(reader: ObjectReader, oid: string | undefined): Promise<CommitFacts | null> {
  if (oid === undefined || (oid.length !== 40 && oid.length !== 64)) return null;
  const [info] = await reader.info([oid]);
  return info?.kind === 'commit' ? reader.commit(oid) : null;
}
