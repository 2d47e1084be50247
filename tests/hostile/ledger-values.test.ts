// A ledger that somebody else wrote: anybody who may push the ref. Each value is refused with a sentence of bounded
// length; nothing is thrown, and no prototype is touched. Precedents: CVE-2019-10744 (lodash, prototype pollution) and
// CVE-2020-36518 (jackson-databind: deep nesting ends the process).

import { describe, expect, test } from 'vitest';
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

test('lines are read up to the first that is wrong, and no value is taken from behind it', () => {
  expect(decodeLines('{"type":"x"}\n{}\n')).toEqual({ lines: [], refused: 'unknown record type "x"' });
});
