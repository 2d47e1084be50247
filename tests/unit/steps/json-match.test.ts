import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../../engine/model/config.ts';
import { jsonMismatch } from '../../../engine/steps/http/json-match.ts';

describe('an answer has what is wanted of it', () => {
  test.each<[JsonValue, unknown]>([
    [{ status: 'ok' }, { status: 'ok', more: 1 }],
    [{ a: { b: null } }, { a: { b: null, c: [] } }],
    [
      [1, 'x', { a: 1 }],
      [1, 'x', { a: 1 }],
    ],
    [{}, { any: 'thing' }],
    ['text', 'text'],
  ])('%j in %j', (wanted, found) => {
    expect(jsonMismatch(wanted, found)).toBeNull();
  });

  test.each<[JsonValue, unknown, string]>([
    [{ status: 'ok' }, { status: 'down' }, 'status is "down", wanted "ok"'],
    [{ db: { up: true } }, { db: { up: 'true' } }, 'db.up is "true", wanted true'],
    [{ db: { up: true } }, { db: {} }, 'db.up is missing, wanted true'],
    [{ 'a b': 1 }, { 'a b': 2 }, '["a b"] is 2, wanted 1'],
    [{ a: [1, 2] }, { a: [1] }, 'a has 1 items, wanted 2'],
    [{ a: [1, 2] }, { a: [1, 3] }, 'a[1] is 3, wanted 2'],
    [{ a: [1, 2] }, { a: [1, 2, 3] }, 'a has 3 items, wanted 2'],
    [[], [1], 'the answer has 1 items, wanted 0'],
    [[{ a: 1 }], [{ a: 1, b: 2 }], '[0] has a member "b" that is not wanted'],
    [{ a: 1 }, [], 'the answer is [], wanted {"a":1}'],
    [[], {}, 'the answer is {}, wanted []'],
    [null, 0, 'the answer is 0, wanted null'],
    // Members that every object has are not the answer's own.
    [{ toString: 1 }, {}, 'toString is missing, wanted 1'],
  ])('%j is not in %j', (wanted, found, sentence) => {
    expect(jsonMismatch(wanted, found)).toBe(sentence);
  });
});
