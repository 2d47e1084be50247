// What a commit holds at given paths. Git has hashed it already: a path's object id *is* its content, so nothing is
// ever compared or read to find out. Trees are walked level by level for all environments at once, one round trip a
// level.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Contents } from '../model/version.ts';
import { Fault } from '../ports/fault.ts';
import type { FileAtCommit } from '../ports/git.ts';
import { assertTreePath } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import { MODE_EXECUTABLE, MODE_FOLDER, MODE_SYMLINK, type TreeEntry } from './objects.ts';

/** The tree itself stands for the path ''. */
export type Found = Pick<TreeEntry, 'mode' | 'oid'>;

const FILES_MAX = 200_000;
const DEPTH_MAX = 128;

export async function contentsAt(
  reader: ObjectReader,
  commit: string,
  environments: readonly (readonly string[])[],
): Promise<readonly Contents[]> {
  const { tree } = await reader.commit(commit);
  const found = await entriesAt(reader, tree, environments.flat());
  return environments.map((paths) => {
    const inputs: Record<string, string | null> = {};
    for (const path of [...paths].sort(byText)) inputs[path] = idOf(path, found.get(path));
    return { digest: digestOf(inputs), inputs };
  });
}

/**
 * The id of what stands at a path, with its mode: the ids of a folder's entries hold theirs, a file's own id does
 * not. A file that can be executed, or a symlink, has the id of a folder that would hold it alone, so that `chmod +x`
 * is a change.
 */
function idOf(path: string, entry: Found | undefined): string | null {
  if (entry === undefined) return null;
  if (entry.mode !== MODE_EXECUTABLE && entry.mode !== MODE_SYMLINK) return entry.oid;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const content = Buffer.concat([Buffer.from(`${entry.mode} ${name}\0`), Buffer.from(entry.oid, 'hex')]);
  const hash = createHash(entry.oid.length === 40 ? 'sha1' : 'sha256');
  return hash.update(`tree ${content.length}\0`).update(content).digest('hex');
}

/** SHA-256 over one canonical JSON line `[path, id or null]` for each path, sorted by path. */
function digestOf(inputs: Readonly<Record<string, string | null>>): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(inputs).sort(byText)) hash.update(`${canonicalJson([path, inputs[path] ?? null])}\n`);
  return hash.digest('hex');
}

/** By the path as it was asked; absent where the tree has no such path. */
export async function entriesAt(
  reader: ObjectReader,
  tree: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  let open = [...new Set(paths)].map((asked) => ({
    asked,
    tree,
    parts: assertTreePath(asked).split('/').filter(Boolean),
  }));
  for (const { asked, parts } of open) if (parts.length === 0) found.set(asked, { mode: MODE_FOLDER, oid: tree });
  open = open.filter(({ parts }) => parts.length > 0);
  while (open.length > 0) {
    const oids = [...new Set(open.map((walk) => walk.tree))];
    const trees = await reader.trees(oids);
    const byOid = new Map(oids.map((oid, index) => [oid, trees[index]]));
    const deeper: typeof open = [];
    for (const walk of open) {
      const [part = '', ...rest] = walk.parts;
      const entry = byOid.get(walk.tree)?.entries.get(part);
      if (entry === undefined) continue;
      if (rest.length === 0) found.set(walk.asked, entry);
      else if (entry.mode === MODE_FOLDER) deeper.push({ asked: walk.asked, tree: entry.oid, parts: rest });
    }
    open = deeper;
  }
  return found;
}

type ListOptions = {
  readonly without?: readonly string[];
  readonly filesMax?: number;
  /**
   * Anyone who writes to disk must have every name as it is; anyone who reads passes over one that nobody can name.
   */
  readonly namesMustBeText?: boolean;
};

export async function listFiles(
  reader: ObjectReader,
  commit: string,
  paths: readonly string[],
  options: ListOptions = {},
): Promise<readonly FileAtCommit[]> {
  const { tree } = await reader.commit(commit);
  const filesMax = options.filesMax ?? FILES_MAX;
  const without = new Set((options.without ?? []).map(assertTreePath));
  const files = new Map<string, FileAtCommit>();
  const tops = await entriesAt(reader, tree, paths);
  let open: { path: string; oid: string }[] = [];
  const take = (path: string, { mode, oid }: Found) => {
    if (without.has(path)) return;
    if (mode === MODE_FOLDER) open.push({ path, oid });
    else files.set(path, { path, oid, mode });
    if (files.size + open.length > filesMax) throw tooMany(commit, filesMax);
  };
  for (const [asked, entry] of tops) {
    const path = assertTreePath(asked);
    if (!liesWithin(path, without)) take(path, entry);
  }
  let folders = 0;
  for (let depth = 0; open.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) throw hostile(commit, `folders are nested deeper than ${DEPTH_MAX}`);
    const level = open;
    open = [];
    folders += level.length;
    const trees = await reader.trees(level.map((folder) => folder.oid));
    level.forEach((folder, index) => {
      const found = trees[index];
      if (found === undefined) return;
      if (found.odd === 'a name twice' || (found.odd !== null && options.namesMustBeText === true))
        throw hostile(commit, `the folder ${JSON.stringify(folder.path)} has ${found.odd}`);
      for (const entry of found.entries.values())
        take(folder.path === '' ? entry.name : `${folder.path}/${entry.name}`, entry);
    });
  }
  reader.listed(files.size + folders);
  return [...files.values()].sort((a, b) => byText(a.path, b.path));
}

export function hostile(commit: string, why: string): Fault {
  return new Fault('tree-hostile', `commit ${commit.slice(0, 12)} is refused: ${why}`, {
    retry: 'never',
    hint: 'fix the repository: such a tree is never written to disk',
  });
}

function tooMany(commit: string, filesMax: number): Fault {
  return hostile(commit, `it has more than ${filesMax} files`);
}

function liesWithin(path: string, folders: ReadonlySet<string>): boolean {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (folders.has(path.slice(0, end))) return true;
  }
  return false;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
