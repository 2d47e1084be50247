// Which jobs a supervisor is running, on disk beside the controller's state, for the one case in which nobody is left
// to end them: controller and supervisor killed together (the machine's memory ran out, a careless `kill -9`). The
// next supervisor in this state folder reads it and starts nothing before those jobs are gone. Written without fsync:
// it must survive processes, not the machine, which takes the jobs with it.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endTree, someoneCarries } from './process-tree.ts';

export const JOB_MARK = 'TIDEGATE_JOB';
export const SUPERVISOR_MARK = 'TIDEGATE_SUPERVISOR';

type JobJournal = {
  started(id: string, pid: number, graceMs: number): void;
  ended(id: string): void;
  close(): void;
};

/** Beyond this it is begun again whenever no job runs. */
const BYTES_MAX = 64 * 1024;
const WAIT_STEP_MS = 20;
/** What an orderly end may take beyond the longest grace. */
const WAIT_MARGIN_MS = 5_000;

export function openJobJournal(file: string, nonce: string): JobJournal {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = fs.openSync(file, 'w', 0o600);
  const running = new Set<string>();
  let size = 0;
  const append = (line: Line): void => {
    try {
      size += fs.writeSync(descriptor, `${JSON.stringify(line)}\n`, size);
    } catch {
      // A full disk: no reason to fail a job, since only two kills at once would miss the line.
    }
  };
  append({ supervisor: nonce });
  return {
    started(id, pid, graceMs) {
      running.add(id);
      append({ started: id, pid, graceMs });
    },
    ended(id) {
      running.delete(id);
      append({ ended: id });
      if (running.size > 0 || size < BYTES_MAX) return;
      fs.ftruncateSync(descriptor, 0);
      size = 0;
      append({ supervisor: nonce });
    },
    close() {
      fs.closeSync(descriptor);
      fs.rmSync(file, { force: true });
    },
  };
}

/**
 * Waits while the supervisor before this one ends its jobs in its own good manner, then ends what is left of them.
 */
export async function outliveJobsOf(file: string): Promise<void> {
  const before = readJournal(file);
  if (before === null || before.jobs.size === 0) return;
  const graceMs = Math.max(...[...before.jobs.values()].map((job) => job.graceMs));
  const until = performance.now() + graceMs + WAIT_MARGIN_MS;
  const supervisor = `${SUPERVISOR_MARK}=${before.nonce}`;
  const nobody = (): boolean =>
    ![...before.jobs.keys()].some((id) => someoneCarries([supervisor, `${JOB_MARK}=${id}`]));
  while (performance.now() < until && someoneCarries([supervisor, `${SUPERVISOR_MARK}_PROCESS=1`]) && !nobody()) {
    await delay(WAIT_STEP_MS);
  }
  // By their marks only: the numbers may belong to others by now.
  await Promise.all(
    [...before.jobs.keys()].map((id) => endTree({ leader: null, marks: [supervisor, `${JOB_MARK}=${id}`] }, 0)),
  );
}

type Line =
  | { readonly supervisor: string }
  | { readonly started: string; readonly pid: number; readonly graceMs: number }
  | { readonly ended: string };

function readJournal(file: string): { nonce: string; jobs: Map<string, { graceMs: number }> } | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    // Only one that is not there says that nothing ran.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  }
  let nonce: string | null = null;
  const jobs = new Map<string, { graceMs: number }>();
  for (const line of text.split('\n')) {
    const value = parseLine(line);
    if (value === null) continue;
    if ('supervisor' in value) nonce = value.supervisor;
    else if ('started' in value) jobs.set(value.started, { graceMs: value.graceMs });
    else jobs.delete(value.ended);
  }
  return nonce === null ? null : { nonce, jobs };
}

/** Null for the half line that a kill left behind. */
function parseLine(line: string): Line | null {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return null;
  }
}
