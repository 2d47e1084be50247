// Starts the process of one step: in a session of its own, stdin empty or what was given, stdout and stderr into one
// descriptor. A line of plain words is executed without a shell, which saves a third of a millisecond or more; nobody
// must notice. A script ends at the first command that fails, at a variable that is not set, and fails where any
// command of a pipe does, as other runners have it: else a check in its middle is a gate that stands open.

import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { plainWords } from './plain-words.ts';
import type { Command } from './protocol.ts';

/** The child, or a sentence saying why nothing could be started. */
export function spawnStep(
  command: Command,
  directory: string,
  env: Readonly<Record<string, string>>,
  output: number,
): Started | string {
  const input = command.stdin === undefined ? 'ignore' : 'pipe';
  const options: Options = { cwd: directory, env, detached: true, stdio: [input, output, output] };
  const child = 'argv' in command ? startProgram(command.argv, options) : startScript(command.script, options);
  if (typeof child === 'string') return child;
  const { stdin } = child.process;
  // A program may end without having read all of it.
  stdin?.on('error', () => {});
  stdin?.end(command.stdin);
  return child;
}

type Started = { readonly process: ChildProcess; readonly pid: number };

function startProgram([program, ...args]: readonly [string, ...string[]], options: Options): Started | string {
  const child = tried(program, args, options);
  if (!(child instanceof ChildProcess)) return child;
  if (child.pid !== undefined) return { process: child, pid: child.pid };
  if (!fs.existsSync(options.cwd)) return `its working folder ${options.cwd} is not there`;
  return `${program} could not be run: is it installed where the controller runs, and executable?`;
}

function startScript(script: string, options: Options): Started | string {
  const [program, ...args] = plainWords(script, options.env) ?? [];
  // Where a direct start fails the shell gets the line after all: it knows best how to fail (exit codes 126 and 127,
  // its own words in the log), it runs files without a `#!` line, and nothing has happened yet.
  const direct = program === undefined ? null : tried(program, args, options);
  if (direct instanceof ChildProcess && direct.pid !== undefined) return { process: direct, pid: direct.pid };
  const shell = tried('/bin/sh', [...shellOptions(), '-c', script], options);
  if (shell instanceof ChildProcess && shell.pid !== undefined) return { process: shell, pid: shell.pid };
  return shell instanceof ChildProcess ? failure(options.cwd) : shell;
}

let known: readonly string[] | null = null;

/** Asked once: a shell of before POSIX 2024 may not know `pipefail`, and would end at the word. */
function shellOptions(): readonly string[] {
  if (known !== null) return known;
  const asked = spawnSync('/bin/sh', ['-o', 'pipefail', '-c', ':'], { stdio: 'ignore' });
  known = asked.status === 0 ? ['-eu', '-o', 'pipefail'] : ['-eu'];
  return known;
}

type Options = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  detached: true;
  stdio: readonly ['ignore' | 'pipe', number, number];
};

/** A child that has no pid if it could not be started, or the system's reason: node says some failures this way,
 *  some that. */
function tried(program: string, args: readonly string[], options: Options): ChildProcess | string {
  try {
    const child = spawn(program, args, { ...options, stdio: [...options.stdio] });
    // The missing pid tells as much; without a listener the event would end the supervisor.
    if (child.pid === undefined) child.once('error', () => {});
    return child;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return 'code' in error && error.code === 'E2BIG'
      ? 'its command or its environment variables are too long for the system (E2BIG)'
      : error.message;
  }
}

function failure(directory: string): string {
  if (!fs.existsSync(directory)) return `its working folder ${directory} is not there`;
  if (!fs.existsSync('/bin/sh')) return '/bin/sh is not there';
  return `/bin/sh could not be run in ${directory} (may this user work there? are there too many processes or open files?)`;
}
