// One job's output on disk: masked before it is written, bounded however much comes, its digest and tail known at the
// end. The first `bytesMax` bytes are kept as they come; of the rest only the last 64 KiB, behind a line that says
// what is missing. Memory is flat, and past the bound a byte costs one copy: gigabytes of `yes` pass through without
// harm. Writes are synchronous: order and back-pressure for free. The cost: a disk that hangs, hangs the supervisor
// with it.

import { createHash, type Hash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { JobEnding } from '../model/job.ts';
import { TAIL_BYTES_MAX, tailOf } from './log-tail.ts';
import type { Masker } from './masking.ts';

type OutputLog = {
  /** The bytes are used before this returns; the buffer may be filled again. */
  write(chunk: Buffer): void;
  end(): KeptOutput;
};

type KeptOutput = Pick<JobEnding, 'tail' | 'logDigest' | 'outputBytes'> & {
  /** Why the log is not whole on disk (`ENOSPC: no space left on device, write`), or null. The job went on
   *  regardless. */
  readonly problem: string | null;
};

const LAST_BYTES = 64 * 1024;
/** More than the tail needs, since colours and control characters are taken out of it. */
const RECENT_BYTES = 4 * TAIL_BYTES_MAX;

/** Creates the file (mode 600, with its folders) at the first byte: a job that printed nothing has no log.
 *  `follows`: what is there was written by an earlier piece of the same job, and is written on. */
export function openOutputLog(file: string, bytesMax: number, masker: Masker, follows = false): OutputLog {
  const kept = openKeptFile(file, follows);
  const recent = createRing(RECENT_BYTES);
  const overflow = createOverflow(masker);
  const stream = masker.stream();
  let outputBytes = 0;
  let room = bytesMax;

  function keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    kept.write(bytes);
    recent.push(bytes);
  }

  return {
    write(chunk) {
      outputBytes += chunk.length;
      if (room === 0) return overflow.push(chunk);
      const masked = stream.push(chunk);
      keep(masked.subarray(0, room));
      if (masked.length < room) {
        room -= masked.length;
      } else {
        overflow.push(masked.subarray(room));
        overflow.push(stream.release());
        room = 0;
      }
    },
    end() {
      const last = stream.flush();
      keep(last.subarray(0, room));
      overflow.push(last.subarray(room));
      overflow.drain(keep);
      const text = tailOf(recent.bytes());
      // Once more: taking control characters out may have put a secret together.
      return { tail: masker.text(text), outputBytes, ...kept.close() };
    },
  };
}

function openKeptFile(
  file: string,
  follows: boolean,
): {
  write(bytes: Buffer): void;
  close(): Pick<KeptOutput, 'logDigest' | 'problem'>;
} {
  let descriptor: number | null = null;
  let digest: Hash | null = null;
  let problem: string | null = null;
  const guarded = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      problem ??= error instanceof Error ? error.message : String(error);
    }
  };
  // A job of an earlier life of the controller may have had the same id.
  if (!follows) guarded(() => fs.rmSync(file, { force: true }));
  return {
    write(bytes) {
      if (problem !== null) return;
      guarded(() => {
        digest ??= digestOf(follows ? file : null);
        descriptor ??= create(file, follows);
        for (let written = 0; written < bytes.length; ) written += fs.writeSync(descriptor, bytes, written);
        digest.update(bytes);
      });
    },
    close() {
      guarded(() => descriptor !== null && fs.closeSync(descriptor));
      return { logDigest: digest === null || problem !== null ? null : digest.digest('hex'), problem };
    },
  };
}

function digestOf(before: string | null): Hash {
  const digest = createHash('sha256');
  return before !== null && fs.existsSync(before) ? digest.update(fs.readFileSync(before)) : digest;
}

function create(file: string, follows: boolean): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = fs.constants;
  const flags = O_WRONLY | O_CREAT | (follows ? O_APPEND | O_NOFOLLOW : O_EXCL);
  try {
    return fs.openSync(file, flags, 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return fs.openSync(file, flags, 0o600);
  }
}

/** What came after the bound: counted, its end kept raw (masking gigabytes would cost more than printing them). */
function createOverflow(masker: Masker): { push(bytes: Buffer): void; drain(keep: (bytes: Buffer) => void): void } {
  // A secret may begin before the kept end: so many bytes more are held and, once masked, cut off again.
  const overlap = Math.max(0, masker.longest - 1);
  let ring: Ring | null = null;
  let total = 0;
  return {
    push(bytes) {
      if (bytes.length === 0) return;
      ring ??= createRing(LAST_BYTES + overlap);
      total += bytes.length;
      ring.push(bytes);
    },
    drain(keep) {
      if (ring === null) return;
      const raw = ring.bytes();
      const stream = masker.stream();
      const masked = Buffer.concat([stream.push(raw), stream.flush()]);
      if (raw.length === total) return keep(masked);
      const end = masked.subarray(overlap);
      keep(Buffer.from(`\n… ${total - LAST_BYTES} bytes left out …\n`));
      keep(end);
    },
  };
}

type Ring = { push(bytes: Buffer): void; bytes(): Buffer };

/** The last `size` bytes of a stream. Takes memory as it needs it: most jobs print a line or two, and a supervisor
 *  that grows forks more slowly. */
function createRing(size: number): Ring {
  let ring = NOTHING;
  let filled = 0;
  let at = 0;

  function makeRoom(wanted: number): void {
    const roomy = Math.min(size, Math.max(wanted, 2 * ring.length, RING_BYTES_MIN));
    if (wanted <= ring.length || roomy === ring.length) return;
    // It grows only while it has not gone round: what is in it starts at 0.
    const larger = Buffer.allocUnsafe(roomy);
    ring.copy(larger, 0, 0, filled);
    ring = larger;
    at = filled;
  }

  return {
    push(bytes) {
      const last = bytes.length > size ? bytes.subarray(bytes.length - size) : bytes;
      makeRoom(filled + last.length);
      const first = last.copy(ring, at);
      if (first < last.length) last.copy(ring, 0, first);
      at = (at + last.length) % Math.max(1, ring.length);
      filled = Math.min(ring.length, filled + last.length);
    },
    bytes: () =>
      filled < ring.length
        ? Buffer.from(ring.subarray(0, filled))
        : Buffer.concat([ring.subarray(at), ring.subarray(0, at)]),
  };
}

const RING_BYTES_MIN = 512;
const NOTHING: Buffer = Buffer.alloc(0);
