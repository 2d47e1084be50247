// What a commit holds, found out once: a commit never changes, and neither does what was once read of it. It hangs on
// the commit as the store keeps it, so that it goes with the store, and who lacks the commit is told so before
// anything is remembered.

import { contentsAt, listFiles } from '../../engine/git/contents.ts';
import type { ObjectReader } from '../../engine/git/object-reader.ts';
import type { Contents } from '../../engine/model/version.ts';
import type { CommitFacts, FileAtCommit } from '../../engine/ports/git.ts';

type Known<T> = WeakMap<CommitFacts, Map<string, T>>;

const contents: Known<readonly Contents[]> = new WeakMap();
const files: Known<readonly FileAtCommit[]> = new WeakMap();

export async function knownContents(
  reader: ObjectReader,
  commit: string,
  environments: readonly (readonly string[])[],
): Promise<readonly Contents[]> {
  const key = environments.map((paths) => paths.join('\0')).join('\0\0');
  return remembered(contents, await reader.commit(commit), key, () => contentsAt(reader, commit, environments));
}

export async function knownFiles(
  reader: ObjectReader,
  commit: string,
  paths: readonly string[],
): Promise<readonly FileAtCommit[]> {
  return remembered(files, await reader.commit(commit), paths.join('\0'), () => listFiles(reader, commit, paths));
}

async function remembered<T>(known: Known<T>, commit: CommitFacts, key: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(commit)?.get(key);
  if (found !== undefined) return found;
  const value = await read();
  const own = known.get(commit) ?? new Map<string, T>();
  known.set(commit, own.set(key, value));
  return value;
}
