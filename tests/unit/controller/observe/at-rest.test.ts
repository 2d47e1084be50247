// What `run --once` waits for, and what nobody would ever come for.

import { expect, test } from 'vitest';
import { awaitsOthers, isAtRest, isInDoubt } from '../../../../engine/controller/observe/at-rest.ts';
import type { LedgerEntry } from '../../../../engine/ledger/entry.ts';
import { REPOSITORY_LEDGER } from '../../../../engine/model/environment-state.ts';

const SERVED = { ours: ['production'], aliveSinceMs: 1_000 };

/** `epoch`: of the lease of an open run; null where nobody speaks for one. */
function entries(
  name: string,
  {
    epoch = null as number | null,
    claimedEpoch = null as number | null,
    pending = 0,
    type = 'read',
    doubt = false,
    movedAtMs = 2_000,
  } = {},
): ReadonlyMap<string, LedgerEntry> {
  const open = [{ lease: epoch === null ? null : { epoch, controller: 'controller-9' } }];
  const entry = {
    environment: name,
    state: { open },
    remote: { type },
    pending: Array(pending),
    claimedEpoch,
    movedAtMs,
  };
  return new Map([[name, { ...entry, doubt: doubt ? {} : null } as unknown as LedgerEntry]]);
}

test.each([
  ['a run that waits at a gate', entries('production'), true],
  ['a run of ours under way', entries('production', { epoch: 2, claimedEpoch: 2 }), false],
  ["another's run in an environment that we serve", entries('production', { epoch: 2 }), false],
  ["another's run in one that we do not serve", entries('development', { epoch: 2 }), false],
  ['the run of a dead controller that we could take over', entries('production', { epoch: 2, movedAtMs: 0 }), false],
  ['the run of a dead controller that we may not', entries('development', { epoch: 2, movedAtMs: 0 }), true],
  ['records that nobody has accepted yet', entries('production', { pending: 1 }), false],
  ['records of the whole repository', entries(REPOSITORY_LEDGER, { pending: 1 }), false],
  ['records for a ledger that is damaged', entries('production', { pending: 1, type: 'damaged' }), true],
  ['an open run of a ledger that is damaged', entries('production', { epoch: 2, type: 'damaged' }), true],
])('%s', (_what, known, isSo) => {
  expect(isAtRest(known, SERVED)).toBe(isSo);
});

test("another's run is looked for, and a push that nobody answered", () => {
  expect(awaitsOthers(entries('production', { epoch: 2 }))).toBe(true);
  expect(awaitsOthers(entries('production', { epoch: 2, claimedEpoch: 2 }))).toBe(false);
  expect(isInDoubt(entries('production', { doubt: true }))).toBe(true);
  expect(isInDoubt(entries('production'))).toBe(false);
});
