// A ledger that somebody else wrote: anybody who may push the ref. Each value is refused with a sentence of bounded
// length; nothing is thrown, and no prototype is touched. Precedents: CVE-2019-10744 (lodash, prototype pollution) and
// CVE-2020-36518 (jackson-databind: deep nesting ends the process).

import { describe, expect, test } from 'vitest';
import { fold } from '../../engine/ledger/fold.ts';
import { decodeIndex } from '../../engine/ledger/index-file.ts';
import { decodeLine, decodeLines } from '../../engine/ledger/lines.ts';
import { emptyTip, encodeIndex, readTip } from '../../engine/ledger/tip.ts';

const DEEP = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
const LONG = JSON.stringify('x'.repeat(900_000));
const INDEX = encodeIndex(emptyTip('p').state);
const LEASE = '{"epoch":0,"holder":null,"name":null,"renewal":0}';

describe('CVE-2020-36518: values that are bottomless or huge', () => {
  test.each([
    ['type', `{"type":${DEEP}}`],
    ['type', `{"type":${LONG}}`],
    ['field', `{"type":"suspended","seq":1,"id":"i","by":"b","at":"2026-01-01T00:00:00Z",${LONG}:1}`],
    ['reason', `{"type":"suspended","seq":1,"id":"i","by":"b","at":"2026-01-01T00:00:00Z","reason":${DEEP}}`],
    ['seq', `{"type":"suspended","seq":1e999,"id":"i","by":"b","at":"2026-01-01T00:00:00Z"}`],
    ['seq', `{"type":"suspended","seq":9007199254740993,"id":"i","by":"b","at":"2026-01-01T00:00:00Z"}`],
    ['seq', `{"type":"suspended","seq":NaN}`],
    ['seq', `{"type":"suspended","seq":281474976710657,"id":"i","by":"b","at":"2026-01-01T00:00:00Z"}`],
    ['at', `{"type":"suspended","seq":1,"id":"i","by":"b","at":"+275760-09-13T00:00:00Z","reason":"","until":null}`],
    ['at', `{"type":"suspended","seq":1,"id":"i","by":"b","at":"1969-12-31T23:59:59.999Z","reason":"","until":null}`],
    ['at', `{"type":"suspended","seq":1,"id":"i","by":"b","at":-1,"reason":"","until":null}`],
    ['until', `{"type":"suspended","seq":1,"id":"i","by":"b","at":"2026-01-01T00:00:00Z","reason":"","until":1.5}`],
    ['prototype', `{"type":"__proto__","seq":1}`],
    ['prototype', `{"type":"constructor","seq":1}`],
    ['size', ' '.repeat(1_048_577)],
  ])('a %s of a record is refused in a short sentence', (_, text) => {
    const decoded = decodeLine(text);
    expect(decoded.type).toBe('refused');
    expect(JSON.stringify(decoded).length).toBeLessThan(400);
  });

  test.each([
    `{"format":${DEEP}}`,
    `{"format":${LONG}}`,
    `{"format":1,"environment":${DEEP}}`,
    `{"format":1,"environment":${LONG}}`,
    INDEX.replace('"open"', `${LONG}: 1, "open"`),
    INDEX.replace('"open"', `"__proto__": {"open": ["x"]}, "open"`),
    DEEP,
  ])('an index is refused in a short sentence (%#)', (text) => {
    const said = decodeIndex('p', text);
    expect(typeof said).toBe('string');
    expect(String(said).length).toBeLessThan(400);
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
