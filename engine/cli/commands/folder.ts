// A config repository on disk, as `check` and `test` are given it: opened or refused in words, and its lines for
// excerpts.

import path from 'node:path';
import { type ConfigFolder, readConfigFolder } from '../config-folder.ts';
import { unknown } from '../failure.ts';

/** `typed` as the person did, relative to where they stand. */
export async function openFolder(directory: string, typed: string): Promise<ConfigFolder> {
  try {
    return await readConfigFolder(path.resolve(directory, typed));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw unknown(`there is no folder ${typed}`, 'give the folder that tidegate.yaml lies in');
    if (code === 'ENOTDIR') throw unknown(`${typed} is not a folder`, 'give the folder that tidegate.yaml lies in');
    if (code === 'EACCES' || code === 'EPERM')
      throw unknown(`${typed} may not be read`, 'look at who may read the folder and what is in it');
    throw error;
  }
}

export function sourceLines({ files }: ConfigFolder): (file: string, number: number) => string | null {
  const texts = new Map(files.map(({ path: file, text }) => [file, text]));
  const split = new Map<string, readonly string[]>();
  return (file, number) => {
    const lines = split.get(file) ?? texts.get(file)?.split(/\r?\n/) ?? [];
    split.set(file, lines);
    return lines[number - 1] ?? null;
  };
}
