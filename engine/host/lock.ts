// One controller a state folder. The lock file names a process and when it started, so that a number that the system
// has given to another process since is not taken for the holder.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { Fault } from '../ports/fault.ts';

export async function acquireLock(file: string): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${await startOf(process.pid)}\n`;
  for (let tries = 0; ; tries += 1) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 });
      return async () => {
        if ((await readFile(file, 'utf8').catch(() => '')) === mine) await rm(file, { force: true });
      };
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      // One that cannot be read is somebody's: only where it is gone by now it is nobody's.
      const holder = await readIfThere(file);
      const [pid, started] = holder.trim().split(' ');
      if (tries < 3 && !(await isAlive(Number(pid), started ?? ''))) {
        await rm(file, { force: true });
        continue;
      }
      throw new Fault('state-locked', `another controller (process ${pid ?? '?'}) works in this state folder`, {
        retry: 'never',
        hint: 'stop it first, or give this one its own folder with --state',
        cause,
      });
    }
  }
}

/** The process that holds it; null where nobody does, or the one who did is gone. */
export async function lockHolder(file: string): Promise<number | null> {
  const [pid, started] = (await readIfThere(file)).trim().split(' ');
  return (await isAlive(Number(pid), started ?? '')) ? Number(pid) : null;
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw cause;
  }
}

async function isAlive(pid: number, started: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
  return (await startOf(pid)) === started;
}

/** Start time in clock ticks where /proc tells it; elsewhere a constant, so that only the number counts. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}
