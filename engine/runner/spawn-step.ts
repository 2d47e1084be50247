// Starts the process of one step: in a session of its own, stdin empty, stdout and stderr into one descriptor.
// A line of plain words is executed without a shell, which saves a third of a millisecond or more; nobody must notice.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { plainWords } from './plain-words.ts';

/** The child, or a sentence saying why not even a shell could be started. */
export function spawnStep(
  script: string,
  directory: string,
  env: Readonly<Record<string, string>>,
  output: number,
): { readonly process: ChildProcess; readonly pid: number } | string {
  const options = { cwd: directory, env, detached: true, stdio: ['ignore', output, output] } as const;
  const [program, ...args] = plainWords(script) ?? [];
  // Where a direct start fails the shell gets the line after all: it knows best how to fail (exit codes 126 and 127, its own
  // words in the log), it runs files without a `#!` line, and nothing has happened yet.
  const child =
    (program === undefined ? null : tried(program, args, options)) ?? tried('/bin/sh', ['-c', script], options);
  return child ?? failure(directory);
}

type Options = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  detached: true;
  stdio: readonly ['ignore', number, number];
};

function tried(
  program: string,
  args: readonly string[],
  options: Options,
): { process: ChildProcess; pid: number } | null {
  const child = spawn(program, args, { ...options, stdio: [...options.stdio] });
  if (child.pid !== undefined) return { process: child, pid: child.pid };
  // Told by the missing pid already; without a listener the event would end the supervisor.
  child.once('error', () => {});
  return null;
}

function failure(directory: string): string {
  if (!fs.existsSync(directory)) return `its working folder ${directory} is not there`;
  if (!fs.existsSync('/bin/sh')) return '/bin/sh is not there';
  return `/bin/sh could not be run in ${directory} (are the command or its environment variables too long?)`;
}
