import { afterEach, describe, expect, test, vi } from 'vitest';
import { givenClock, realClock, stoppedClock } from '../../../engine/host/clock.ts';
import { timerTicker } from '../../../engine/host/ticker.ts';
import { eventually } from '../../support/eventually.ts';

const AT = Date.UTC(2026, 10, 21, 20);

describe('a clock', () => {
  test('that is real says the time, and is monotonic beside it', () => {
    const clock = realClock();
    const [wallBefore, before] = [Date.now(), clock.monotonicMs()];
    expect(clock.kind).toBe('real');
    expect(clock.now()).toBeGreaterThanOrEqual(wallBefore);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(before);
  });

  test('that is given stands where it was put and goes on from there in whole milliseconds', async () => {
    const before = performance.now();
    const clock = givenClock(AT);
    const first = clock.now();
    expect(first).toBeGreaterThanOrEqual(AT);
    expect(first - AT).toBeLessThanOrEqual(performance.now() - before);
    await eventually(() => clock.now() > first);
    expect(Number.isInteger(clock.now())).toBe(true);
    expect(clock.kind).toBe('given');
  });

  test('that is stopped says one instant, and still wakes', async () => {
    const clock = stoppedClock(AT);
    await new Promise<void>((resolve) => clock.after(1, resolve));
    expect(clock.now()).toBe(AT);
  });

  test('calls back neither at once nor never when asked for the past or the far future', async () => {
    vi.useFakeTimers();
    try {
      const clock = realClock();
      const called: string[] = [];
      clock.after(-5, () => called.push('past'));
      clock.after(Number.POSITIVE_INFINITY, () => called.push('far'));
      clock.after(10, () => called.push('cancelled'))();
      expect(called).toEqual([]);
      vi.advanceTimersByTime(1_000);
      expect(called).toEqual(['past']);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a beat', () => {
  afterEach(() => vi.useRealTimers());

  test.each([
    ['a day ahead', AT + 86_400_000],
    ['a day back', AT - 86_400_000],
  ])('goes on, and in its own time, where the wall clock is set %s', (_where, then) => {
    vi.useFakeTimers({ now: AT });
    let beats = 0;
    const stop = timerTicker.start(1_000, 100, () => {
      beats += 1;
    });
    vi.advanceTimersByTime(999);
    expect(beats).toBe(0);
    vi.advanceTimersByTime(2_301);
    expect(beats).toBe(3);
    vi.setSystemTime(then);
    vi.advanceTimersByTime(3_300);
    expect(beats).toBeGreaterThanOrEqual(5);
    expect(beats).toBeLessThanOrEqual(6);
    stop();
    vi.advanceTimersByTime(10_000);
    expect(beats).toBeLessThanOrEqual(6);
  });
});
