// Any text as a line, an index, a lease or a run's file: a value or a short sentence, never a throw; and what is written is
// read back the same, also after one character of it was changed: then it is refused, or is what it says.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeIndex } from '../../engine/ledger/index-file.ts';
import { decodeLine, decodeLines, encodeLine } from '../../engine/ledger/lines.ts';
import { emptyTip, encodeIndex, encodeLease, readRun, readTip } from '../../engine/ledger/tip.ts';
import { records } from '../support/record-arbitraries.ts';
import { corpus, limitMs, runs } from './runs.ts';

const INDEX = encodeIndex(emptyTip('p').state);
const SENTENCE_MAX = 600;

function judge(text: string): void {
  const line = decodeLine(text);
  if (line.type === 'refused') expect(line.sentence.length).toBeLessThan(SENTENCE_MAX);
  expect((decodeLines(text).refused ?? '').length).toBeLessThan(SENTENCE_MAX);
  const index = decodeIndex('p', text);
  if (typeof index === 'string') expect(index.length).toBeLessThan(SENTENCE_MAX);
  const run = readRun('p', text);
  if (typeof run === 'string') expect(run.length).toBeLessThan(SENTENCE_MAX);
  readTip('p', INDEX, text, new Map());
  readTip('p', text, text, new Map([['p-1', text]]));
}

test.each(corpus('ledger'))('kept: $name', ({ text }) => judge(text));

test(
  'any text, and any JSON',
  () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => `{"format":1,"environment":"p","open":${json}}`),
    );
    fc.assert(fc.property(texts, judge), runs(150));
  },
  limitMs(60_000),
);

test(
  'a record is read back as it was written, and a changed one is judged',
  () => {
    fc.assert(
      fc.property(
        records(),
        fc.integer({ min: 1, max: 1e9 }),
        fc.nat(),
        fc.string({ maxLength: 2 }),
        (record, seq, at, put) => {
          const text = encodeLine(seq, record);
          expect(decodeLine(text.trimEnd())).toEqual({ type: 'line', line: { seq, record } });
          const place = at % text.length;
          judge(`${text.slice(0, place)}${put}${text.slice(place + 1)}`);
        },
      ),
      runs(300),
    );
  },
  limitMs(60_000),
);

test(
  'a lease is read back as it was written',
  () => {
    const text = fc.option(fc.string({ unit: 'binary' }));
    const lease = fc.record({ epoch: fc.maxSafeNat(), holder: text, name: text, renewal: fc.maxSafeNat() });
    fc.assert(
      fc.property(lease, (given) => {
        const read = readTip('p', INDEX, encodeLease(given), new Map());
        expect(read.type === 'tip' && read.tip.lease).toEqual(given);
      }),
      runs(200),
    );
  },
  limitMs(60_000),
);
