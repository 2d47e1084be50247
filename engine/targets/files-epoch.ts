// Which controller spoke last here, in `.tidegate.json` beside `current`: an older epoch is refused, so that a controller that
// was asleep while another took over cannot put its old version back.
// The epoch is claimed before the first byte is copied and asked again right before the switch, without giving way in between.

import fs from 'node:fs';
import path from 'node:path';
import { Refusal } from './files-copy.ts';

const FILE = '.tidegate.json';

type Recorded = { readonly epoch: number; readonly release: string | null; readonly at: string };

/** Records `epoch`, or refuses because a newer one was here. */
export function claimEpoch(root: string, epoch: number): void {
  const recorded = checked(root, epoch);
  if (recorded === null || recorded.epoch < epoch)
    write(root, { epoch, release: recorded?.release ?? null, at: now() });
}

/** Renames `link` to `current`. Synchronous on purpose: between question and act there are two system calls, and none of
 *  our own process's other work. */
export function switchUnderEpoch(root: string, epoch: number, release: string, link: string): void {
  checked(root, epoch);
  fs.renameSync(link, path.join(root, 'current'));
  write(root, { epoch, release, at: now() });
}

function checked(root: string, epoch: number): Recorded | null {
  const recorded = read(root);
  if (recorded !== null && recorded.epoch > epoch) {
    throw new Refusal(
      `${root} was last written by a controller of epoch ${recorded.epoch}, this one has ${epoch}: another has taken over`,
    );
  }
  return recorded;
}

function read(root: string): Recorded | null {
  const file = path.join(root, FILE);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const recorded = parse(text);
  if (recorded === null)
    throw new Refusal(`${file} is not as Tidegate wrote it; look what happened there, then remove it`);
  return recorded;
}

function parse(text: string): Recorded | null {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || !('epoch' in value) || !Number.isSafeInteger(value.epoch))
      return null;
    return { release: null, at: '', ...(value as Partial<Recorded>), epoch: Number(value.epoch) };
  } catch {
    return null;
  }
}

function write(root: string, recorded: Recorded): void {
  const file = path.join(root, FILE);
  const unfinished = path.join(root, '.tidegate-unfinished-epoch');
  const descriptor = fs.openSync(unfinished, 'w', 0o644);
  try {
    fs.writeSync(descriptor, `${JSON.stringify(recorded)}\n`);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(unfinished, file);
}

function now(): string {
  return new Date().toISOString();
}
