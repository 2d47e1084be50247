// What is claimed can be renewed: how many leases are kept follows what a push of ledgers costs.

import { expect, test } from 'vitest';
import { LeasePace } from '../../../../engine/controller/loop/lease-pace.ts';

const EXPIRES_MS = 30_000;

test('before anything was measured only a few are claimed', () => {
  expect(new LeasePace().capacity(EXPIRES_MS)).toBe(20);
});

test('one push of all that is held takes a sixth of a lease at the most', () => {
  const pace = new LeasePace();
  pace.took(200, 20);
  expect(pace.capacity(EXPIRES_MS)).toBe(500);
  pace.took(10_000, 500);
  expect(pace.capacity(EXPIRES_MS)).toBe(250);
});

test('what a push costs by itself is not what each ledger costs', () => {
  const pace = new LeasePace();
  pace.took(100, 100);
  pace.took(80, 1);
  expect(pace.capacity(EXPIRES_MS)).toBe(5_000);
});

test('a machine that was busy is trusted again little by little, and a few are always claimed', () => {
  const pace = new LeasePace();
  pace.took(100_000, 100);
  expect(pace.capacity(EXPIRES_MS)).toBe(20);
  const grown = Array.from({ length: 10 }, () => {
    pace.took(100, 100);
    return pace.capacity(EXPIRES_MS);
  });
  expect(grown[1]).toBeLessThan(5_000);
  expect(grown).toEqual([...grown].sort((a, b) => a - b));
});
