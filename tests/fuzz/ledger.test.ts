// Any text as a line, an index, a lease or a run's file: a value or a short sentence, never a throw; and what is
// written is read back the same, also after one character of it was changed: then it is refused, or is what it says.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../engine/base/duration.ts';
import { isCount } from '../../engine/base/foreign-value.ts';
import { formatInstant, isInstant } from '../../engine/base/instant.ts';
import { COUNT_MAX } from '../../engine/ledger/bounds.ts';
import { decodeIndex } from '../../engine/ledger/index-file.ts';
import { decodeLine, decodeLines, encodeLine } from '../../engine/ledger/lines.ts';
import { emptyTip, encodeIndex, encodeLease, readRun, readTip } from '../../engine/ledger/tip.ts';
import { records } from '../support/record-arbitraries.ts';
import { corpus, limitMs, runs } from './runs.ts';

const INDEX = encodeIndex(emptyTip('p').state);
const SENTENCE_MAX = 600;
const AT = '2026-11-21T09:00:00Z';

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
        fc.integer({ min: 1, max: COUNT_MAX }),
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
    const counts = fc.integer({ min: 0, max: COUNT_MAX });
    const lease = fc.record({ epoch: counts, holder: text, name: text, renewal: counts });
    fc.assert(
      fc.property(lease, (given) => {
        const index = encodeIndex({ ...emptyTip('p').state, seq: COUNT_MAX, epoch: COUNT_MAX });
        const read = readTip('p', index, encodeLease(given), new Map());
        expect(read.type === 'tip' && read.tip.lease).toEqual(given);
      }),
      runs(200),
    );
  },
  limitMs(60_000),
);

test(
  'whatever is counted: a count that is not damaged can go on by one, and no other is believed',
  () => {
    const near = [0, 1, 2 ** 31, 2 ** 32, COUNT_MAX, 2 ** 53, 1e308].flatMap((edge) => [
      edge - 1,
      edge,
      edge + 1,
      -edge,
    ]);
    const number = fc.oneof(fc.constantFrom(...near, 0.5, -0.5, 1e-7), fc.double({ noNaN: true }), fc.maxSafeInteger());
    fc.assert(
      fc.property(number, number, number, (seq, epoch, renewal) => {
        const index = INDEX.replace('"seq": 0', `"seq": ${seq}`).replace('"epoch": 0', `"epoch": ${epoch}`);
        const lease = JSON.stringify({ epoch, holder: null, name: null, renewal });
        const read = readTip('p', index, lease, new Map());
        const line = decodeLine(
          JSON.stringify({
            type: 'lease-taken',
            run: 'p-1',
            id: 'i',
            by: 'b',
            at: AT,
            controller: 'c',
            because: '',
            seq,
            epoch,
          }),
        );
        const isSound = [seq, epoch, renewal].every((one) => Number.isInteger(one) && one >= 0 && one <= COUNT_MAX);
        expect(read.type).toBe(isSound && epoch <= seq ? 'tip' : 'refused');
        if (read.type === 'refused') expect(read.sentence).toMatch(/^(index|lease)\.json/);
        expect(line.type).toBe(isCount(seq) && seq > 0 && isCount(epoch) ? 'line' : 'refused');
        if (read.type === 'tip') expect(read.tip.state.epoch + 1).toBeGreaterThan(read.tip.state.epoch);
      }),
      runs(300),
    );
  },
  limitMs(60_000),
);

test(
  'any moment of any record is believed or refused, and one that is believed can be computed with',
  () => {
    const text = fc.oneof(
      fc.constantFrom(
        '+275760-09-13T00:00:00Z',
        '-271821-04-20T00:00:00Z',
        '+010000-01-01T00:00:00Z',
        '1969-12-31T23:59:59.999Z',
      ),
      fc.integer({ min: -8.64e15, max: 8.64e15 }).map((at) => Temporal.Instant.fromEpochMilliseconds(at).toString()),
      fc.string({ maxLength: 30 }),
    );
    const at = fc.oneof(text, fc.double(), fc.constantFrom(-1, 1.5, 8.64e15, null));
    const forEver = parseDuration('999999w'.repeat(5)) ?? 0;
    fc.assert(
      fc.property(at, at, (one, until) => {
        const line = decodeLine(
          JSON.stringify({ type: 'suspended', id: 'i', by: 'b', seq: 1, reason: '', at: one, until }),
        );
        if (line.type === 'refused') {
          expect(line.sentence).toMatch(/^suspended: (at|until) is not an instant in the years 1970 to 9999$/);
          return;
        }
        const { record } = line.line;
        for (const moment of [record.at, 'until' in record ? (record.until ?? 0) : 0]) {
          expect(isInstant(moment)).toBe(true);
          expect(formatInstant(moment + forEver)).toMatch(/Z$/);
        }
      }),
      runs(300),
    );
  },
  limitMs(60_000),
);
