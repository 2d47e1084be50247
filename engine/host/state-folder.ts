// The state folder on a real disk. One controller at a time: the lock names its process, and a lock whose process is
// gone is nobody's. The journal is synced before anything rests on it.

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../ports/fault.ts';
import type { StateFolder } from '../ports/state-folder.ts';
import { openJournal } from './journal-file.ts';
import { acquireLock } from './lock.ts';

/** `exclusive` is for controllers; a command that only looks shares the folder. */
export async function openStateFolder(folder: string, options: { readonly exclusive: boolean }): Promise<StateFolder> {
  const root = path.resolve(folder);
  await writable(root, () => mkdir(root, { recursive: true }));
  // Inside a clone it is nobody's business but ours.
  await writable(root, () => writeFile(path.join(root, '.gitignore'), '*\n', { flag: 'wx' }).catch(onlyThere));
  const release = options.exclusive
    ? await writable(root, () => acquireLock(path.join(root, 'controller.lock')))
    : async () => {};
  const controllerId = await writable(root, () => ensureId(path.join(root, 'controller-id')));
  const journalPath = path.join(root, 'journal.jsonl');
  const file = options.exclusive ? await writable(root, () => open(journalPath, 'a', 0o600)) : null;
  const journal = file === null ? null : openJournal(file, (act) => writable(root, act));
  const exports = path.join(root, 'runs');
  return {
    path: root,
    controllerId,
    readJournal: async () => {
      const text = (await readIfThere(root, journalPath)) ?? '';
      const lines = text.split('\n').slice(0, -1);
      return lines.filter((line) => line !== '');
    },
    appendJournal: async (lines) => {
      if (journal === null)
        throw new Fault('state-unwritable', 'this command does not own the state folder', { retry: 'never', hint: '' });
      if (lines.length > 0) await journal.append(lines);
    },
    clearJournal: async () => {
      await journal?.clear();
    },
    readNote: (name) => readIfThere(root, path.join(root, name)),
    writeNote: (name, text) => writable(root, () => replaceFile(path.join(root, name), text)),
    exportPath: (run) => path.join(exports, run),
    removeExport: (run) => removeTree(path.join(exports, run)),
    keepExport: async (run, spare) => {
      await emptyFolder(path.join(exports, run, 'tmp'));
      await removeTree(path.join(exports, spare));
      // A spare saves time, and no more: where it cannot be kept there is none.
      await rename(path.join(exports, run), path.join(exports, spare)).catch(() => removeTree(path.join(exports, run)));
    },
    takeExport: (spare, run) =>
      // Whatever is wrong with the spare, the export is made again, and says so if that fails as well.
      rename(path.join(exports, spare), path.join(exports, run)).then(
        () => true,
        () => false,
      ),
    sweepExports: async (keep) => {
      const names = await namesIn(root, exports);
      for (const name of names) if (!keep.has(name)) await removeTree(path.join(exports, name));
    },
    resolve: (relative) => path.resolve(root, relative),
    close: async () => {
      await file?.close();
      await release();
    },
  };
}

/**
 * Steps may leave read-only folders or files owned by others behind: what cannot be removed is not worth a failure.
 */
async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => {});
}

/** The folder itself stays for the next run: see export-over.ts for what a new one can cost. */
async function emptyFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await removeTree(path.join(folder, name));
}

async function ensureId(file: string): Promise<string> {
  // One that cannot be read is no reason to become somebody else, whose leases this one would then wait for.
  const known = ((await readIfThere(path.dirname(file), file)) ?? '').trim();
  if (/^[0-9a-f]{16}$/.test(known)) return known;
  const id = randomBytes(8).toString('hex');
  await replaceFile(file, `${id}\n`);
  return id;
}

function onlyThere(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
}

/** Null where it is not there, and for no other reason. */
async function readIfThere(root: string, file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw unreadable(root, cause);
  }
}

async function namesIn(root: string, folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw unreadable(root, cause);
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function unreadable(root: string, cause: unknown): Fault {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new Fault('state-unwritable', `the state folder ${root} cannot be read (${said})`, {
    retry: 'later',
    hint: 'check its disk, owner and mode; what it holds is not thrown away',
    cause,
  });
}

async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, file);
}

async function writable<T>(root: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (cause instanceof Fault) throw cause;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new Fault('disk-full', `the disk of the state folder ${root} is full`, {
        retry: 'later',
        hint: 'free some space; nothing recorded is lost',
        cause,
      });
    }
    throw new Fault('state-unwritable', `the state folder ${root} cannot be written (${code})`, {
      retry: 'later',
      hint: 'check its owner and mode, or name another with --state',
      cause,
    });
  }
}
