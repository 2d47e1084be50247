// The starter as it lies in this checkout or package: the configuration repository that the quick start begins with.

import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StarterFile } from './starter-repository.ts';

const PARTS = ['tidegate.yaml', 'environments', 'pipelines', 'policies', 'schemas', 'scripts', 'checklists'] as const;

export async function readStarter(root: string): Promise<readonly StarterFile[]> {
  const files: StarterFile[] = [];
  for (const part of PARTS) {
    for (const file of await filesBelow(root, part)) {
      const from = path.join(root, file);
      const { mode } = await stat(from);
      files.push({ path: file, mode: (mode & 0o100) === 0 ? '100644' : '100755', bytes: await readFile(from) });
    }
  }
  return files;
}

/** Paths with slashes, sorted; a file is its own only member, what is not there has none. */
async function filesBelow(root: string, part: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, part), { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'ENOTDIR') return null;
      if (code === 'ENOENT') return [];
      throw error;
    },
  );
  if (entries === null) return [part];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
