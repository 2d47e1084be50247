// The budget of writes, on a clock moved by hand: what is left of GitHub's count, spans between writes, and who goes
// first.

import { beforeEach, describe, expect, test } from 'vitest';
import { Budget, type Turn } from '../../../../engine/forge/github/budget.ts';
import { type HandClock, handClock } from '../../../support/hand-clock.ts';

const ACT: Turn = { rank: 'act', kind: 'write' };
const LOOK: Turn = { rank: 'look', kind: 'read' };
const COMMENT: Turn = { rank: 'comment', kind: 'write' };

let clock: HandClock;
let budget: Budget;
beforeEach(() => {
  clock = handClock();
  budget = new Budget(clock);
});

describe('what is left of the count', () => {
  test.each([
    // Of 100, until the count begins again in a minute: how long an act and a look wait.
    [0, 60_000, 60_000],
    [1, 0, 60_000],
    [20, 0, 60_000],
    [21, 0, 0],
    [100, 0, 0],
  ])('%i: an act waits %i ms, a look %i ms', (remaining, actMs, lookMs) => {
    budget.note({ limit: 100, remaining, resetsInMs: 60_000 });
    expect([budget.waitMs(ACT), budget.waitMs(LOOK)]).toEqual([actMs, lookMs]);
    clock.advance(60_000);
    expect([budget.waitMs(ACT), budget.waitMs(LOOK)]).toEqual([0, 0]);
  });

  test('a count that has begun again frees what was held back', () => {
    budget.note({ limit: 100, remaining: 5, resetsInMs: 60_000 });
    budget.note({ limit: 100, remaining: 99, resetsInMs: 60_000 });
    expect(budget.waitMs(LOOK)).toBe(0);
  });

  test('to be left alone is obeyed by all, and the longest of several holds', () => {
    budget.closeFor(9_000);
    budget.closeFor(2_000);
    expect([budget.waitMs(ACT), budget.waitMs(LOOK)]).toEqual([9_000, 9_000]);
  });
});

describe('writes', () => {
  test('are a second apart, and reads are not', async () => {
    await budget.run(ACT, async () => clock.advance(300));
    expect([budget.waitMs(ACT), budget.waitMs(LOOK)]).toEqual([1_000, 0]);
    clock.advance(999);
    expect(budget.waitMs(ACT)).toBe(1);
  });

  test('of one rank leave room for those above it', async () => {
    for (let written = 0; written < 50; written += 1) {
      await budget.run(COMMENT, async () => undefined);
      clock.advance(1_000);
    }
    // Fifty comments in 50 seconds: the next waits until the first is a minute back, an act does not.
    expect(budget.waitMs(COMMENT)).toBe(10_000);
    expect(budget.waitMs(ACT)).toBe(0);
  });

  test('go one at a time, the most urgent first', async () => {
    const order: string[] = [];
    let finish = () => {};
    const first = budget.run(LOOK, () => new Promise<void>((resolve) => (finish = resolve)));
    await Promise.resolve();
    const others = [COMMENT, LOOK, ACT].map((turn) => budget.run(turn, async () => void order.push(turn.rank)));
    expect(order).toEqual([]);
    finish();
    await first;
    while (order.length < 3) {
      await Promise.resolve();
      clock.advance(clock.nextInMs() ?? 0);
    }
    await Promise.all(others);
    expect(order).toEqual(['act', 'look', 'comment']);
  });

  test('that have no turn soon are told when, and mirrors wait', async () => {
    budget.closeFor(5_001);
    await expect(budget.run(ACT, async () => 'done')).rejects.toMatchObject({ afterMs: 5_001 });
    const comment = budget.run(COMMENT, async () => 'done');
    clock.advance(5_001);
    expect(await comment).toBe('done');
  });

  test('end with the adapter', async () => {
    budget.closeFor(1_000);
    const waiting = budget.run(COMMENT, async () => 'done');
    budget.end();
    await expect(waiting).rejects.toThrow();
    await expect(budget.run(ACT, async () => 'done')).rejects.toThrow();
  });
});
