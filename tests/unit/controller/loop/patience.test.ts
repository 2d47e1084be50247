// Who waits for a controller hears of what keeps it from ever coming to rest, and not of what passes.

import { expect, test } from 'vitest';
import { Patience } from '../../../../engine/controller/loop/patience.ts';
import { Fault } from '../../../../engine/ports/fault.ts';

const AWAY = new Fault('remote-unreachable', 'the remote is away', { retry: 'later', hint: 'wait' });
const FULL = new Fault('disk-full', 'the disk is full', { retry: 'later', hint: 'make room' });
const never = () => false;

test('a fault that comes again and again ends the waiting', async () => {
  const patience = new Patience();
  const waiting = patience.until(never, 3);
  for (let times = 0; times < 3; times += 1) patience.fault('look', AWAY);
  await expect(waiting).rejects.toBe(AWAY);
});

test('what worked in between begins to count again, each kind for itself', async () => {
  const patience = new Patience();
  let isSo = false;
  const waiting = patience.until(() => isSo, 3);
  for (const what of ['look', 'look', 'push', 'push']) patience.fault(what, AWAY);
  patience.works('look');
  for (const what of ['look', 'look']) patience.fault(what, AWAY);
  patience.recorded();
  for (const what of ['look', 'push']) patience.fault(what, AWAY);
  isSo = true;
  patience.wake();
  await expect(waiting).resolves.toBeUndefined();
});

test('while something is under way that may change it, nobody gives up', async () => {
  const patience = new Patience();
  let runs = true;
  const said: string[] = [];
  const waiting = patience.until(never, 1, () => runs).catch((cause: Error) => said.push(cause.message));
  patience.fault('disk', FULL);
  await Promise.resolve();
  expect(said).toEqual([]);
  runs = false;
  patience.wake();
  await waiting;
  expect(said).toEqual(['the disk is full']);
});

test('a defect of ours ends it at once, and anyone who comes later as well', async () => {
  const patience = new Patience();
  patience.fail(new Error('an invariant'));
  patience.fail(new Error('what followed'));
  await expect(patience.until(() => true)).rejects.toThrow('an invariant');
});
