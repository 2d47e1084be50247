// One record, one line: what is written is what is read, and nothing else is taken for a record.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type Json } from '../../../engine/base/canonical-json.ts';
import { COUNT_MAX } from '../../../engine/ledger/bounds.ts';
import { decodeLine, decodeLines, encodeLine } from '../../../engine/ledger/lines.ts';
import { isRunType, kindOf } from '../../../engine/ledger/records/table.ts';
import { RECORD_TYPES, recordOf, records } from '../../support/record-arbitraries.ts';

const seqs = fc.integer({ min: 1, max: COUNT_MAX });

describe('a line', () => {
  test.each(RECORD_TYPES)('holds any %s as it was', (type) => {
    fc.assert(
      fc.property(seqs, recordOf(type), (seq, record) => {
        const line = encodeLine(seq, record);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(decodeLine(line.trimEnd())).toEqual({ type: 'line', line: { seq, record } });
      }),
      { numRuns: 40 },
    );
  });

  test('is the same text for the same record, whatever order its fields came in', () => {
    fc.assert(
      fc.property(seqs, records(), (seq, record) => {
        const turned = Object.fromEntries(Object.entries(record).reverse()) as typeof record;
        expect(encodeLine(seq, turned)).toBe(encodeLine(seq, record));
      }),
    );
  });

  test('holds the records of a file in their order', () => {
    fc.assert(
      fc.property(fc.array(records(), { maxLength: 8 }), (many) => {
        const file = many.map((record, index) => encodeLine(index + 1, record)).join('');
        const { lines, refused } = decodeLines(file);
        expect(refused).toBeNull();
        expect(lines.map(({ record }) => record)).toEqual(many);
        expect(lines.map(({ seq }) => seq)).toEqual(many.map((_, index) => index + 1));
      }),
    );
  });

  test('keeps instants legible: ISO 8601 in UTC', () => {
    const record = {
      type: 'resumed',
      id: 'resumed:1',
      at: Date.UTC(2026, 10, 21, 9),
      by: 'Ana',
      reason: 'fine',
    } as const;
    expect(encodeLine(3, record)).toBe(
      '{"at":"2026-11-21T09:00:00Z","by":"Ana","id":"resumed:1","reason":"fine","seq":3,"type":"resumed"}\n',
    );
  });
});

describe('reading is suspicious of', () => {
  test('a field that nobody knows, in every type', () => {
    fc.assert(
      fc.property(records(), (record) => {
        expect(refusalOf({ ...plain(record), surprise: 1 })).toBe(`${record.type}: unknown field "surprise"`);
      }),
    );
  });

  test('a field that is missing or of another kind, in every type', () => {
    fc.assert(
      fc.property(records(), fc.nat(), fc.constantFrom({}, [], 1.5, undefined), (record, at, wrong) => {
        const names = Object.keys(kindOf(record.type).fields);
        const name = names[at % names.length] ?? '';
        // An empty list is a good list.
        const kind = String(fieldKindOf(record.type, name));
        if (Array.isArray(wrong) && ['texts', 'texts or absent', 'stages'].includes(kind)) return;
        // Nor is a field missing that may be absent; and a decimal may have a fraction.
        if (wrong === undefined && kind.endsWith('or absent')) return;
        if (wrong === 1.5 && kind === 'decimal?') return;
        const why = refusalOf({ ...plain(record), [name]: wrong });
        expect(why).toContain(`${record.type}: ${name} is not `);
      }),
    );
  });

  test('a field inside a value that nobody knows', () => {
    fc.assert(
      fc.property(recordOf('run-opened'), fc.constantFrom('version', 'contents'), (record, name) => {
        const bare = plain(record);
        const spoilt = { ...bare, [name]: { ...(bare[name] as object), surprise: 1 } };
        expect(refusalOf(spoilt)).toBe(`run-opened: ${name} is not ${name}`);
      }),
    );
    const stage = { name: 'test', skippable: true, touches: false, outcome: 'Succeeded' };
    expect(refusalOf({ ...sample('run-opened'), stages: [stage] })).toBe('run-opened: stages is not stages');
    const previous = {
      version: { commit: 'a'.repeat(40), tag: null },
      contents: { digest: '', inputs: {} },
      surprise: 1,
    };
    expect(refusalOf({ ...sample('run-opened'), previous })).toBe('run-opened: previous is not deployed?');
  });

  test.each([
    ['an unknown type', { type: 'run-exploded' }, 'unknown record type "run-exploded"'],
    ['a type that every object has', { type: 'constructor' }, 'unknown record type "constructor"'],
    ['no type', { type: undefined }, 'unknown record type undefined'],
    ['a place that is none', { seq: 0 }, 'resumed: seq is not a whole number from 1 to 281474976710656'],
    ['a place between two', { seq: 1.5 }, 'resumed: seq is not a whole number from 1 to 281474976710656'],
    ['a place in text', { seq: '1' }, 'resumed: seq is not a whole number from 1 to 281474976710656'],
    ['no author', { by: undefined }, 'resumed: id and by must be text'],
    ['a name that is a number', { id: 7 }, 'resumed: id and by must be text'],
    [
      'an instant in milliseconds',
      { at: 1_795_176_000_000 },
      'resumed: at is not an instant in the years 1970 to 9999',
    ],
    ['a time without a zone', { at: '2026-11-20T12:00:00' }, 'resumed: at is not an instant in the years 1970 to 9999'],
    ['another clock', { clock: 'sundial' }, 'resumed: unknown clock'],
    ['an event of a run', { run: 'production-1' }, 'resumed: run is missing or out of place'],
  ])('%s', (_, change, why) => {
    expect(refusalOf({ ...sample('resumed'), ...change })).toBe(why);
  });

  test.each(['suspended', 'resumed', 'deploy-requested', 'rollback-requested'] as const)(
    'a reason of %s that is a book',
    (type) => {
      expect(refusalOf({ ...sample(type), reason: 'x'.repeat(2_001) })).toBe(
        `${type}: reason is not text of at most 2000 characters`,
      );
      const page = decodeLine(canonicalJson({ ...sample(type), reason: 'x'.repeat(2_000) } as Json));
      expect(page.type).toBe('line');
    },
  );

  test('a run record of no run', () => {
    for (const type of RECORD_TYPES.filter(isRunType)) {
      const { run: _run, ...rest } = sample(type as (typeof RECORD_TYPES)[number]);
      expect(refusalOf(rest)).toBe(`${type}: run is missing or out of place`);
    }
  });

  test.each([
    ['ABCDEF0123'.repeat(4), 'capitals'],
    ['a'.repeat(39), 'too short'],
    ['a'.repeat(41), 'between the two lengths'],
    [`${'a'.repeat(40)}\n`, 'a line end'],
    ['--upload-pack=x', 'an option'],
  ])('%j as a commit: %s', (oid) => {
    expect(refusalOf({ ...sample('tag-seen'), oid })).toBe('tag-seen: oid is not commit');
  });

  test.each([
    ['not JSON', '{"type":', 'a record is not JSON'],
    ['a list', '[]', 'a record is not an object'],
    ['nothing', 'null', 'a record is not an object'],
    ['an empty line', '', 'a record is not JSON'],
    ['a number that overflows', infinite(), 'run-opened: epoch is not a whole number from 0 to 281474976710656'],
    ['a line without an end', `"${'x'.repeat(1024 * 1024)}"`, 'a record is longer than 1 MiB'],
  ])('%s', (_, line, why) => {
    expect(decodeLine(line)).toEqual({ type: 'refused', sentence: why });
  });
});

describe('a file', () => {
  const whole = [1, 2].map((seq) => `${canonicalJson({ ...sample('resumed'), seq } as Json)}\n`).join('');

  test('that was cut anywhere is refused, but for a cut between two lines', () => {
    const ends = [0, whole.indexOf('\n') + 1, whole.length];
    for (let length = 0; length <= whole.length; length += 1) {
      const { refused } = decodeLines(whole.slice(0, length));
      expect(refused === null, `cut after ${length}`).toBe(ends.includes(length));
    }
  });

  test('is read up to the first line that is wrong, and says what is wrong with it', () => {
    const { lines, refused } = decodeLines(`${whole}{}\n${whole}`);
    expect(lines).toHaveLength(2);
    expect(refused).toBe('unknown record type undefined');
  });

  test('has no empty lines', () => {
    expect(decodeLines(`${whole}\n${whole}`).refused).toBe('a record is not JSON');
  });
});

function refusalOf(value: unknown): string | null {
  const decoded = decodeLine(JSON.stringify(value));
  return decoded.type === 'refused' ? decoded.sentence : null;
}

function plain(record: Parameters<typeof encodeLine>[1]): Record<string, unknown> {
  return JSON.parse(encodeLine(1, record)) as Record<string, unknown>;
}

function sample(type: (typeof RECORD_TYPES)[number]): Record<string, unknown> {
  const [record] = fc.sample(recordOf(type), { numRuns: 1, seed: 1 });
  if (record === undefined) throw new Error('nothing was drawn');
  const { clock: _clock, ...rest } = plain(record);
  return rest;
}

function fieldKindOf(type: (typeof RECORD_TYPES)[number], name: string): unknown {
  return kindOf(type).fields[name];
}

function infinite(): string {
  return JSON.stringify({ ...sample('run-opened'), epoch: 'EPOCH' }).replace('"EPOCH"', '1e999');
}
