// Writes the tree of a commit into a new folder, straight from the object database: no index, no checkout, no
// filters, no hooks. Everything is checked before the first byte is written, and symlinks come last, so that no file
// is ever written through one. A failed export leaves nothing behind.

import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { FileAtCommit } from '../ports/git.ts';
import { diskFault } from './cache.ts';
import { hostile, listFiles } from './contents.ts';
import { linkStaysInside, refuseName } from './export-names.ts';
import { clearForReuse } from './export-over.ts';
import type { ObjectReader } from './object-reader.ts';
import { MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK } from './objects.ts';

type ExportOptions = {
  readonly without?: readonly string[];
  readonly only?: readonly string[];
  readonly over?: boolean;
};
type ExportLimits = { readonly filesMax: number; readonly bytesMax: number };

/** Read and written at once: large enough to keep cat-file busy, small enough for memory and the event loop. */
const BATCH_FILES = 256;
const BATCH_BYTES = 16 * 1024 * 1024;
const LINK_BYTES_MAX = 4_096;
const PATH_LENGTH_MAX = 4_096;

export async function exportTree(
  reader: ObjectReader,
  commit: string,
  directory: string,
  options: ExportOptions,
  limits: ExportLimits,
): Promise<number> {
  const files = await listFiles(reader, commit, options.only ?? [''], {
    namesMustBeText: true,
    without: options.without ?? [],
    filesMax: limits.filesMax,
  });
  checkNames(commit, files);
  const sized = await withSizes(reader, commit, files, limits);
  const links = await readLinks(reader, commit, sized);
  const kept = makeFolder(directory, options.over === true ? new Set(sized.map(({ file }) => file.path)) : null);
  try {
    const folders = createFolders(directory, kept);
    for (const file of files) if (file.mode === MODE_GITLINK) folders.ensure(file.path);
    for (const batch of batches(sized.filter(({ file }) => file.mode !== MODE_SYMLINK))) {
      const contents = await reader.blobs(
        batch.map(({ file }) => file.oid),
        limits.bytesMax,
      );
      batch.forEach(({ file }, index) => {
        folders.ensure(path.posix.dirname(file.path));
        const isKept = kept.has(file.path);
        writeFile(path.join(directory, file.path), contents[index] ?? Buffer.alloc(0), file.mode, isKept);
      });
      await breathe();
    }
    for (const [file, target] of links) {
      folders.ensure(path.posix.dirname(file.path));
      const link = path.join(directory, file.path);
      if (kept.has(file.path)) rmSync(link);
      symlinkSync(target, link);
    }
    return files.length;
  } catch (cause) {
    rmSync(directory, { recursive: true, force: true });
    throw cause instanceof Error && 'syscall' in cause ? diskFault(`could not write ${directory}`, cause) : cause;
  }
}

type Sized = { readonly file: FileAtCommit; readonly size: number };

function checkNames(commit: string, files: readonly FileAtCommit[]): void {
  for (const { path: name, mode } of files) {
    if (name.length > PATH_LENGTH_MAX) throw hostile(commit, 'it has a path longer than 4,096 characters');
    for (const part of name.split('/')) {
      const why = refuseName(part);
      if (why !== null) throw hostile(commit, `${JSON.stringify(name.slice(0, 200))}: ${why}`);
    }
    if (!/^(100(644|664|755)|120000|160000)$/.test(mode)) {
      throw hostile(commit, `${JSON.stringify(name.slice(0, 200))} has the unknown mode ${mode.slice(0, 12)}`);
    }
  }
}

async function withSizes(
  reader: ObjectReader,
  commit: string,
  files: readonly FileAtCommit[],
  limits: ExportLimits,
): Promise<readonly Sized[]> {
  const blobs = files.filter((file) => file.mode !== MODE_GITLINK);
  const found = await reader.info(blobs.map((file) => file.oid));
  let bytes = 0;
  const sized = blobs.map((file, index) => ({ file, size: found[index]?.size ?? 0 }));
  for (const { size } of sized) bytes += size;
  if (bytes > limits.bytesMax)
    throw hostile(commit, `its files have ${bytes} bytes, more than the limit of ${limits.bytesMax}`);
  return sized;
}

async function readLinks(
  reader: ObjectReader,
  commit: string,
  sized: readonly Sized[],
): Promise<readonly (readonly [FileAtCommit, string])[]> {
  const links = sized.filter(({ file }) => file.mode === MODE_SYMLINK);
  for (const { file, size } of links) {
    if (size > LINK_BYTES_MAX)
      throw hostile(commit, `the symlink ${JSON.stringify(file.path)} has a target of ${size} bytes`);
  }
  const targets = await reader.blobs(
    links.map(({ file }) => file.oid),
    LINK_BYTES_MAX,
  );
  return links.map(({ file }, index) => {
    const target = targets[index]?.toString('utf8') ?? '';
    if (linkStaysInside(file.path, target)) return [file, target] as const;
    throw hostile(
      commit,
      `the symlink ${JSON.stringify(file.path)} points to ${JSON.stringify(target.slice(0, 200))}, outside of it`,
    );
  });
}

function* batches(files: readonly Sized[]): Iterable<readonly Sized[]> {
  let batch: Sized[] = [];
  let bytes = 0;
  for (const sized of files) {
    if (batch.length >= BATCH_FILES || (batch.length > 0 && bytes + sized.size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(sized);
    bytes += sized.size;
  }
  if (batch.length > 0) yield batch;
}

/** A new folder, or, where it may be there already, what of it can be written over. */
function makeFolder(directory: string, wanted: ReadonlySet<string> | null): ReadonlySet<string> {
  try {
    mkdirSync(path.dirname(directory), { recursive: true });
    if (wanted !== null && existsSync(directory)) return clearForReuse(directory, wanted);
    mkdirSync(directory);
    return new Set();
  } catch (cause) {
    throw diskFault(`could not make ${directory}`, cause);
  }
}

/** Folders of files that are kept are there already. */
function createFolders(directory: string, kept: ReadonlySet<string>): { ensure(folder: string): void } {
  const made = new Set(['.', '']);
  for (const file of kept) {
    for (let at = path.posix.dirname(file); !made.has(at); at = path.posix.dirname(at)) made.add(at);
  }
  return {
    ensure(folder) {
      if (made.has(folder)) return;
      mkdirSync(path.join(directory, folder), { recursive: true });
      for (let at = folder; !made.has(at); at = path.posix.dirname(at)) made.add(at);
    },
  };
}

/**
 * `wx`: the folder is ours and new, so that anything in the way is a defect, or a hostile name on an odd file system.
 */
function writeFile(file: string, content: Uint8Array, mode: string, isKept: boolean): void {
  const bits = mode === MODE_EXECUTABLE ? 0o755 : 0o644;
  if (isKept) {
    writeOver(file, content, bits);
    return;
  }
  const handle = openSync(file, 'wx', bits);
  try {
    writeAll(handle, content);
  } finally {
    closeSync(handle);
  }
}

const OVER = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/**
 * It was seen to be a plain file; should it have become a link since, it is not followed. What it holds already is
 * read and compared, which costs a tenth of cutting it and writing the same again.
 */
function writeOver(file: string, content: Uint8Array, bits: number): void {
  const handle = openSync(file, OVER);
  try {
    const { size, mode } = fstatSync(handle);
    if ((mode & 0o7777) !== bits) fchmodSync(handle, bits);
    if (size === content.length && holds(handle, content)) return;
    ftruncateSync(handle, 0);
    writeAll(handle, content);
  } finally {
    closeSync(handle);
  }
}

function holds(handle: number, content: Uint8Array): boolean {
  const found = Buffer.allocUnsafe(content.length);
  for (let at = 0; at < content.length; ) {
    const read = readSync(handle, found, at, content.length - at, at);
    if (read === 0) return false;
    at += read;
  }
  return found.equals(content);
}

function writeAll(handle: number, content: Uint8Array): void {
  for (let at = 0; at < content.length; ) at += writeSync(handle, content, at, content.length - at, at);
}
