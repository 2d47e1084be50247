// The bar of a step: where it begins and ends within its run.

import { expect, test } from 'vitest';
import { timeBar } from '../../../engine/cli/text/time-bar.ts';

const WHOLE = { from: 1_000, to: 25_000 };

test.each([
  ['the whole', 1_000, 25_000, '█'.repeat(24)],
  ['the beginning', 1_000, 3_000, '██'],
  ['the middle', 7_000, 10_000, `${' '.repeat(6)}███`],
  ['no time at all', 13_000, 13_000, `${' '.repeat(12)}█`],
  ['the very end', 25_000, 25_000, `${' '.repeat(23)}█`],
  ['from before on', 0, 2_000, '█'],
  ['past the end', 24_000, 90_000, `${' '.repeat(23)}█`],
  ['another time', 30_000, 40_000, ''],
])('%s', (_, from, to, bar) => {
  expect(timeBar({ from, to }, WHOLE)).toBe(bar);
});

test('is nothing in a run that took no time', () => {
  expect(timeBar({ from: 5, to: 5 }, { from: 5, to: 5 })).toBe('');
});
