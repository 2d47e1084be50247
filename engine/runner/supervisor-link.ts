// The runner's end of the pipes to its supervisor: starts the process when it is first needed, writes orders, reads
// reports, and notices when it is lost. One at a time; after a loss the next order starts another. The supervisor
// runs in a session of its own, so that Ctrl-C reaches the controller alone, which then stops in good order.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { assert } from '../base/assert.ts';
import { SUPERVISOR_MARK } from './job-journal.ts';
import { decodeReport, encodeLine, lineReader, type Order, type Report } from './protocol.ts';

type SupervisorLink = {
  /** Starts the supervisor where there is none. */
  warm(): void;
  send(order: Order): void;
  /** Whether the process is kept alive for the sake of the link: while there are jobs. */
  hold(busy: boolean): void;
  /** The process id, for tests and for people who look at process lists; null when none runs. */
  pid(): number | null;
  /** Resolves when the supervisor has ended every job and itself. */
  close(): Promise<void>;
};

type SupervisorLinkOptions = {
  readonly stateDirectory: string;
  /** Known to all jobs of this controller, and to no other's. */
  readonly nonce: string;
  readonly path: string | undefined;
  /** The program's file; the one beside this file by default. */
  readonly entry: string | undefined;
  readonly onReport: (report: Report) => void;
  /** Called once per supervisor that ended without being asked, after its last report. */
  readonly onLost: (how: string) => void;
};

/**
 * A fork costs by what the forking process weighs: after 3,000 jobs 104 MB instead of 122, for a little more
 * collecting.
 */
const SMALL = ['--max-semi-space-size=1'];
const STDERR_MAX = 2_000;
/** The jobs are gone when `close` is called; a supervisor that takes longer than this to end is stuck. */
const CLOSE_MS_MAX = 10_000;

export function openSupervisorLink(options: SupervisorLinkOptions): SupervisorLink {
  let current: Supervisor | null = null;
  let busy = false;
  let closing = false;

  function running(): Supervisor {
    current ??= startSupervisor(options, (how) => {
      current = null;
      if (!closing) options.onLost(how);
    });
    hold();
    return current;
  }

  function hold(): void {
    for (const handle of current?.handles ?? []) handle[busy ? 'ref' : 'unref']();
  }

  return {
    warm: () => void running(),
    send: (order) => void running().orders.write(encodeLine(order)),
    hold(next) {
      if (busy === next) return;
      busy = next;
      hold();
    },
    pid: () => current?.process.pid ?? null,
    async close() {
      closing = true;
      const last = current;
      if (last === null) return;
      for (const handle of last.handles) handle.ref();
      last.orders.end();
      const sure = setTimeout(() => last.process.kill('SIGKILL'), CLOSE_MS_MAX);
      await last.ended;
      clearTimeout(sure);
    },
  };
}

type Handle = { ref(): unknown; unref(): unknown };
type Supervisor = {
  readonly process: ChildProcess;
  readonly orders: Writable;
  readonly handles: readonly Handle[];
  readonly ended: Promise<void>;
};

function startSupervisor(options: SupervisorLinkOptions, onEnded: (how: string) => void): Supervisor {
  const entry =
    options.entry ?? fileURLToPath(new URL(`./supervisor${path.extname(import.meta.url)}`, import.meta.url));
  const stateDirectory = path.resolve(options.stateDirectory);
  const child = spawn(process.execPath, [...SMALL, entry, stateDirectory, options.nonce], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    cwd: '/',
    env: {
      PATH: options.path,
      [SUPERVISOR_MARK]: options.nonce,
      [`${SUPERVISOR_MARK}_PROCESS`]: '1',
      // From 110 ms to 40 where TypeScript is run as it is; from 36 to 34 for a bundle.
      NODE_COMPILE_CACHE: path.join(stateDirectory, 'runner', 'compile-cache'),
    },
  });
  const [orders, , errors, reports] = child.stdio;
  assert(
    orders !== null && errors && reports && 'setEncoding' in reports,
    'the supervisor was started without its pipes',
  );

  // A write to one that has just died fails here; its end is told by `close`.
  orders.on('error', () => {});
  let words = '';
  (errors as Readable).setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-STDERR_MAX);
  });
  (reports as Readable).setEncoding('utf8').on(
    'data',
    lineReader((line) => options.onReport(decodeReport(line))),
  );

  const ended = new Promise<void>((resolve) => {
    const finish = (how: string): void => {
      onEnded(how);
      resolve();
    };
    child.once('error', (error) => finish(`could not be started: ${error.message}`));
    // `close` and not `exit`: the last reports may still be in the pipe.
    child.once('close', (code, signal) => {
      finish(signal === null ? `ended with exit code ${code}${complaint(words)}` : `was ended by ${signal}`);
    });
  });
  const handles: Handle[] = [
    child,
    orders as Duplex & Handle,
    errors as unknown as Handle,
    reports as unknown as Handle,
  ];
  return { process: child, orders: orders as Writable, handles, ended };
}

/** The line of a stack trace that says what happened. */
function complaint(words: string): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^\w*(Error|Invariant)\b/.test(text)) ?? lines[0];
  return line === undefined ? '' : ` (${line.trim()})`;
}
