// The local bare repository: a cache of the remote, which may be deleted at any time. It is made when missing and
// made again when it cannot be read; nothing that only exists here is ever needed (DESIGN: only what the remote
// accepted is durable). Remote refs are kept below refs/origin/, so that no local name is confused with a remote one.

import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../ports/fault.ts';

type ObjectFormat = 'sha1' | 'sha256';

/** A branch that never exists: everything here is below refs/origin/. */
const HEAD = 'ref: refs/heads/none\n';
const FORMATS: readonly ObjectFormat[] = ['sha1', 'sha256'];
const FOLDERS = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info'];
const DAMAGED = 'tidegate-damaged';
/** Without this file a folder is not ours to throw away, whatever is in it. */
const MARK = 'tidegate-cache';
const LOCK_STALE_MS = 120_000;

/** Makes the cache when it is missing, unreadable, or was marked as damaged. Answers whether it was made. */
export function ensureCache(directory: string): boolean {
  if (looksWhole(directory)) return false;
  assertOurs(directory);
  rebuildCache(directory);
  return true;
}

/**
 * Throws the cache away and makes an empty one. Written beside and renamed, so that a crash leaves the old or none.
 */
export function rebuildCache(directory: string, format: ObjectFormat = 'sha1'): void {
  const fresh = `${directory}.new-${randomUUID()}`;
  const old = `${directory}.old-${randomUUID()}`;
  try {
    mkdirSync(path.dirname(directory), { recursive: true });
    for (const folder of FOLDERS) mkdirSync(path.join(fresh, folder), { recursive: true });
    writeFileSync(path.join(fresh, 'config'), configText(format));
    writeFileSync(path.join(fresh, MARK), 'A copy of the remote, made by Tidegate. It may be deleted at any time.\n');
    writeFileSync(path.join(fresh, 'HEAD'), HEAD);
    if (existsSync(directory)) renameSync(directory, old);
    renameSync(fresh, directory);
    rmSync(old, { recursive: true, force: true });
  } catch (cause) {
    rmSync(fresh, { recursive: true, force: true });
    throw diskFault(`could not make the git cache ${directory}`, cause);
  }
}

export function cacheFormat(directory: string): ObjectFormat {
  return readOr(path.join(directory, 'config')) === configText('sha256') ? 'sha256' : 'sha1';
}

/** The next open makes the cache again. Never throws: it is called while another failure is being told. */
export function markDamaged(directory: string): void {
  try {
    writeFileSync(path.join(directory, DAMAGED), '');
  } catch {
    // Without a disk to write to, the next open finds out for itself.
  }
}

/** Locks that a killed git left behind. Git holds them for milliseconds; two minutes is nobody's. */
export function removeStaleLocks(directory: string, nowMs: number): void {
  for (const name of lockFiles(directory)) {
    try {
      if (nowMs - statSync(name).mtimeMs > LOCK_STALE_MS) rmSync(name, { force: true });
    } catch {
      // Gone in the meantime: its holder was alive after all.
    }
  }
}

export function diskFault(what: string, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new Fault('disk-full', `${what}: the disk is full`, { retry: 'later', hint: 'make room on that disk', cause })
    : new Fault('state-unwritable', `${what}: ${reason}`, {
        retry: 'later',
        hint: 'let the user that runs Tidegate write there',
        cause,
      });
}

function looksWhole(directory: string): boolean {
  if (existsSync(path.join(directory, DAMAGED)) || !existsSync(path.join(directory, MARK))) return false;
  const isThere = ['objects', 'refs'].every((name) => existsSync(path.join(directory, name)));
  const config = readOr(path.join(directory, 'config'));
  return (
    isThere && readOr(path.join(directory, 'HEAD')) === HEAD && FORMATS.some((format) => config === configText(format))
  );
}

function assertOurs(directory: string): void {
  if (existsSync(path.join(directory, MARK))) return;
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined || (found.isDirectory() && readdirSync(directory).length === 0)) return;
  throw new Fault('usage', `${directory} is in use for something else, and would be overwritten by the git cache`, {
    retry: 'never',
    hint: 'choose another state folder, or delete that one by hand',
  });
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * What `git init --bare` writes, without its templates; made by hand because starting git costs more than the files.
 */
function configText(format: ObjectFormat): string {
  const version = format === 'sha256' ? 1 : 0;
  const core = `[core]\n\trepositoryformatversion = ${version}\n\tfilemode = true\n\tbare = true\n`;
  return format === 'sha256' ? `${core}[extensions]\n\tobjectformat = sha256\n` : core;
}

function lockFiles(directory: string): string[] {
  const found = ['packed-refs.lock', 'config.lock', 'HEAD.lock', 'shallow.lock'].map((name) =>
    path.join(directory, name),
  );
  for (const folder of ['refs', 'objects/info']) {
    const names = readdirSync(path.join(directory, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names) if (name.endsWith('.lock')) found.push(path.join(directory, folder, name));
  }
  return found.filter((name) => existsSync(name));
}
