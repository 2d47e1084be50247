import { describe, expect, test, vi } from 'vitest';
import { givenClock, realClock, stoppedClock } from '../../../engine/host/clock.ts';
import { cronExpression } from '../../../engine/host/ticker.ts';

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
    const clock = givenClock(AT);
    const first = clock.now();
    expect(first - AT).toBeLessThan(1_000);
    await vi.waitUntil(() => clock.now() > first);
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

describe('a beat in the words of cron', () => {
  test.each([
    [1_000, '*/1 * * * * *'],
    [10_000, '*/10 * * * * *'],
    [60_000, '0 * * * * *'],
    [300_000, '0 */5 * * * *'],
    [3_600_000, '0 0 * * * *'],
  ])('%i ms', (everyMs, expression) => {
    expect(cronExpression(everyMs)).toBe(expression);
  });

  test.each([500, 7_000, 90_000, 7 * 60_000, 7_200_000, 1_500])('%i ms has none', (everyMs) => {
    expect(cronExpression(everyMs)).toBeNull();
  });
});
