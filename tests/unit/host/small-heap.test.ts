// Whether the flags still do what they are for, in the V8 that runs: little is in use, and much is thrown away.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const MODULE = path.resolve(import.meta.dirname, '../../../engine/host/small-heap.ts');

/**
 * MiB of heap on average (its most depends on when a busy machine lets the collector run), where 10,000 of a million
 * small objects are in use at a time.
 */
function heapOf(begins: string): number {
  const program = `
    import { keepHeapSmall } from ${JSON.stringify(MODULE)};
    ${begins}
    const live = new Map();
    const sizes = [];
    for (let i = 0; i < 1_000_000; i += 1) {
      live.set(i, { name: 'object ' + i, list: [i, i + 1, i + 2], words: String(i).repeat(8) });
      live.delete(i - 10_000);
      if (i % 1_000 === 0) sizes.push(process.memoryUsage().heapTotal);
    }
    process.stdout.write(String(sizes.reduce((sum, size) => sum + size) / sizes.length / 2 ** 20));`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }));
}

test('a heap that is told to stay small is less than half as large', () => {
  expect(heapOf('keepHeapSmall();')).toBeLessThan(heapOf('') / 2);
});
