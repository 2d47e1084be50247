import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION_PATTERN, formatDuration, parseDuration } from '../../../engine/base/duration.ts';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

describe('a duration in text', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['10s', 10_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1m30ms', 60_030],
    ['5m5s', 305_000],
    ['1s1s', 2_000],
    ['007s', 7_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    ' ',
    '10',
    's',
    '-1s',
    '+1s',
    '1.5h',
    '1e3s',
    '10 s',
    ' 10s',
    '10s\n',
    '10S',
    '1y',
    '1h 30m',
    '٣s',
    '10s;',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test('too long to be counted in whole milliseconds is none', () => {
    expect(parseDuration('9007199254740991ms')).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseDuration('9007199254740992ms')).toBeNull();
    expect(parseDuration(`${'9'.repeat(400)}w`)).toBeNull();
  });

  test('is the sum of its parts, and matches the pattern that schemas publish', () => {
    const part = fc.tuple(fc.nat({ max: 10_000 }), fc.constantFrom(...(Object.keys(UNITS) as (keyof typeof UNITS)[])));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const text = parts.map(([count, unit]) => `${count}${unit}`).join('');
        expect(parseDuration(text)).toBe(parts.reduce((sum, [count, unit]) => sum + count * UNITS[unit], 0));
        expect(text).toMatch(new RegExp(DURATION_PATTERN));
      }),
    );
  });

  test('is read in a time that its length does not blow up', () => {
    expect(parseDuration(`${'1'.repeat(100_000)}x`)).toBeNull();
  });
});

describe('a duration in words', () => {
  test.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [250, '250 ms'],
    [1_000, '1 s'],
    [1_499, '1 s'],
    [45_000, '45 s'],
    [60_000, '1 min'],
    [90_000, '1 min 30 s'],
    [5_400_000, '1 h 30 min'],
    [3_599_600, '1 h'],
    [86_400_000 + 3 * 3_600_000 + 59_000, '1 d 3 h'],
    [86_400_000 + 5_000, '1 d 5 s'],
    [604_800_000, '7 d'],
    [999.7, '1 s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('is never empty and never more than two units', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 13 }), (ms) => {
        expect(formatDuration(ms)).toMatch(/^\d+ (ms|s|min|h|d)( \d+ (s|min|h))?$/);
      }),
    );
  });
});
