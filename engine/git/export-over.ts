// An older export made ready to be written over: whatever does not belong to the new tree goes, whatever may be kept
// as a place to write to stays. Nothing that stays is trusted for its content; every file is written again. Why at
// all: on file systems without a journal a new inode costs up to a hundred times a used one for a while after many
// were deleted, and hundreds of small runs spend more time there than in their steps.

import { lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Paths below `directory` that may be opened and cut: regular files with one name. Folders that stay are real
 * folders.
 */
export function clearForReuse(directory: string, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const file of wanted) {
    for (let at = path.posix.dirname(file); at !== '.' && !folders.has(at); at = path.posix.dirname(at))
      folders.add(at);
  }
  const kept = new Set<string>();
  clearFolder(directory, '', { files: wanted, folders }, kept);
  return kept;
}

type Wanted = { readonly files: ReadonlySet<string>; readonly folders: ReadonlySet<string> };

function clearFolder(directory: string, folder: string, wanted: Wanted, kept: Set<string>): void {
  for (const name of readdirSync(path.join(directory, folder))) {
    const relative = folder === '' ? name : `${folder}/${name}`;
    const absolute = path.join(directory, relative);
    const entry = lstatSync(absolute);
    if (entry.isDirectory() && wanted.folders.has(relative)) clearFolder(directory, relative, wanted, kept);
    // A file with a second name may be somebody else's: cutting it would reach outside.
    else if (entry.isFile() && entry.nlink === 1 && wanted.files.has(relative)) kept.add(relative);
    else rmSync(absolute, { recursive: true, force: true });
  }
}
