// Whose lines differ between two texts, held to the plain table of longest common subsequences.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineChange } from '../../../engine/git/line-changes.ts';

function commonLength(before: readonly string[], after: readonly string[]): number {
  let row = after.map(() => 0);
  for (const line of before) {
    const next: number[] = [];
    for (const [at, other] of after.entries()) {
      const diagonal = at === 0 ? 0 : (row[at - 1] ?? 0);
      next.push(line === other ? diagonal + 1 : Math.max(row[at] ?? 0, next.at(-1) ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const total = (lines: ReadonlyMap<string, number>) => [...lines.values()].reduce((sum, count) => sum + count, 0);
const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });

test('what is gained and lost is told by how often it stands there', () => {
  const { gained, lost, isMoved } = lineChange(['a', 'b', 'b'], ['b', 'c', 'c', 'a']);
  expect([...gained]).toEqual([['c', 2]]);
  expect([...lost]).toEqual([['b', 1]]);
  expect(isMoved).toBe(true);
});

test('lines are moved exactly where no putting in and taking out alone makes the one of the other', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { gained, lost, isMoved } = lineChange(before, after);
      expect(before.length - total(lost)).toBe(after.length - total(gained));
      expect(isMoved).toBe(commonLength(before, after) < before.length - total(lost));
    }),
    { numRuns: 2_000 },
  );
});

test('what is too much to be looked through counts as moved, except where lines were only added', () => {
  const lines = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name} ${index}`);
  expect(lineChange(lines('a', 250), lines('b', 250)).isMoved).toBe(false);
  expect(lineChange(lines('a', 251), lines('b', 250)).isMoved).toBe(true);
  expect(lineChange([], lines('a', 5_000)).isMoved).toBe(false);
  expect(lineChange(lines('a', 5_000), ['a 7', 'a 9']).isMoved).toBe(false);
});
