import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, INSTANT_MAX, isInstant, parseInstant, sayInstant } from '../../../engine/base/instant.ts';

const AT = Date.UTC(2026, 10, 21, 9, 0, 0);

describe('an instant in text', () => {
  test('is what was formatted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: INSTANT_MAX }), (at) => {
        expect(parseInstant(formatInstant(at))).toBe(at);
        expect(formatInstant(at)).toMatch(/Z$/);
      }),
    );
  });

  test.each([
    ['2026-11-21T09:00:00Z', AT],
    ['2026-11-21T11:00:00+02:00', AT],
    ['2026-11-21T11:00+02:00[Europe/Bucharest]', AT],
    ['2026-11-21T09:00:00.5Z', AT + 500],
  ])('%s', (text, at) => {
    expect(parseInstant(text)).toBe(at);
  });

  test.each([
    '',
    'now',
    '2026-11-21',
    '2026-11-21T09:00:00',
    '09:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '0',
  ])('%j is none: no offset, or no such moment', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test.each([
    '1969-12-31T23:59:59.999Z',
    '-000001-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
  ])('%s is a moment that nobody means', (text) => expect(parseInstant(text)).toBeNull());

  test('is believed in the years 1970 to 9999, in whole milliseconds', () => {
    expect([0, 1, INSTANT_MAX].every(isInstant)).toBe(true);
    expect(formatInstant(INSTANT_MAX)).toBe('9999-12-31T23:59:59.999Z');
    for (const at of [-1, 0.5, INSTANT_MAX + 1, 8.64e15, 2 ** 53, Number.NaN, Infinity, '0', null])
      expect(isInstant(at)).toBe(false);
  });

  test('has no needless milliseconds', () => {
    expect(formatInstant(AT)).toBe('2026-11-21T09:00:00Z');
    expect(formatInstant(AT + 7)).toBe('2026-11-21T09:00:00.007Z');
  });
});

describe('an instant to a person', () => {
  test.each([
    ['UTC', 'Saturday 2026-11-21 09:00 UTC'],
    ['Europe/Bucharest', 'Saturday 2026-11-21 11:00 Europe/Bucharest'],
    ['Pacific/Kiritimati', 'Saturday 2026-11-21 23:00 Pacific/Kiritimati'],
    ['Asia/Kathmandu', 'Saturday 2026-11-21 14:45 Asia/Kathmandu'],
  ])('in %s', (zone, said) => {
    expect(sayInstant(AT, zone)).toBe(said);
  });

  test('names the weekday of that place, not of here', () => {
    const late = Date.UTC(2026, 10, 22, 23, 30);
    expect(sayInstant(late, 'UTC')).toMatch(/^Sunday 2026-11-22 23:30/);
    expect(sayInstant(late, 'Europe/Bucharest')).toMatch(/^Monday 2026-11-23 01:30/);
  });
});
