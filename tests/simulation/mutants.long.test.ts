// Every deliberate breach is caught by the checker that stands for the law it breaks.

import { describe, expect, test } from 'vitest';
import { live } from './life.ts';
import { MUTANTS } from './mutants.ts';

/** How many lives a mutant may have before it must have been noticed. */
const LIVES_MAX = 8;

describe('a controller that', () => {
  test.each(MUTANTS)('$story is caught by the checker «$caughtBy»', async (mutant) => {
    const found: string[] = [];
    for (let seed = mutant.from; seed < mutant.from + LIVES_MAX && !found.includes(mutant.caughtBy); seed += 1) {
      const { breach } = await live(String(seed), mutant);
      if (breach !== null) found.push(breach.checker);
    }
    expect(found).toContain(mutant.caughtBy);
  });
});
