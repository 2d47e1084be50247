// A folder of our own under TMPDIR for the files that programs read keys and signatures from; gone when the work is
// done. What the disk says about it is the world's fault and may pass: it must end no more than the question that
// needed the folder.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fault } from '../ports/fault.ts';

export async function inPrivateFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await onDisk(() => mkdtemp(path.join(tmpdir(), 'tidegate-signing-')));
  try {
    return await use(folder);
  } finally {
    await onDisk(() => rm(folder, { recursive: true, force: true }));
  }
}

export async function put(folder: string, name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await onDisk(() => writeFile(file, text, { mode: 0o600, flag: 'wx' }));
  return file;
}

async function onDisk<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(isFull ? 'disk-full' : 'git-failed', `a signature needs a file under TMPDIR: ${reason}`, {
      retry: 'later',
      hint: `${isFull ? 'make room in' : 'let the user that runs Tidegate write to'} ${tmpdir()}, or name another folder in TMPDIR`,
      cause,
    });
  }
}
