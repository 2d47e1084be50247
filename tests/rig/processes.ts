// Who is at work for a folder, as /proc tells it: known by the command line, the environment, or the folder it stands
// in. So a step is found that changed its session, lost its parents, or cleared its environment. One that did all of
// these and also went to another folder is not: only a namespace of its own would hold it.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

export type Process = {
  readonly pid: number;
  /** As in ps: R, S, T for a stopped one. Those that have ended are not listed. */
  readonly state: string;
  /** Whether it carries the mark of a job. */
  readonly isJob: boolean;
  /** Whether it serves the repository, as a server would on a machine of its own. */
  readonly isRemote: boolean;
  readonly line: string;
};

export function processesOf(folder: string): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)
    .flatMap((pid) => {
      const line = readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      const environment = readOrEmpty(`/proc/${pid}/environ`);
      if (!names(line, folder) && !names(environment, folder) && !names(folderOf(pid), folder)) return [];
      const state = /^State:\s+(\S)/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? 'X';
      if (state === 'Z' || state === 'X') return [];
      const isRemote = environment.includes('GIT_PROJECT_ROOT=') || environment.includes('GIT_DIR=.\0');
      return [{ pid: Number(pid), state, isJob: environment.includes('TIDEGATE_JOB='), isRemote, line }];
    });
}

/** Nothing happens where it has ended meanwhile. */
export function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}

/** Whether it has a handler for that signal. */
export function hears(pid: number, signal: NodeJS.Signals): boolean {
  const mask = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> BigInt(os.constants.signals[signal] - 1)) & 1n) === 1n;
}

/** The folder itself or one below it, and not another whose name begins the same. */
function names(text: string, folder: string): boolean {
  for (let at = text.indexOf(folder); at !== -1; at = text.indexOf(folder, at + 1)) {
    const next = text[at + folder.length];
    if (next === undefined || /[/\s\0"',:]/.test(next)) return true;
  }
  return false;
}

/** What /proc appends to the name of a folder that was removed does not change where it was. */
function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It has ended since it was listed, or is another user's.
    return '';
  }
}
