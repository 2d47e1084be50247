// Random lives of one environment under the laws' checkers: with the engine's own decision nothing is breached.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { arrived, breaches } from '../../support/laws.ts';
import { Life } from '../../support/model-life.ts';
import { moves, shapes } from '../../support/model-moves.ts';

const RUNS = { numRuns: Number(process.env['LIVES'] ?? 100) };

test('no law is breached in any life', () => {
  fc.assert(
    fc.property(shapes(), moves(), (shape, happens) => {
      const life = new Life(shape, reconcile).live(happens);
      expect(breaches(life, reconcile)).toEqual([]);
    }),
    RUNS,
  );
});

test('a healed life ends at what is offered, or at what people or a failure put there', () => {
  fc.assert(
    fc.property(shapes(), moves(), (shape, happens) => {
      const life = new Life(shape, reconcile).live(happens).heal();
      expect([...breaches(life, reconcile), ...arrived(life)]).toEqual([]);
    }),
    RUNS,
  );
});

test('a plan that is applied twice is a plan that is applied once', () => {
  fc.assert(
    fc.property(shapes(), moves(), (shape, happens) => {
      const once = new Life(shape, reconcile).live(happens);
      const twice = new Life(shape, reconcile).live(happens, 2);
      expect(twice.complaints).toEqual([]);
      expect(twice.state).toEqual(once.state);
    }),
    RUNS,
  );
});

test('a life whose ticks are missed arrives where it must all the same', () => {
  fc.assert(
    fc.property(shapes(), moves(), fc.infiniteStream(fc.boolean()), (shape, happens, coins) => {
      const life = new Life(shape, reconcile);
      for (const move of happens) {
        if (coins.next().value) life.live([move]);
        else life.move(move);
      }
      life.heal();
      expect([...breaches(life, reconcile), ...arrived(life)]).toEqual([]);
    }),
    RUNS,
  );
});
