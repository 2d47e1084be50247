// An export into a Map, under the same rules about names and links as the one onto a disk.

import { hostile, listFiles } from '../../engine/git/contents.ts';
import { linkStaysInside, refuseName } from '../../engine/git/export-names.ts';
import type { ObjectReader } from '../../engine/git/object-reader.ts';
import { Fault } from '../../engine/ports/fault.ts';

export type MemoryFile = { readonly mode: '644' | '755' | 'link'; readonly text: string };

/** Folder to its files by path. */
export type MemoryExports = Map<string, ReadonlyMap<string, MemoryFile>>;

export async function memoryExport(
  reader: ObjectReader,
  exports: MemoryExports,
  commit: string,
  folder: string,
  options: { readonly without?: readonly string[]; readonly only?: readonly string[]; readonly over?: boolean },
): Promise<number> {
  if (exports.has(folder) && options.over !== true) {
    throw new Fault('state-unwritable', `${folder} exists already`, {
      retry: 'later',
      hint: 'export into a new folder',
    });
  }
  const listed = await listFiles(reader, commit, options.only ?? [''], {
    without: options.without ?? [],
    namesMustBeText: true,
  });
  const files = new Map<string, MemoryFile>();
  for (const { path, oid, mode } of listed) {
    const why = path
      .split('/')
      .map(refuseName)
      .find((found) => found !== null);
    if (why) throw hostile(commit, why);
    if (mode === '160000') continue;
    const [bytes] = await reader.blobs([oid], Number.MAX_SAFE_INTEGER);
    const text = bytes?.toString('utf8') ?? '';
    if (mode === '120000' && !linkStaysInside(path, text)) throw hostile(commit, `the symlink ${path} leaves the tree`);
    files.set(path, { mode: mode === '120000' ? 'link' : mode === '100755' ? '755' : '644', text });
  }
  exports.set(folder, files);
  return listed.length;
}
