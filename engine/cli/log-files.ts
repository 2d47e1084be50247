// The logs of a run on this machine, below the state folder: which there are, and their text from where the last look
// ended. Names come from the ledger, which others write: nothing outside of the run's own folder is ever opened.

import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Run } from '../model/run.ts';

export type LogFile = {
  readonly stage: string;
  readonly attempt: number;
  readonly step: number;
  readonly path: string;
};

/** In the order in which the steps ran. */
export async function logFiles(
  state: string,
  run: Pick<Run, 'id' | 'environment' | 'stages'>,
): Promise<readonly LogFile[]> {
  const folder = path.join(state, 'logs', run.environment, run.id);
  const order = new Map(run.stages.map((stage, index) => [stage.name, index]));
  const names = await readdir(folder).catch(onlyMissing);
  return names
    .flatMap((name) => fileOf(folder, name))
    .filter((file) => order.has(file.stage))
    .sort((a, b) => (order.get(a.stage) ?? 0) - (order.get(b.stage) ?? 0) || a.attempt - b.attempt || a.step - b.step);
}

function fileOf(folder: string, name: string): readonly LogFile[] {
  const match = /^([a-z0-9][a-z0-9-]*)\.(\d{1,6})\.(\d{1,6})\.log$/.exec(name);
  if (match?.[1] === undefined) return [];
  return [{ stage: match[1], attempt: Number(match[2]), step: Number(match[3]), path: path.join(folder, name) }];
}

/** Not there is none; what cannot be read is for a person to fix. */
function onlyMissing(cause: unknown): readonly string[] {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
  throw cause;
}

function onlyNoFile(cause: unknown): null {
  if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ELOOP')) return null;
  throw cause;
}

/** Bytes read at once: a log is bounded, but not so much that all of it should be in memory. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Hands over what stands behind `from`, piece by piece; returns where the file ends now, or null where it cannot be
 * read: a link is never followed.
 */
export async function readFrom(file: string, from: number, take: (bytes: Buffer) => void): Promise<number | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(onlyNoFile);
  if (handle === null) return null;
  try {
    let at = from;
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(CHUNK_BYTES), position: at });
      if (bytesRead === 0) return at;
      take(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** All of a log as text; null where it cannot be read. */
export async function readWhole(file: string): Promise<string | null> {
  const pieces: Buffer[] = [];
  const end = await readFrom(file, 0, (bytes) => pieces.push(Buffer.from(bytes)));
  return end === null ? null : Buffer.concat(pieces).toString('utf8');
}
