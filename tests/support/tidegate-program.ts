// The real program as a child process: what a person at a shell starts, with a home that holds nothing and no
// configuration of the developer's. Must never inherit anything of the person who runs the tests but PATH.

import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..', '..');
const TIDEGATE = path.join(ROOT, 'bin', 'tidegate');

export type Ran = {
  readonly code: number | null;
  /** Standard output and standard error. */
  readonly out: string;
  readonly err: string;
};

export type Running = {
  readonly child: ChildProcess;
  /** What it has said so far, both streams. */
  readonly said: () => string;
  /** Resolves when it has said that; rejects with all that it said when it ends first. */
  readonly says: (what: RegExp) => Promise<void>;
  readonly ended: Promise<Ran>;
};

export type Person = 'ana' | 'dan' | 'eve';

export function startTidegate(
  args: readonly string[],
  options: {
    readonly directory: string;
    readonly as?: Person;
    readonly env?: Readonly<Record<string, string>>;
    readonly detached?: boolean;
    /** Words of a command line that the program's own stand behind. */
    readonly behind?: readonly string[];
  },
): Running {
  const [program = TIDEGATE, ...words] = [...(options.behind ?? []), TIDEGATE, ...args];
  const child = spawn(program, words, {
    cwd: options.directory,
    env: { ...bareEnvironment(options.as ?? 'ana'), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached ?? false,
  });
  let [out, err] = ['', ''];
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part;
    for (const heard of listeners) heard();
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    err += part;
    for (const heard of listeners) heard();
  });
  const ended = new Promise<Ran>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
  const said = () => `${out}${err}`;
  return {
    child,
    said,
    ended,
    says: (what) =>
      new Promise((resolve, reject) => {
        const heard = () => {
          if (!what.test(said())) return;
          listeners.delete(heard);
          resolve();
        };
        listeners.add(heard);
        ended.then(() => reject(new Error(`it ended without saying ${what}:\n${said()}`)), reject);
        heard();
      }),
  };
}

export function bareEnvironment(person: Person): Record<string, string> {
  const name = `${person.charAt(0).toUpperCase()}${person.slice(1)}`;
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: `${person}@example.org`,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: `${person}@example.org`,
  };
}
