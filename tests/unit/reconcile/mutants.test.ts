// Each law's checker must find what breaches it, in a bounded number of lives.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrived, breaches } from '../../support/laws.ts';
import { Life } from '../../support/model-life.ts';
import { moves, shapes } from '../../support/model-moves.ts';
import { MUTANTS } from './mutants.ts';

const LIVES_MAX = 1_000;

describe('a decision that', () => {
  test.each(MUTANTS)('$story breaches «$law» and is caught', ({ law, make }) => {
    const lives = fc.property(shapes(), moves(), (shape, happens) => {
      const decide = make();
      const life = new Life(shape, decide);
      const found = [...breaches(life.live(happens), decide)];
      if (law === 'level') found.push(...arrived(life.heal()));
      return found.every((breach) => breach.law !== law);
    });
    const { failed, errorInstance } = fc.check(lives, { numRuns: LIVES_MAX, seed: 7, endOnFailure: true });
    expect(failed).toBe(true);
    // Found by the checker, not by an accident on the way.
    expect(String(errorInstance)).toMatch(/returning false/);
  });
});
