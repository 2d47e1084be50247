// How commits change certain files, by lines: read through ids, so that only files that differ are looked into. How a
// file is kept (a script, a link, a submodule) counts as a line of it; that way also an empty file comes and goes by
// a line.

import type { CommitFacts } from '../ports/git.ts';
import { entriesAt, type Found } from './contents.ts';
import { type LineChange, lineChange } from './line-changes.ts';
import type { ObjectReader } from './object-reader.ts';

/** Null where lines tell nothing: the file is binary, or larger than anybody writes by hand. */
export type FileChange = { readonly file: string; readonly change: LineChange | null };

const BYTES_MAX = 1024 * 1024;
const SUBMODULE = '160000';
const FOLDER = '40000';

/** A merge changes a file once for each of its parents that has another one. */
export async function changesBy(
  reader: ObjectReader,
  { tree, parents }: CommitFacts,
  files: readonly string[],
): Promise<readonly FileChange[]> {
  if (parents.length === 0) return treeChanges(reader, null, tree, files);
  const changes: FileChange[] = [];
  for (const parent of await reader.commits(parents)) {
    changes.push(...(await treeChanges(reader, parent.tree, tree, files)));
  }
  return changes;
}

export async function treeChanges(
  reader: ObjectReader,
  before: string | null,
  after: string,
  files: readonly string[],
): Promise<readonly FileChange[]> {
  const old: ReadonlyMap<string, Found> = before === null ? new Map() : await entriesAt(reader, before, files);
  const now = await entriesAt(reader, after, files);
  const changes: FileChange[] = [];
  for (const file of files) {
    const [was, is] = [old.get(file), now.get(file)];
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
    const [lost, gained] = [await linesOf(reader, was), await linesOf(reader, is)];
    changes.push({ file, change: lost === null || gained === null ? null : lineChange(lost, gained) });
  }
  return changes;
}

async function linesOf(reader: ObjectReader, found: Found | undefined): Promise<readonly string[] | null> {
  if (found === undefined) return [];
  const { mode, oid } = found;
  if (mode === FOLDER) return null;
  if (mode === SUBMODULE) return [mode, oid];
  const [info] = await reader.info([oid]);
  if (info === undefined || info === null || info.size > BYTES_MAX) return null;
  const [bytes] = await reader.blobs([oid], BYTES_MAX);
  if (bytes === undefined || bytes.includes(0)) return null;
  return [mode, ...bytes.toString('utf8').split('\n')];
}
