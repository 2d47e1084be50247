import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../engine/base/canonical-json.ts';

const json = () => fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>;

describe('canonical JSON', () => {
  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(json(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('does not know the order in which fields came', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), json()), (value) => {
        expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(canonicalJson(value));
      }),
    );
  });

  test('tells different values apart', () => {
    fc.assert(
      fc.property(json(), json(), (a, b) => {
        const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(canonicalJson(a) === canonicalJson(b)).toBe(isSame);
      }),
    );
  });

  test.each<[string, Json, string]>([
    [
      'sorts by code unit, deep inside',
      { b: 1, a: { d: [{ z: 1, y: 2 }], c: null }, B: true },
      '{"B":true,"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1}',
    ],
    ['has no spaces', [1, 2, { a: [] }], '[1,2,{"a":[]}]'],
    ['leaves out what is undefined', { a: undefined, b: null }, '{"b":null}'],
    ['escapes as JSON does', { '"\n': '\u2028\ud800' }, '{"\\"\\n":"\u2028\\ud800"}'],
    ['keeps numbers as they are', [0, 1.5, 1e21, -7], '[0,1.5,1e+21,-7]'],
  ])('%s', (_, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test('takes a field called __proto__ for a field', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"b":2}') as Json;
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1},"b":2}');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: fields.map(([key, item]) => [key, sorted(item)]) };
}
