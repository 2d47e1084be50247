// Arbitrary records of every type, made from the table of fields that decoding rests on: a new type or field is drawn
// here without anybody having to remember it.

import fc from 'fast-check';
import { COUNT_MAX } from '../../engine/ledger/bounds.ts';
import type { FieldKind } from '../../engine/ledger/fields.ts';
import {
  EVENT_RECORDS,
  isRunType,
  kindOf,
  type LedgerRecord,
  OPENING_RECORD,
  RUN_RECORDS,
} from '../../engine/ledger/records/table.ts';
import { gatedTerms } from './gates-builders.ts';

export const RECORD_TYPES = Object.keys({
  ...OPENING_RECORD,
  ...RUN_RECORDS,
  ...EVENT_RECORDS,
}) as LedgerRecord['type'][];

export function records(types: readonly LedgerRecord['type'][] = RECORD_TYPES): fc.Arbitrary<LedgerRecord> {
  return fc.oneof(...types.map(recordOf));
}

export function recordOf(type: LedgerRecord['type']): fc.Arbitrary<LedgerRecord> {
  const own = Object.entries(kindOf(type).fields).map(([name, kind]) => [name, field(kind)] as const);
  const run = isRunType(type) ? { run: text() } : {};
  const common = { type: fc.constant(type), id: text(), at: instants(), by: text(), ...run };
  const given = fc.option(fc.constant('given' as const), { nil: undefined });
  return fc
    .tuple(fc.record({ ...common, ...Object.fromEntries(own) }), given)
    .map(([record, clock]) => (clock === undefined ? record : { ...record, clock }) as unknown as LedgerRecord);
}

function field(kind: FieldKind): fc.Arbitrary<unknown> {
  if (typeof kind === 'object' && 'byKind' in kind) {
    // As long as there is one kind, it is that one; with more, the record's own has to be drawn first.
    const fields = kind.byKind['write-back'];
    return fc.record(Object.fromEntries(Object.entries(fields).map(([name, own]) => [name, field(own)])));
  }
  if (typeof kind === 'object') return fc.constantFrom(...kind.oneOf);
  switch (kind) {
    case 'text':
    case 'reason':
      return text();
    case 'count':
      return fc.integer({ min: 0, max: COUNT_MAX });
    case 'flag':
      return fc.boolean();
    case 'instant':
      return instants();
    case 'commit':
      return commits();
    case 'version':
      return versions();
    case 'contents':
      return contents();
    case 'texts':
      return fc.array(text(), { maxLength: 3 });
    case 'texts or absent':
      return fc.option(field('texts'), { nil: undefined });
    case 'text or absent':
      return fc.option(text(), { nil: undefined });
    case 'decimal?':
      return fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)));
    case 'digest':
      return fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
    case 'gates?':
      return fc.option(fc.constant(gatedTerms()));
    case 'stages':
      return fc.array(fc.record({ name: text(), skippable: fc.boolean(), touches: fc.boolean() }), { maxLength: 3 });
    case 'text?':
      return fc.option(text());
    case 'number?':
      return fc.option(fc.maxSafeInteger());
    case 'instant?':
      return fc.option(instants());
    case 'version?':
      return fc.option(versions());
    case 'deployed?':
      return fc.option(fc.record({ version: versions(), contents: contents() }));
  }
}

/** Anything that a person, a program or an attacker may write: line ends, quotes, halves of characters. */
function text(): fc.Arbitrary<string> {
  const strange = ['\n', '\u2028', '"}', '\ud800', '\u0000', '\\', '__proto__'];
  return fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom(...strange));
}

/** Whole milliseconds between 1970 and 9999. */
function instants(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 253_402_300_799_999 });
}

function commits(): fc.Arbitrary<string> {
  return fc.oneof(hex(40), hex(64));
}

function hex(length: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
}

function versions(): fc.Arbitrary<unknown> {
  return fc.record({ commit: commits(), tag: fc.option(text()) });
}

function contents(): fc.Arbitrary<unknown> {
  return fc.record({ digest: text(), inputs: fc.dictionary(paths(), fc.option(commits()), { maxKeys: 3 }) });
}

/** Without backslashes: V8 may take an escaped key for another of the same first character (`"\\n"` for `"\\\\"`). */
function paths(): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...'abc/._-é _'), minLength: 1, maxLength: 8 });
}
