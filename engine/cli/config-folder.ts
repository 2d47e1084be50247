// A config repository as it lies on disk, read for `tidegate check`. The folder is as hostile as any repository: nothing
// outside of it is read, whatever symbolic links say, and neither a huge file nor a huge number of files is taken in.

import { lstatSync, realpathSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../base/problem.ts';
import { configKind } from '../config/kinds.ts';

export type ConfigFolder = {
  readonly root: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What could not be read, each with its reason. */
  readonly problems: readonly Problem[];
  /** Whether a file or folder stands at this path of the repository. */
  has(path: string): boolean;
};

/** The only folders that hold configuration; the rest of a repository is not walked. */
const FOLDERS = ['environments', 'pipelines', 'policies', 'schemas'];
const FILES_MAX = 20_000;
const DEPTH_MAX = 16;
/** A text of more than a million characters is refused by the parser; this only keeps it from being read. */
const BYTES_MAX = 4 * 1024 * 1024;

export async function readConfigFolder(folder: string): Promise<ConfigFolder> {
  const root = realpathSync(folder);
  const files: { path: string; text: string }[] = [];
  const problems: Problem[] = [];
  let count = 0;
  const complain = (file: string, message: string, hint: string) => {
    problems.push({ file, line: 0, column: 0, severity: 'error', message, hint });
  };
  const visit = async (relative: string, depth: number): Promise<void> => {
    const entry = await lstat(path.join(root, relative)).catch(() => null);
    if (entry === null) return;
    if (entry.isDirectory()) {
      if (depth > DEPTH_MAX)
        return complain(relative, `folders nest deeper than ${DEPTH_MAX} levels`, 'nothing below is read');
      for (const name of (await readdir(path.join(root, relative))).sort())
        await visit(`${relative}/${name}`, depth + 1);
      return;
    }
    if (configKind(relative) === null) return;
    count += 1;
    if (count === FILES_MAX + 1)
      complain(relative, `there are more than ${FILES_MAX} files of configuration`, 'the rest was not read');
    if (count > FILES_MAX) return;
    if (entry.isSymbolicLink())
      return complain(relative, 'this is a symbolic link and is not read', 'put the file itself here');
    if (!entry.isFile()) return complain(relative, 'this is no plain file and is not read', 'put a plain file here');
    if (entry.size > BYTES_MAX)
      return complain(
        relative,
        'this file is larger than 4 MiB and was not read',
        'configuration is small; keep data elsewhere',
      );
    files.push({ path: relative, text: await readFile(path.join(root, relative), 'utf8') });
  };
  for (const name of (await readdir(root)).sort()) {
    if (FOLDERS.includes(name) || configKind(name) !== null) await visit(name, 0);
  }
  return { root, files, problems, has: (inside) => stands(root, inside) };
}

/** As git would have it: the path itself counts, and no link on the way to it may lead out of the repository. */
function stands(root: string, inside: string): boolean {
  const full = path.resolve(root, inside);
  if (full !== root && !full.startsWith(`${root}${path.sep}`)) return false;
  try {
    const parent = realpathSync(path.dirname(full));
    if (full !== root && parent !== root && !parent.startsWith(`${root}${path.sep}`)) return false;
    lstatSync(full);
    return true;
  } catch {
    return false;
  }
}
