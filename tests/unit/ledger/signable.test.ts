// What a signature is over: the very text, so that no change of ours voids what people signed, and the same text
// again from what the state keeps.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold } from '../../../engine/ledger/fold.ts';
import { decodeLine, encodeLine } from '../../../engine/ledger/lines.ts';
import type { EventRecord } from '../../../engine/ledger/records/table.ts';
import {
  isSignable,
  type SignableRecord,
  signableOfApproval,
  signableOfOverride,
  signableOfRequest,
  signableText,
} from '../../../engine/ledger/signable.ts';
import { emptyState } from '../../../engine/model/environment-state.ts';
import { RECORD_TYPES, recordOf } from '../../support/record-arbitraries.ts';

const VERSION = { commit: '1234567890'.repeat(4), tag: 'v1.4.2' };
const ANA = { id: 'x:1', at: Date.parse('2026-11-21T09:00:00.007Z'), by: 'Ana <ana@example.org>' };
const WHO = '"at":"2026-11-21T09:00:00.007Z","by":"Ana <ana@example.org>"';
const WHAT = `"version":{"commit":"${VERSION.commit}","tag":"v1.4.2"}`;
const until = Date.parse('2026-11-21T11:00:00Z');

const GOLDEN: readonly (readonly [SignableRecord, string])[] = [
  [
    { ...ANA, type: 'approved', version: VERSION, planDigest: 'd', reason: '"yes"\n' },
    `{${WHO},"environment":"production","id":"x:1","planDigest":"d","reason":"\\"yes\\"\\n","type":"approved",${WHAT}}`,
  ],
  [
    { ...ANA, type: 'rejected', version: VERSION, planDigest: 'd', reason: 'no' },
    `{${WHO},"environment":"production","id":"x:1","planDigest":"d","reason":"no","type":"rejected",${WHAT}}`,
  ],
  [
    { ...ANA, type: 'overridden', version: VERSION, rules: ['hours/window'], reason: 'down', until },
    `{${WHO},"environment":"production","id":"x:1","reason":"down","rules":["hours/window"],"type":"overridden","until":"2026-11-21T11:00:00Z",${WHAT}}`,
  ],
  [
    { ...ANA, type: 'deploy-requested', version: VERSION, reason: 'now', emergency: true, skipTests: false },
    `{${WHO},"emergency":true,"environment":"production","id":"x:1","reason":"now","skipTests":false,"type":"deploy-requested",${WHAT}}`,
  ],
  [
    { ...ANA, type: 'rollback-requested', to: null, reason: 'orders fail' },
    `{${WHO},"environment":"production","id":"x:1","reason":"orders fail","to":null,"type":"rollback-requested"}`,
  ],
  [
    { ...ANA, type: 'suspended', reason: 'disk', until: null },
    `{${WHO},"environment":"production","id":"x:1","reason":"disk","type":"suspended","until":null}`,
  ],
  [
    { ...ANA, type: 'resumed', reason: 'disk replaced' },
    `{${WHO},"environment":"production","id":"x:1","reason":"disk replaced","type":"resumed"}`,
  ],
  [
    { ...ANA, type: 'incident-closed', incident: 'i1', reason: 'written up' },
    `{${WHO},"environment":"production","id":"x:1","incident":"i1","reason":"written up","type":"incident-closed"}`,
  ],
  [
    { ...ANA, type: 'check-recorded', commit: VERSION.commit, name: 'ci/test', status: 'passed', value: 82.5 },
    `{${WHO},"commit":"${VERSION.commit}","environment":"production","id":"x:1","name":"ci/test","status":"passed","type":"check-recorded","value":82.5}`,
  ],
];

describe('the text of', () => {
  test.each(GOLDEN.map(([record, text]) => [record.type, record, text] as const))('%s', (_type, record, text) => {
    expect(signableText('production', record)).toBe(text);
    expect(signableText('production', { ...record, signature: 'any', clock: 'given' })).toBe(text);
    expect(signableText('staging', record)).not.toBe(text);
  });
});

test('every record that may carry a signature has a text, and no other', () => {
  const signable = RECORD_TYPES.filter((type) => isSignable({ type } as EventRecord));
  expect(signable.sort()).toEqual([
    'approved',
    'check-recorded',
    'deploy-requested',
    'gates-approved',
    'gates-overridden',
    'gates-rejected',
    'incident-closed',
    'overridden',
    'rejected',
    'resumed',
    'rollback-requested',
    'suspended',
  ]);
});

test('any change of any field is a change of the text', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEPT).chain(pairOf), ([one, other]) => {
      const isSame = fc.stringify({ ...one, ...BARE }) === fc.stringify({ ...other, ...BARE });
      expect(signableText('production', one) === signableText('production', other)).toBe(isSame);
    }),
  );
});

test('is the same again from what the state keeps, after a way through the ledger', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KEPT).chain(recordOf), (drawn) => {
      const record = drawn as SignableRecord;
      const decoded = decodeLine(encodeLine(1, record));
      if (decoded.type === 'refused') throw new Error(decoded.sentence);
      const folded = fold(emptyState('production'), decoded.line.record);
      if (folded.type === 'refused') throw new Error(folded.sentence);
      const { approvals, overrides, requests } = folded.state;
      const again = [
        ...approvals.map((approval) => signableOfApproval('production', approval)),
        ...overrides.map((override) => signableOfOverride('production', override)),
        ...requests.map((request) => signableOfRequest('production', request)),
      ];
      expect(again).toEqual([signableText('production', record)]);
    }),
  );
});

/** What is signed does not hold these. */
const BARE = { signature: undefined, clock: undefined };

const KEPT = ['approved', 'rejected', 'overridden', 'deploy-requested', 'rollback-requested'] as const;

function pairOf(type: (typeof KEPT)[number]): fc.Arbitrary<readonly [SignableRecord, SignableRecord]> {
  const some = recordOf(type) as fc.Arbitrary<SignableRecord>;
  // Two records that differ in one field, or in none.
  return fc.tuple(some, some, fc.nat()).map(([one, other, pick]) => {
    const keys = Object.keys(one).filter((key) => key !== 'type');
    const key = keys[pick % keys.length] ?? '';
    return [one, { ...one, [key]: (other as Readonly<Record<string, unknown>>)[key] } as SignableRecord] as const;
  });
}
