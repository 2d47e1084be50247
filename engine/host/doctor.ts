// This machine as `tidegate doctor` sees it: the state folder, its disk, its lock, programs. Writes one small file
// and takes it away again: whether a folder can be written is only known by writing.

import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { MachineFindings } from '../model/findings.ts';
import type { Doctor } from '../ports/doctor.ts';
import { lockHolder } from './lock.ts';

type HostDoctor = Pick<Doctor, 'machine' | 'missingPrograms'>;

export function openHostDoctor(state: string, env: Readonly<Record<string, string | undefined>>): HostDoctor {
  return {
    machine: async () => ({
      node: process.versions.node,
      zones: process.versions['tz'],
      state: await examineState(state),
    }),
    missingPrograms: async (names) => {
      const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
      const missing: string[] = [];
      for (const name of names) if (!(await isProgram(name, folders))) missing.push(name);
      return missing;
    },
  };
}

async function examineState(folder: string): Promise<MachineFindings['state']> {
  const refusal = await tryWriting(folder);
  const space = await statfs(folder).catch(() => null);
  return {
    path: folder,
    refusal,
    bytesFree: space === null ? null : space.bavail * space.bsize,
    // File systems without a table of inodes say that there are none.
    inodesFree: space === null || space.files === 0 ? null : space.ffree,
    // Where nothing can be written there, who works there may not be known either; that it cannot is said already.
    heldBy: await lockHolder(path.join(folder, 'controller.lock')).catch((cause: unknown) => {
      if (refusal === null) throw cause;
      return null;
    }),
  };
}

/** Synced as records are: a disk that fills up may take a write and refuse to keep it. */
async function tryWriting(folder: string): Promise<string | null> {
  const probe = path.join(folder, `.doctor-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(probe, 'wx', 0o600);
    try {
      await file.write('may this be written?\n');
      await file.sync();
    } finally {
      await file.close();
    }
    return null;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

async function isProgram(name: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of name.startsWith('/') ? [''] : folders) {
    const file = name.startsWith('/') ? name : path.join(folder, name);
    const isThere = await access(file, constants.X_OK).then(
      async () => (await stat(file)).isFile(),
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
