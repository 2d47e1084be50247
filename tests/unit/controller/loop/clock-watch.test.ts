// A clock that is set, in whichever direction, is noticed once; one that is merely slewed is not.

import { expect, test } from 'vitest';
import { ClockWatch } from '../../../../engine/controller/loop/clock-watch.ts';

test('tells how far it was set, once', () => {
  let [now, monotonic] = [1_000_000, 5_000];
  const watch = new ClockWatch({ kind: 'real', now: () => now, monotonicMs: () => monotonic, after: () => () => {} });
  now += 10_000;
  monotonic += 10_000.4;
  expect(watch.jump()).toBeNull();
  now -= 180_000;
  expect(watch.jump()).toBe('back by 180 s');
  expect(watch.jump()).toBeNull();
  now += 3_600_000;
  expect(watch.jump()).toBe('forward by 3600 s');
  for (let beat = 0; beat < 50; beat += 1) {
    now += 10_001;
    monotonic += 10_000;
    expect(watch.jump()).toBeNull();
  }
});
