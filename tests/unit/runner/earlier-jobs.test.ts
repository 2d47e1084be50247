// What an earlier Tidegate left under way when it was replaced: its journal of jobs is read and its jobs are ended
// first, and a controller that still runs while its program was exchanged goes on with the new supervisor. The texts
// are as it wrote them.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeReport, lineReader, type Report } from '../../../engine/runner/protocol.ts';
import { carriersOf, openBench } from './bench.ts';
import { until } from './until.ts';

const SUPERVISOR = fileURLToPath(new URL('../../../engine/runner/supervisor.ts', import.meta.url));

let folder: string;
let id: string;
let started: ChildProcess[];
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-earlier-'));
  id = `production-12/deploy/1/${randomUUID()}`;
  started = [];
});
afterEach(() => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  fs.rmSync(folder, { recursive: true, force: true });
});

test('jobs of an earlier program are ended before the first job of this one begins', async () => {
  const nonce = randomUUID();
  const env = { PATH: process.env['PATH'], TIDEGATE_JOB: id, TIDEGATE_SUPERVISOR: nonce };
  const left = spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 0.05; done'], {
    env,
    detached: true,
    stdio: 'ignore',
  });
  started.push(left);
  await until(
    () => carriersOf(`TIDEGATE_JOB=${id}`),
    (pids) => pids.length > 0,
  );
  fs.mkdirSync(path.join(folder, 'state/runner'), { recursive: true });
  const journal = [
    `{"supervisor":"${nonce}"}`,
    '{"started":"production-11/test/1/0","pid":4,"graceMs":5000}',
    '{"ended":"production-11/test/1/0"}',
    `{"started":"${id}","pid":${left.pid},"graceMs":5000}`,
    '{"star',
  ];
  fs.writeFileSync(path.join(folder, 'state/runner/jobs'), journal.join('\n'));

  const bench = openBench({ stateDirectory: path.join(folder, 'state') });
  try {
    expect(await bench.run('next', `! grep -zqs TIDEGATE_JOB=${id} /proc/[0-9]*/environ`)).toMatchObject({
      outcome: 'succeeded',
    });
    expect(carriersOf(`TIDEGATE_JOB=${id}`)).toEqual([]);
  } finally {
    await bench.dispose();
  }
});

test('orders of a controller that was started before the upgrade are carried out', async () => {
  const supervisor = spawn(process.execPath, [SUPERVISOR, path.join(folder, 'state'), randomUUID()], {
    stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  });
  started.push(supervisor);
  const reports: Report[] = [];
  const [orders, , , up] = supervisor.stdio;
  if (orders === null || !up || !('setEncoding' in up)) throw new Error('the supervisor has no pipe');
  up.setEncoding('utf8').on(
    'data',
    lineReader((line) => reports.push(decodeReport(line))),
  );
  const log = path.join(folder, 'log');
  const order =
    `{"type":"start","id":"${id}","environment":"production","script":"echo \\"$WORD\\"; cat","directory":"${folder}",` +
    `"temporary":"${folder}/tmp","log":"${log}","env":{"PATH":"/usr/bin:/bin","WORD":"as before"},"secrets":[],` +
    '"timeoutMs":60000,"graceMs":5000,"outputBytesMax":1000000}';
  orders.write(`{"type":"slots","jobs":2}\n${order}\n`);
  const found = await until(
    () => reports.find(({ type }) => type === 'ended'),
    (report) => report !== undefined,
  );
  expect(found).toMatchObject({ id, ending: { outcome: 'succeeded', exitCode: 0, tail: 'as before\n' } });
  expect(fs.readFileSync(log, 'utf8')).toBe('as before\n');
  orders.end();
});
