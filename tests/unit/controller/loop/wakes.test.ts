// When an environment is looked at again because time has come, and that nobody who stood still takes it for now.

import { expect, test } from 'vitest';
import { Wakes } from '../../../../engine/controller/loop/wakes.ts';
import { handClock } from '../../../support/hand-clock.ts';

function wakes() {
  const clock = handClock();
  const due: [readonly string[], number][] = [];
  return { clock, due, wakes: new Wakes(clock, ({ environments, lateMs }) => void due.push([environments, lateMs])) };
}

test('each comes at its time, and what was due already at once and not late', () => {
  const { clock, due, wakes: made } = wakes();
  made.set('staging', clock.now() + 5_000);
  made.set('production', clock.now() - 60_000);
  made.schedule();
  clock.advance(0);
  expect(due).toEqual([[['production'], 0]]);
  made.schedule();
  clock.advance(5_000);
  expect(due.at(-1)).toEqual([['staging'], 0]);
});

test('a process that stood still hears by how much it is late', () => {
  const clock = handClock();
  const at = clock.now() + 1_000;
  let stoodStillMs = 0;
  const late: number[] = [];
  const made = new Wakes({ ...clock, now: () => clock.now() + stoodStillMs }, ({ lateMs }) => void late.push(lateMs));
  made.set('staging', at);
  made.schedule();
  stoodStillMs = 600_000;
  clock.advance(1_000);
  expect(late).toEqual([600_000]);
});
