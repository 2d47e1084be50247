// A short set of simulated lives. The long one is run by hand: `npm run simulate -- --lives 1000`.

import { describe, expect, test } from 'vitest';
import { live } from './life.ts';

describe('a simulated life', () => {
  test('is the same to the byte whenever its seed is', async () => {
    const [first, second] = [await live('1'), await live('1')];
    expect(first.deeds).toBeGreaterThan(20);
    expect(second.table()).toBe(first.table());
  });

  test.each(Array.from({ length: 12 }, (_, index) => String(index + 1)))('of seed %s breaks no law', async (seed) => {
    const { breach, table } = await live(seed);
    expect(breach, breach === null ? '' : table()).toBeNull();
  });
});
