// A config repository as it lies on disk, read for `tidegate check`. The folder is as hostile as any repository:
// nothing outside of it is read, whatever symbolic links say, and neither a huge file nor a huge number of files is
// taken in.

import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../base/problem.ts';
import { configKind, holdsConfig, isConfigFolder } from '../config/kinds.ts';
import { type ParsedFile, parseFile, unreadFile } from '../config/parse.ts';
import { textOf, type Unread } from '../config/unread.ts';

type FolderFile = { readonly path: string; readonly text: string | null; readonly parsed: ParsedFile };

export type ConfigFolder = {
  readonly root: string;
  readonly files: readonly FolderFile[];
  /** Symbolic links in folders of configuration, and where they say that they lead. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Why not everything was looked at. */
  readonly problems: readonly Problem[];
  /** Whether a file or folder stands at this path of the repository. */
  has(path: string): boolean;
  isFolder(path: string): boolean;
};

const FILES_MAX = 20_000;
const DEPTH_MAX = 16;
/**
 * No text of a million characters is longer; the parser refuses what is. This only keeps a file from being taken in.
 */
const BYTES_MAX = 4 * 1024 * 1024;

export async function readConfigFolder(folder: string): Promise<ConfigFolder> {
  const root = realpathSync(folder);
  const files: FolderFile[] = [];
  const links: { path: string; target: string }[] = [];
  const problems: Problem[] = [];
  let count = 0;
  const complain = (file: string, message: string, hint: string) => {
    problems.push({ file, line: 0, column: 0, severity: 'error', message, hint });
  };
  const unread = (file: string, why: Unread) => {
    files.push({ path: file, text: null, parsed: unreadFile(file, why) });
  };
  const visit = async (relative: string, depth: number): Promise<void> => {
    const full = path.join(root, relative);
    const entry = await lstat(full).catch(() => null);
    if (entry === null) return;
    if (entry.isDirectory()) {
      if (depth > DEPTH_MAX)
        return complain(relative, `folders nest deeper than ${DEPTH_MAX} levels`, 'nothing below is read');
      const names = (await readdir(full)).sort();
      // A repository inside this one is a submodule once it is committed, and then nothing in it is read.
      if (names.includes('.git')) return isOurs(relative) ? unread(relative, 'submodule') : undefined;
      for (const name of names) await visit(`${relative}/${name}`, depth + 1);
      return;
    }
    if (entry.isSymbolicLink()) links.push({ path: relative, target: await readlink(full) });
    if (entry.isSymbolicLink() && isConfigFolder(relative)) return unread(relative, 'symlink');
    if (configKind(relative) === null) return;
    count += 1;
    if (count === FILES_MAX + 1)
      complain(relative, `there are more than ${FILES_MAX} files of configuration`, 'the rest was not read');
    if (count > FILES_MAX) return;
    if (entry.isSymbolicLink()) return unread(relative, 'symlink');
    if (!entry.isFile()) return unread(relative, 'no-file');
    if (entry.size > BYTES_MAX) return unread(relative, 'too-large');
    const text = textOf(await readFile(full));
    if (text === null) return unread(relative, 'not-utf8');
    files.push({ path: relative, text, parsed: parseFile(relative, text) });
  };
  for (const name of (await readdir(root)).sort()) {
    if (holdsConfig(name) || configKind(name) !== null) await visit(name, 0);
  }
  return {
    root,
    files,
    links,
    problems,
    has: (inside) => entryAt(root, inside) !== null,
    isFolder: (inside) => entryAt(root, inside)?.isDirectory() === true,
  };
}

function isOurs(relative: string): boolean {
  return isConfigFolder(relative) || configKind(relative) !== null;
}

/** As git would have it: the path itself counts, and no link on the way to it may lead out of the repository. */
function entryAt(root: string, inside: string): Stats | null {
  const full = path.resolve(root, inside);
  if (full !== root && !full.startsWith(`${root}${path.sep}`)) return null;
  try {
    const parent = realpathSync(path.dirname(full));
    if (full !== root && parent !== root && !parent.startsWith(`${root}${path.sep}`)) return null;
    return lstatSync(full);
  } catch {
    return null;
  }
}
