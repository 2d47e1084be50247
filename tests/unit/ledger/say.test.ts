import { describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../engine/ledger/records/table.ts';
import { sayRecord } from '../../../engine/ledger/say.ts';

const COMMIT = 'c'.repeat(40);
const COMMON = { seq: 1, id: 'x:1', at: 0, by: 'ana' };
const VERSION = { commit: COMMIT, tag: 'v2' };
const DIGEST = 'd'.repeat(64);

/** What a person said, by what it is said to be before its reason. */
const SAID: readonly (readonly [before: string, record: (reason: string) => EventRecord])[] = [
  [
    'ana asks to deploy v2 (ccccccc)',
    (reason) => ({
      ...COMMON,
      type: 'deploy-requested',
      version: VERSION,
      reason,
      emergency: false,
      skipTests: false,
    }),
  ],
  [
    'v2 (ccccccc) approved by ana',
    (reason) => ({ ...COMMON, type: 'approved', version: VERSION, planDigest: 'p', reason }),
  ],
  [
    'v2 (ccccccc) rejected by ana',
    (reason) => ({ ...COMMON, type: 'rejected', version: VERSION, planDigest: 'p', reason }),
  ],
  [
    'ana overrides all rules that name them for v2 (ccccccc)',
    (reason) => ({ ...COMMON, type: 'overridden', version: VERSION, rules: [], reason, until: null }),
  ],
  ['post-mortem i1 closed by ana', (reason) => ({ ...COMMON, type: 'incident-closed', incident: 'i1', reason })],
  [
    'change of gates 3-dddddddddddd approved by ana',
    (reason) => ({ ...COMMON, type: 'gates-approved', serial: 3, digest: DIGEST, reason }),
  ],
];

describe('the commit message says the reason that was given', () => {
  test.each(SAID)('%s', (before, record) => expect(sayRecord(record('written up'))).toBe(`${before}: written up`));
});

describe('and nothing where none was', () => {
  test.each(SAID)('%s', (before, record) => expect(sayRecord(record(''))).toBe(before));
});
