// The disk under the state folder: a tmpfs of its own that can be filled and made read-only, where this process may
// mount one. Where it may not, `can` names why, and the rounds that need it are skipped by that name.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

export type SmallDisk = {
  /** Null where it can be filled and made read-only; else why not. */
  readonly cannot: string | null;
  readonly state: string;
  fill(): void;
  free(): void;
  readOnly(isSo: boolean): void;
  end(): void;
};

const SIZE = '48m';

export function makeSmallDisk(folder: string): SmallDisk {
  mkdirSync(folder);
  const cannot = mount(folder);
  const ballast = path.join(folder, 'ballast');
  return {
    cannot,
    state: path.join(folder, 'state'),
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    readOnly: (isSo) => {
      execFileSync('mount', ['-o', `remount,${isSo ? 'ro' : 'rw'}`, folder], { stdio: 'pipe' });
    },
    end: () => {
      // Lazily: a git of the last life may still have a file open.
      if (cannot === null) execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
    },
  };
}

function mount(folder: string): string | null {
  if (process.platform !== 'linux') return 'a small disk needs Linux';
  if (process.getuid?.() !== 0) return 'a small disk needs root, to mount it';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'tidegate-crash', folder], { stdio: 'pipe' });
    return null;
  } catch {
    return 'a small disk needs the right to mount one';
  }
}

/** To the last byte: large pieces first, then what is left. */
function fillUp(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (let piece = 1 << 20; piece >= 1; piece >>= 4) writeUntilFull(descriptor, Buffer.alloc(piece));
  } finally {
    closeSync(descriptor);
  }
}

function writeUntilFull(descriptor: number, piece: Buffer): void {
  for (;;) {
    try {
      if (writeSync(descriptor, piece) < piece.length) return;
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') return;
      throw cause;
    }
  }
}
