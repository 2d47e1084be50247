// The one place that starts git. Every run is bounded in time and output, in its own process group (so that git's own
// children end with it), with arguments as a list and never through a shell. It answers how the run ended and judges
// nothing: exit codes are data (merge-tree, merge-base and push say no by exit 1).
// Why not simple-git here: it takes no stdin (fast-import), cannot bound or stream output (cat-file), and resolves on
// exit 1 with empty stderr, so `merge-base --is-ancestor` would always say yes. Its cost was not the reason
// (0.1 ms a call, 17 ms and 7 MB to load).

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { GIT_NEEDED, sayGit } from '../model/git-versions.ts';
import { Fault } from '../ports/fault.ts';

type GitOptions = {
  readonly input?: string | Uint8Array;
  /** Infinite where something else bounds it. */
  readonly timeoutMs?: number;
  /** Above this the run is ended with `stopped: 'too-large'`. */
  readonly stdoutMax?: number;
  /** Set on top of the adapter's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Asked every 250 ms; a sentence ends the run with `stopped: 'too-large'`. */
  readonly overflow?: () => boolean;
  /** Aborted, the run is ended with `stopped: 'given-up'`. */
  readonly signal?: AbortSignal;
  /** Told what it says on stderr, as it says it. */
  readonly heard?: (text: string) => void;
};

export type GitEnding = {
  readonly code: number | null;
  /** What ended it where it did not end by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  /** The last 64 KiB, as text. Not masked: `failure.ts` does that before anyone sees it. */
  readonly stderr: string;
  /** `closed`: the repository was closed meanwhile. */
  readonly stopped: 'timed-out' | 'too-large' | 'given-up' | 'closed' | null;
};

export type GitChild = ChildProcessByStdio<Writable, Readable, Readable>;

export type Git = {
  run(args: readonly string[], options?: GitOptions): Promise<GitEnding>;
  /** A helper process that the caller talks to; it ends with `close()` or when its stdin closes. */
  spawn(args: readonly string[]): GitChild;
  /** Ends every process that is still running. Later calls fail. */
  close(): Promise<void>;
};

const STDERR_MAX = 64 * 1024;
const LOCAL_TIMEOUT_MS = 120_000;
const STDOUT_MAX = 64 * 1024 * 1024;
const OVERFLOW_EVERY_MS = 250;

/**
 * zlib allocates and frees 256 KiB for each object, at which glibc gives memory back to the kernel and takes it
 * again, 4,800 times for 200 commits: 75 ms instead of 14. Only for short runs: a helper should give memory back.
 */
const QUICK_MALLOC = { MALLOC_TOP_PAD_: '16777216' };

export function createGit(directory: string, env: Readonly<Record<string, string>>): Git {
  const alive = new Map<GitChild, Promise<void>>();
  let closed = false;

  function start(args: readonly string[], extra: Readonly<Record<string, string>>): GitChild {
    if (closed) throw new Fault('git-failed', 'ended on request', { retry: 'never', hint: 'run it again' });
    const child: GitChild = spawn('git', args, {
      cwd: directory,
      env: { ...env, ...extra },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    // A child that is gone before it has read its input is judged by its exit code, not by our broken pipe.
    child.stdin.on('error', () => undefined);
    alive.set(
      child,
      new Promise((resolve) => {
        const done = () => {
          alive.delete(child);
          resolve();
        };
        child.once('close', done);
        child.once('error', done);
      }),
    );
    return child;
  }

  return {
    async run(args, options = {}) {
      const ending = await collect(() => start(args, { ...QUICK_MALLOC, ...options.env }), options);
      return closed && ending.code === null ? { ...ending, stopped: 'closed' } : ending;
    },
    spawn: (args) => start(args, {}),
    async close() {
      closed = true;
      const endings = [...alive.values()];
      for (const child of alive.keys()) {
        holdLoop(child, true);
        killGroup(child);
      }
      await Promise.all(endings);
    },
  };
}

/**
 * SIGKILL to git and everything it started; a cache survives that by design (locks are cleared on the next fetch).
 */
export function killGroup(child: GitChild): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Whether this child keeps our process alive: only while somebody waits for it. */
export function holdLoop(child: GitChild, held: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    // A child's pipes are sockets in Node, although its types only call them streams.
    const verb = held ? 'ref' : 'unref';
    const method: unknown = Reflect.get(handle, verb);
    if (typeof method === 'function') Reflect.apply(method, handle, []);
  }
}

function collect(startChild: () => GitChild, options: GitOptions): Promise<GitEnding> {
  const stdoutMax = options.stdoutMax ?? STDOUT_MAX;
  return new Promise((resolve, reject) => {
    const child = startChild();
    const parts: Buffer[] = [];
    let bytes = 0;
    let stderr = Buffer.alloc(0);
    let stopped: GitEnding['stopped'] = null;
    const stop = (why: NonNullable<GitEnding['stopped']>) => {
      stopped ??= why;
      killGroup(child);
    };
    const { overflow, signal, heard, timeoutMs = LOCAL_TIMEOUT_MS } = options;
    const timer = Number.isFinite(timeoutMs) ? setTimeout(() => stop('timed-out'), timeoutMs) : undefined;
    const giveUp = () => stop('given-up');
    signal?.addEventListener('abort', giveUp);
    const watch = overflow && setInterval(() => overflow() && stop('too-large'), OVERFLOW_EVERY_MS);
    const settle = () => {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener('abort', giveUp);
    };

    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > stdoutMax) stop('too-large');
      else parts.push(part);
    });
    child.stderr.on('data', (part: Buffer) => {
      stderr = Buffer.concat([stderr, part]).subarray(-STDERR_MAX);
      heard?.(part.toString('utf8'));
    });
    child.once('error', (cause) => {
      settle();
      reject(cannotStart(cause));
    });
    child.once('close', (code, signal) => {
      settle();
      resolve({ code, signal, stdout: Buffer.concat(parts), stderr: stderr.toString('utf8'), stopped });
    });
    child.stdin.end(options.input ?? '');
  });
}

export function cannotStart(cause: Error): Fault {
  const missing = 'code' in cause && cause.code === 'ENOENT';
  return missing
    ? new Fault('git-missing', 'git could not be started: it is not on PATH, or the cache folder is gone', {
        retry: 'later',
        hint: `install ${sayGit(GIT_NEEDED)} or later, and check that the state folder exists`,
        cause,
      })
    : new Fault('git-failed', `git could not be started: ${cause.message}`, {
        retry: 'later',
        hint: 'check memory, process limits and the state folder',
        cause,
      });
}
