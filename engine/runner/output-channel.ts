// Where a job's stdout and stderr meet on their way to the log: one named pipe for both, so that lines keep their
// order. Not the pipes that child_process makes: those are sockets, `echo … > /dev/stderr` fails on them, and two of
// them lose the order. A pipe is used again only after it was seen empty with no writer left; one that a daemon still
// holds is given up.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

type OutputChannel = {
  /** The end to write to, for the child; closed by `listen`. */
  readonly descriptor: number;
  /** After the child has started. `onBytes` must use the bytes before it returns. */
  listen(onBytes: (bytes: Buffer) => void): void;
  /** Closes unused; instead of `listen`. */
  discard(): void;
  /**
   * Resolves once all writers are gone, or after `patienceMs` at the latest; a writer that is left gets EPIPE from
   * then on.
   */
  drained(patienceMs: number): Promise<void>;
};

export type OutputChannels = { open(): OutputChannel; close(): void };

/** Pipes are made by `mkfifo`, a millisecond for as many as one likes. */
const MADE_AT_ONCE = 8;

/**
 * `directory` is made here and removed by `close`; where it cannot hold pipes (some network file systems) the
 * system's folder for temporary files does.
 */
export function openOutputChannels(directory: string): OutputChannels {
  const free: string[] = [];
  const folders: string[] = [];
  // One buffer for all jobs: reading is serial and nobody keeps it.
  const buffer = Buffer.allocUnsafe(64 * 1024);
  let made = 0;

  function make(): void {
    const wanted = path.resolve(folders.at(-1) ?? directory);
    if (folders.length === 0) {
      fs.mkdirSync(wanted, { recursive: true, mode: 0o700 });
      folders.push(wanted);
    }
    const names = (folder: string) =>
      Array.from({ length: MADE_AT_ONCE }, (_, index) => path.join(folder, String(made + index)));
    let error = mkfifo(names(wanted));
    if (error !== null && folders.length === 1) {
      folders.push(fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-')));
      error = mkfifo(names(folders.at(-1) ?? wanted));
    }
    if (error !== null) throw new Error(`no pipe for a job's output could be made: ${error}`);
    free.push(...names(folders.at(-1) ?? wanted));
    made += MADE_AT_ONCE;
  }

  // The first ones before they are needed, so that the first job does not wait.
  make();
  return {
    open() {
      if (free.length === 0) make();
      const name = free.pop() ?? '';
      return openChannel(name, buffer, (clean) => {
        if (clean) free.push(name);
        else fs.rmSync(name, { force: true });
      });
    },
    close() {
      for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mkfifo(names: readonly string[]): string | null {
  const result = spawnSync('mkfifo', ['-m', '600', ...names], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (result.error !== undefined) return result.error.message;
  return result.status === 0 ? null : result.stderr.trim();
}

function openChannel(name: string, buffer: Buffer, done: (clean: boolean) => void): OutputChannel {
  // The reader first and without waiting: a writer's open waits for a reader, and the child must get a blocking end.
  const reader = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  const descriptor = fs.openSync(name, fs.constants.O_WRONLY);
  let socket: net.Socket | undefined;
  let ended = false;
  let onEnded = (): void => {};
  const finish = (clean: boolean): void => {
    if (ended) return;
    ended = true;
    done(clean);
    onEnded();
  };
  return {
    descriptor,
    listen(onBytes) {
      fs.closeSync(descriptor);
      const onread = { buffer, callback: (count: number, bytes: Uint8Array) => takeBytes(count, bytes, onBytes) };
      socket = new net.Socket({ fd: reader, readable: true, writable: false, onread });
      socket.on('end', () => finish(true));
      socket.on('error', () => finish(false));
    },
    discard() {
      fs.closeSync(descriptor);
      fs.closeSync(reader);
      finish(true);
    },
    async drained(patienceMs) {
      if (!ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patienceMs);
          onEnded = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      finish(false);
      socket?.destroy();
    },
  };
}

function takeBytes(count: number, bytes: Uint8Array, onBytes: (bytes: Buffer) => void): true {
  onBytes(Buffer.from(bytes.buffer, bytes.byteOffset, count));
  return true;
}
