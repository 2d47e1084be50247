// Each performer of an outside effect, under the one contract. A kind that is missing here is found by the last test.

import { expect, test } from 'vitest';
import { PERFORMERS } from '../../engine/controller/effects/performers.ts';
import { type OutsideEffect, removeBranchId, writeBackId } from '../../engine/model/outside-effect.ts';
import { memoryRemote } from '../support/memory-remote.ts';
import { type Case, performerContract } from './performers.ts';

const APP = 'environments/staging/app.txt';
const HELD = 'tidegate/_restore/staging-2';

const CASES = {
  'write-back': () => writeBackCase(false),
  'remove-branch': removeBranchCase,
};

performerContract('write-back', CASES['write-back']);
performerContract('write-back', () => writeBackCase(true));
performerContract('remove-branch', CASES['remove-branch']);

test('every kind of outside effect is under the contract', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(PERFORMERS).sort());
});

/**
 * `isHeld`: the branch has gone on in a way that it cannot be merged with, and so it waits on a branch of its own.
 */
async function writeBackCase(isHeld: boolean): Promise<Case<'write-back'>> {
  const remote = memoryRemote();
  const good = await remote.commit({ [APP]: 'good\n' });
  const bad = await remote.commit({ [APP]: 'bad\n' });
  await remote.setRef('refs/tags/v1.0.0', good);
  await remote.setRef('refs/tags/v1.1.0', bad);
  if (isHeld) await remote.commit({ [APP]: 'changed by hand\n' });
  const effect: OutsideEffect<'write-back'> = {
    type: 'outside',
    id: writeBackId('staging-2'),
    kind: 'write-back',
    environment: 'staging',
    run: 'staging-2',
    payload: {
      branch: 'main',
      from: { commit: bad, tag: 'v1.1.0' },
      to: { commit: good, tag: 'v1.0.0' },
      paths: [APP],
      tag: 'v1.1.1',
      onlyBranch: null,
      intendedAt: 0,
      reason: 'it is bad',
    },
  };
  return { remote, effect, writes: 'refs/', refusalsTried: 3, refused: { result: 'held', branch: null } };
}

async function removeBranchCase(): Promise<Case<'remove-branch'>> {
  const remote = memoryRemote();
  await remote.commit({ [APP]: 'good\n' });
  const commit = await remote.commit({ [APP]: 'held\n' }, { branch: HELD });
  const effect: OutsideEffect<'remove-branch'> = {
    type: 'outside',
    id: removeBranchId(HELD),
    kind: 'remove-branch',
    environment: 'staging',
    run: null,
    payload: { branch: HELD, commit },
  };
  return { remote, effect, writes: HELD, refusalsTried: 0, refused: { result: 'kept' } };
}
