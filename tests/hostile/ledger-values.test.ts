// A ledger that somebody else wrote: anybody who may push the ref. Each value is refused with a sentence of bounded
// length; nothing is thrown, and no prototype is touched. Precedents: CVE-2019-10744 (lodash, prototype pollution)
// and CVE-2020-36518 (jackson-databind: deep nesting ends the process).

import { describe, expect, test } from 'vitest';
import { fold } from '../../engine/ledger/fold.ts';
import { decodeIndex } from '../../engine/ledger/index-file.ts';
import { decodeLine, decodeLines } from '../../engine/ledger/lines.ts';
import { emptyTip, encodeIndex, readTip } from '../../engine/ledger/tip.ts';

const DEEP = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
const LONG = JSON.stringify('x'.repeat(900_000));
const INDEX = encodeIndex(emptyTip('p').state);
const LEASE = '{"epoch":0,"holder":null,"name":null,"renewal":0}';

/** A record as it should be, but for these values, which are JSON or no JSON at all. */
function recordWith(spoiled: Readonly<Record<string, string>>): string {
  const sound = {
    type: '"suspended"',
    seq: '1',
    id: '"i"',
    by: '"b"',
    at: '"2026-01-01T00:00:00Z"',
    reason: '""',
    until: 'null',
  };
  const members = Object.entries({ ...sound, ...spoiled });
  return `{${members.map(([key, value]) => `${key.startsWith('"') ? key : JSON.stringify(key)}:${value}`).join(',')}}`;
}

describe('CVE-2020-36518: values that are bottomless or huge', () => {
  const SHORT = 'x'.repeat(100);
  const COUNTED = 'suspended: seq is not a whole number from 1 to 281474976710656';

  test('a record with none of them is read', () => {
    expect(decodeLine(recordWith({})).type).toBe('line');
  });

  test.each([
    [{ type: DEEP }, 'unknown record type a list'],
    [{ type: LONG }, `unknown record type "${SHORT}…"`],
    [{ [LONG]: '1' }, `suspended: unknown field "${SHORT}…"`],
    [{ reason: DEEP }, 'suspended: reason is not text of at most 2000 characters'],
    [{ reason: LONG }, 'suspended: reason is not text of at most 2000 characters'],
    [{ by: DEEP }, 'suspended: id and by must be text'],
    [{ seq: '1e999' }, COUNTED],
    [{ seq: '1.5' }, COUNTED],
    [{ seq: '9007199254740993' }, COUNTED],
    [{ seq: '281474976710657' }, COUNTED],
    [{ seq: 'NaN' }, 'a record is not JSON'],
    [{ at: '"+275760-09-13T00:00:00Z"' }, 'suspended: at is not an instant in the years 1970 to 9999'],
    [{ at: '"1969-12-31T23:59:59.999Z"' }, 'suspended: at is not an instant in the years 1970 to 9999'],
    [{ at: '-1' }, 'suspended: at is not an instant in the years 1970 to 9999'],
    [{ until: '1.5' }, 'suspended: until is not an instant in the years 1970 to 9999'],
    [{ type: '"__proto__"' }, 'unknown record type "__proto__"'],
    [{ type: '"constructor"' }, 'unknown record type "constructor"'],
    [{ reason: `"x"${' '.repeat(1_048_577)}` }, 'a record is longer than 1 MiB'],
  ])('a record is refused in a short sentence (%#)', (spoiled, sentence) => {
    expect(decodeLine(recordWith(spoiled))).toEqual({ type: 'refused', sentence });
  });

  test('an index with none of them is read', () => {
    expect(decodeIndex('p', INDEX)).toMatchObject({ open: [] });
  });

  test.each([
    [`{"format":${DEEP}}`, 'index.json has format a list; this Tidegate reads formats 1 and 2'],
    [`{"format":${LONG}}`, `index.json has format "${SHORT}…"; this Tidegate reads formats 1 and 2`],
    [INDEX.replace('"p"', DEEP), 'index.json belongs to a list'],
    [INDEX.replace('"p"', LONG), `index.json belongs to "${SHORT}…"`],
    [INDEX.replace('"open"', `${LONG}: 1, "open"`), `index.json: has a field that nobody knows: "${SHORT}…"`],
    [
      INDEX.replace('"open"', '"__proto__": {"open": ["x"]}, "open"'),
      'index.json: has a field that nobody knows: "__proto__"',
    ],
    [INDEX.replace('"seq": 0', `"seq": ${DEEP}`), 'index.json: seq is no whole number from 0 to 281474976710656'],
    [DEEP, 'index.json is not an object'],
  ])('an index is refused in a short sentence (%#)', (text, sentence) => {
    expect(decodeIndex('p', text)).toBe(sentence);
    expect(({} as Record<string, unknown>)['open']).toBeUndefined();
  });

  test.each([
    DEEP,
    '{"epoch":1e308,"holder":null,"name":null,"renewal":0}',
    '{"epoch":-1,"holder":null,"name":null,"renewal":0}',
    '{"epoch":9007199254740991,"holder":null,"name":null,"renewal":0}',
    '{"epoch":0,"holder":null,"name":null,"renewal":-1}',
    '{"epoch":"1","holder":null,"name":null,"renewal":0}',
    '{"epoch":0,"holder":null,"name":null,"renewal":0,"__proto__":{"epoch":9}}',
    'null',
  ])('a lease is refused (%#)', (lease) => {
    expect(readTip('p', INDEX, lease, new Map())).toEqual({
      type: 'refused',
      sentence: 'lease.json is not a lease',
    });
    expect(readTip('p', INDEX, LEASE, new Map()).type).toBe('tip');
  });
});

describe('moments that nobody means', () => {
  const word = { type: 'suspended', id: 'i', by: 'Dan <dan@example.org>', reason: 'x', until: null } as const;
  const AT = Date.UTC(2026, 10, 21);

  test.each([-1, 0.5, 253_402_300_800_000, 8.64e15, 2 ** 53, Number.NaN])('a record at %d is not folded', (at) => {
    expect(fold(emptyTip('p').state, { ...word, at })).toEqual({
      type: 'refused',
      sentence: 'suspended "i" cannot be: it is not from the years 1970 to 9999; set the clock of this machine',
    });
  });

  test('a word that would hold until after all calendars is not written, for it could not be read back', () => {
    expect(fold(emptyTip('p').state, { ...word, at: AT, until: 8.64e15 })).toEqual({
      type: 'refused',
      sentence: 'suspended "i" cannot be: it would hold beyond the year 9999; leave the end out, or give a nearer one',
    });
    expect(fold(emptyTip('p').state, { ...word, at: AT, until: 253_402_300_799_999 }).type).toBe('state');
  });

  test.each(['at', 'until'])('an index whose suspension has such an `%s` is refused', (key) => {
    for (const moment of [-1, 1.5, 8.64e15, 1e308]) {
      const text = INDEX.replace(
        '"suspended": null',
        `"suspended": ${JSON.stringify({ by: 'b', reason: '', at: 0, until: 0, [key]: moment })}`,
      );
      expect(decodeIndex('p', text)).toBe(`index.json: suspended.${key} is no instant in the years 1970 to 9999`);
    }
  });
});

test('lines are read up to the first that is wrong, and no value is taken from behind it', () => {
  expect(decodeLines('{"type":"x"}\n{}\n')).toEqual({ lines: [], refused: 'unknown record type "x"' });
});
