// The whole tree of a job, found and ended: its process group and session, all descendants, and (Linux) every process
// that carries the job's marks in its environment, so that a child which called setsid and lost its parents does not
// escape. Ends nothing that it has not just seen alive as a member. What clears its own environment in a new session
// can escape: only a container or a PID namespace holds that.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

type ProcessTree = {
  /** The process that leads the group and session, or null where it is not known (any more). */
  readonly leader: number | null;
  /** `NAME=value` entries, all of which a member's environment has. */
  readonly marks: readonly string[];
};

const POLL_MS_MAX = 100;
/** A process that the kernel does not let die (a hung disk) must not hold a job open for ever. */
const GIVE_UP_MS = 10_000;

/**
 * TERM to all members, KILL after `graceMs` to what is left; resolves when nothing is, with the number of processes
 * that even KILL did not end (almost always 0). What one that was asked starts afterwards is how it cleans up, and is
 * not asked as long as that one lives: a script ends where a command of it fails, and the cleaning would end with it.
 */
export async function endTree(tree: ProcessTree, graceMs: number): Promise<number> {
  const search = searchTree(tree);
  const asked = new Set<string>();
  const killAt = performance.now() + graceMs;
  for (let pollMs = 2; ; pollMs = Math.min(pollMs * 2, POLL_MS_MAX)) {
    // Twice, because a child that is born while one looks is missed where its parent dies in the same moment.
    const first = search();
    const members = first.length === 0 ? search() : first;
    if (members.length === 0) return 0;
    const now = performance.now();
    if (now > killAt + GIVE_UP_MS) return members.length;
    const cleaning = new Set(members.filter((member) => asked.has(identity(member))).map(({ pid }) => pid));
    for (const member of members) {
      if (now >= killAt) {
        send(member.pid, 'SIGKILL');
      } else if (!asked.has(identity(member)) && !cleaning.has(member.parent)) {
        asked.add(identity(member));
        send(member.pid, 'SIGTERM');
        // One that was stopped could not hear TERM otherwise.
        send(member.pid, 'SIGCONT');
      }
    }
    await delay(now < killAt ? Math.min(pollMs, killAt - now) : pollMs);
  }
}

/** Is a process with these marks alive? Linux only; elsewhere the answer is no. */
export function someoneCarries(marks: readonly string[]): boolean {
  return searchTree({ leader: null, marks })().length > 0;
}

/**
 * TERM to the process group that `leader` led, KILL after `graceMs`. Its members alone, not what they started
 * elsewhere; costs one system call where nobody is left, which is how nearly every job ends.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  const killAt = performance.now() + graceMs;
  if (!send(-leader, 'SIGTERM')) return;
  // Looked up, because a signal is also accepted for those who have ended and whose parent has not noticed.
  while (processTable().some((row) => row.group === leader)) {
    const now = performance.now();
    if (now > killAt + GIVE_UP_MS) return;
    if (now >= killAt) send(-leader, 'SIGKILL');
    await delay(5);
  }
}

type ProcessRow = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Tells a process from a later one with the same number. */
  readonly started: string;
};

/** A search that remembers: who was a member once stays one, also when its parents are gone. */
function searchTree(tree: ProcessTree): () => readonly ProcessRow[] {
  const members = new Set<string>();
  const strangers = new Set<string>();
  return () => {
    const rows = processTable();
    const found = new Map<number, ProcessRow>();
    for (const row of rows) {
      if (strangers.has(identity(row))) continue;
      const own = row.pid === tree.leader || row.group === tree.leader || row.session === tree.leader;
      if (own || members.has(identity(row))) {
        found.set(row.pid, row);
        continue;
      }
      const carried = carries(row.pid, tree.marks);
      if (carried === true) found.set(row.pid, row);
      else if (carried === false) strangers.add(identity(row));
    }
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const row of rows) if (found.has(row.parent)) found.set(row.pid, row);
    }
    found.delete(process.pid);
    for (const row of found.values()) members.add(identity(row));
    return [...found.values()];
  };
}

function identity(row: ProcessRow): string {
  return `${row.pid}@${row.started}`;
}

function processTable(): readonly ProcessRow[] {
  return process.platform === 'linux' ? linuxTable() : psTable();
}

function linuxTable(): readonly ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const name of fs.readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue;
    const stat = readOrNull(`/proc/${name}/stat`)?.toString('latin1');
    if (stat === undefined) continue;
    // `pid (name) state ppid pgrp session …`; the name may hold anything, also spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') continue;
    rows.push({
      pid: Number(name),
      parent: Number(fields[1]),
      group: Number(fields[2]),
      session: Number(fields[3]),
      started: fields[19] ?? '',
    });
  }
  return rows;
}

function psTable(): readonly ProcessRow[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' });
  return text.split('\n').flatMap((line) => {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined || state.startsWith('Z')) return [];
    return { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(group), started: '' };
  });
}

/** Null where it cannot be told (yet): the environment of a process that is just being executed is empty. */
function carries(pid: number, marks: readonly string[]): boolean | null {
  if (process.platform !== 'linux' || marks.length === 0) return false;
  const environ = readOrNull(`/proc/${pid}/environ`);
  if (environ === null || environ.length === 0) return null;
  const entries = `\0${environ.toString('latin1')}\0`;
  return marks.every((mark) => entries.includes(`\0${Buffer.from(mark).toString('latin1')}\0`));
}

function readOrNull(file: string): Buffer | null {
  try {
    return fs.readFileSync(file);
  } catch {
    // Ended since it was listed, or another user's.
    return null;
  }
}

function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    // Gone already. One that runs as another user cannot be signalled either: it is counted as left over at the end.
    return false;
  }
}
