// Copies a folder of a version to a release: plain files, folders and symlinks that stay inside; everything on disk
// (fsync) and read-only before it returns. Anything else in the source is refused before the first byte is copied.

import { constants } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { linkProblem } from '../../model/link-target.ts';

/** The version or the place is not as it must be; a retry does not help, a person must look. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Files copied at a time: enough to let fsyncs share the disk's work, and few against the other jobs. */
const COPIES_AT_ONCE = 4;

type Entry =
  | { readonly name: string; readonly type: 'folder' | 'file' }
  | { readonly name: string; readonly type: 'link'; readonly target: string };

/** `destination` must not exist. When this throws, a part of it may. */
export async function copyRelease(
  source: string,
  destination: string,
  signal: AbortSignal,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const entries = await listTree(source);
  await fs.mkdir(destination, { mode: 0o755 });
  for (const entry of entries) {
    if (entry.type === 'folder') await fs.mkdir(path.join(destination, entry.name), { mode: 0o755 });
    if (entry.type === 'link') await fs.symlink(entry.target, path.join(destination, entry.name));
  }
  const files = entries.filter((entry) => entry.type === 'file');
  let next = 0;
  let bytes = 0;
  const worker = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) {
      signal.throwIfAborted();
      bytes += await copyFile(path.join(source, file.name), path.join(destination, file.name));
    }
  };
  await settleAll(Array.from({ length: COPIES_AT_ONCE }, worker));
  // From the leaves up: a folder is closed when its entries are on disk.
  for (const entry of entries.toReversed()) {
    if (entry.type === 'folder') await closeDirectory(path.join(destination, entry.name));
  }
  await closeDirectory(destination);
  return { files: files.length, bytes };
}

/** A folder stands before what is in it. */
async function listTree(source: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const found of await fs.readdir(path.join(source, folder), { withFileTypes: true })) {
      const name = path.join(folder, found.name);
      if (found.isFile()) {
        entries.push({ name, type: 'file' });
      } else if (found.isDirectory()) {
        entries.push({ name, type: 'folder' });
        await visit(name);
      } else if (found.isSymbolicLink()) {
        entries.push({ name, type: 'link', target: checkedTarget(name, await fs.readlink(path.join(source, name))) });
      } else {
        throw new Refusal(`${name} is neither a file, a folder nor a symlink; such things are not put in place`);
      }
    }
  };
  await visit('');
  return entries;
}

function checkedTarget(name: string, target: string): string {
  const problem = linkProblem(name, target);
  if (problem !== null) throw new Refusal(problem);
  return target;
}

async function copyFile(from: string, to: string): Promise<number> {
  await fs.copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const file = await fs.open(to, 'r');
  try {
    const { mode, size } = await file.stat();
    await file.chmod((mode & 0o111) === 0 ? 0o444 : 0o555);
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** All have ended when this does, also when one has failed: nobody must still be writing then. */
async function settleAll(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

async function closeDirectory(directory: string): Promise<void> {
  await syncDirectory(directory);
  await fs.chmod(directory, 0o555);
}

export async function syncDirectory(directory: string): Promise<void> {
  const handle = await fs.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Also what is read-only: a folder must be writable for its entries to go. */
export async function removeTree(root: string): Promise<void> {
  const open = async (folder: string): Promise<void> => {
    await fs.chmod(folder, 0o755);
    for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) await open(path.join(folder, entry.name));
    }
  };
  if ((await fs.lstat(root)).isDirectory()) await open(root);
  await fs.rm(root, { recursive: true, force: true });
}
