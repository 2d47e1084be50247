import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { carriersOf, openBench } from './bench.ts';
import { until } from './until.ts';

const PROGRAM = fileURLToPath(new URL('./controller-program.ts', import.meta.url));
// One that listens, one that does not, one that has left group and parents.
const FAMILY = `(setsid sleep 600 &); sh -c 'trap "" TERM; while :; do sleep 0.05; done' & echo ready; sleep 600`;

let folder: string;
let id: string;
let started: ChildProcess[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-lost-'));
  id = `job-${randomUUID()}`;
  started = [];
});
afterEach(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await noneLeft();
  fs.rmSync(folder, { recursive: true, force: true });
});

async function controller(script: string): Promise<{ child: ChildProcess; supervisor: number; said: () => string }> {
  const child = spawn(process.execPath, [PROGRAM, path.join(folder, 'state'), folder, id, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  started.push(child);
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const log = () =>
    fs.existsSync(path.join(folder, `${id}.log`)) ? fs.readFileSync(path.join(folder, `${id}.log`), 'utf8') : '';
  await until(() => said.includes('\n') && log().includes('ready'), Boolean);
  expect(members()).not.toEqual([]);
  return { child, supervisor: JSON.parse(said.split('\n')[0] ?? '').supervisor, said: () => said };
}

const members = () => carriersOf(`TIDEGATE_JOB=${id}`);
const noneLeft = () => until(members, (pids) => pids.length === 0);

describe('a job does not outlive', () => {
  test('a controller that was killed', async () => {
    const { child, supervisor } = await controller(FAMILY);
    child.kill('SIGKILL');
    expect(await noneLeft()).toEqual([]);
    expect(
      await until(
        () => carriersOf('TIDEGATE_SUPERVISOR_PROCESS=1').includes(supervisor),
        (alive) => !alive,
      ),
    ).toBe(false);
  });

  test('a controller that is stopped beyond its lease, although the pipe stays open', async () => {
    const { child, said } = await controller(FAMILY);
    child.kill('SIGUSR2');
    expect(await until(said, (text) => text.includes('the lease ends'))).toContain('the lease ends');
    child.kill('SIGSTOP');
    expect(await noneLeft()).toEqual([]);
    child.kill('SIGCONT');
    await once(child, 'close');
    expect(said()).toContain('lease was not renewed in time');
  });

  test('its supervisor', async () => {
    const { child, supervisor, said } = await controller(FAMILY);
    const closed = once(child, 'close');
    process.kill(supervisor, 'SIGKILL');
    expect(await noneLeft()).toEqual([]);
    await closed;
    const ending = JSON.parse(said().trim().split('\n').at(-1) ?? '');
    expect(ending).toMatchObject({ outcome: 'errored', tail: 'ready\n' });
    expect(ending.sentence).toMatch(/^the supervisor that watched this job was ended by SIGKILL/);
  });

  test('both killed at once: the next controller in this folder starts nothing before the job is gone', async () => {
    const { child, supervisor } = await controller(FAMILY);
    process.kill(supervisor, 'SIGKILL');
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(members()).not.toEqual([]);
    const bench = openBench({ stateDirectory: path.join(folder, 'state') });
    try {
      expect(await bench.run('next', `! grep -zqs TIDEGATE_JOB=${id} /proc/[0-9]*/environ`)).toMatchObject({
        outcome: 'succeeded',
      });
    } finally {
      await bench.dispose();
    }
  });

  test('nor overlaps with the next controller while the old supervisor still waits for it to clean up', async () => {
    const { child } = await controller(`trap 'sleep 0.2; exit 0' TERM; echo ready; while :; do sleep 0.02; done`);
    child.kill('SIGKILL');
    const bench = openBench({ stateDirectory: path.join(folder, 'state') });
    try {
      expect(await bench.run('next', `! grep -zqs TIDEGATE_JOB=${id} /proc/[0-9]*/environ`)).toMatchObject({
        outcome: 'succeeded',
      });
    } finally {
      await bench.dispose();
    }
  });
});

describe('a lost supervisor', () => {
  test('is replaced for the next job, which knows the leases of before', async () => {
    const bench = openBench();
    try {
      bench.runner.renew('past', 1);
      const job = bench.run(id, 'echo ready; sleep 600');
      await until(members, (pids) => pids.length > 0);
      const first = bench.runner.supervisorPid() ?? 0;
      process.kill(first, 'SIGKILL');
      expect(await job).toMatchObject({ outcome: 'errored' });
      expect(await bench.run('b', 'true')).toMatchObject({ outcome: 'succeeded' });
      expect(bench.runner.supervisorPid()).not.toBe(first);
      expect(await bench.run('c', 'true', { environment: 'past' })).toMatchObject({ outcome: 'cancelled' });
    } finally {
      await bench.dispose();
    }
  });

  test('is not what TERM makes of it: only its controller ends it', async () => {
    const bench = openBench();
    try {
      await bench.run('a', 'true');
      const pid = bench.runner.supervisorPid() ?? 0;
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.kill(pid, signal);
      expect(await bench.run('b', 'true')).toMatchObject({ outcome: 'succeeded' });
      expect(bench.runner.supervisorPid()).toBe(pid);
    } finally {
      await bench.dispose();
    }
  });

  test('that cannot even start makes jobs errored, with its own words', async () => {
    const bench = openBench({ supervisorEntry: '/no/such/supervisor.js' });
    try {
      const end = await bench.run('a', 'true');
      expect(end).toMatchObject({ outcome: 'errored' });
      expect(end.sentence).toMatch(/the supervisor .* exit code 1 .*Cannot find module/);
    } finally {
      await bench.dispose();
    }
  });
});
