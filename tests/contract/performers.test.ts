// Each performer of an outside effect, under the one contract. A kind that is missing here is found by the last test.

import { expect, test } from 'vitest';
import { PERFORMERS } from '../../engine/controller/effects/performers.ts';
import { proposalCommit } from '../../engine/controller/effects/proposal-commit.ts';
import {
  type OutsideEffect,
  type PromotePayload,
  removeBranchId,
  writeBackId,
} from '../../engine/model/outside-effect.ts';
import { mergeProposalId, promoteBranchId } from '../../engine/model/promotion.ts';
import { openMemoryGit } from '../support/memory-git.ts';
import { type MemoryRemote, memoryRemote } from '../support/memory-remote.ts';
import { type Case, performerContract } from './performers.ts';

const APP = 'environments/staging/app.txt';
const HELD = 'tidegate/_restore/staging-2';

const CASES = {
  'write-back': () => writeBackCase(false),
  'remove-branch': removeBranchCase,
  'promote-branch': promoteCase,
  'merge-proposal': mergeCase,
};

performerContract('write-back', CASES['write-back']);
performerContract('write-back', () => writeBackCase(true));
performerContract('remove-branch', CASES['remove-branch']);
performerContract('promote-branch', CASES['promote-branch']);
performerContract('merge-proposal', CASES['merge-proposal']);

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

/** Production has gone on in a file beside it, so that it is no fast-forward. */
async function proposed(): Promise<{ readonly remote: MemoryRemote; readonly payload: PromotePayload }> {
  const remote = memoryRemote();
  const baseHead = await remote.commit({ [APP]: 'two\n', 'environments/production/app.txt': 'one\n' });
  const payload: PromotePayload = {
    proposal: 'production/v1.1.0',
    base: 'main',
    baseHead,
    source: 'staging',
    version: { commit: baseHead, tag: null },
    key: 'a'.repeat(64),
    service: null,
    paths: ['environments/production/app.txt'],
    fields: [],
    carried: ['Dan <dan@example.org>'],
    supersedes: null,
    requestedBy: null,
    reason: '',
    intendedAt: 0,
  };
  return { remote, payload };
}

async function promoteCase(): Promise<Case<'promote-branch'>> {
  const { remote, payload } = await proposed();
  const effect: OutsideEffect<'promote-branch'> = {
    type: 'outside',
    id: promoteBranchId(payload.proposal),
    kind: 'promote-branch',
    environment: 'production',
    run: null,
    payload,
  };
  return { remote, effect, writes: 'promote/', refusalsTried: 2, refused: { result: 'refused', commit: null } };
}

async function mergeCase(): Promise<Case<'merge-proposal'>> {
  const { remote, payload } = await proposed();
  const git = openMemoryGit({ remote });
  await git.fetch(new Map([['refs/heads/main', payload.baseHead]]));
  const head = await proposalCommit(git, payload);
  await git.push([{ ref: `refs/heads/promote/${payload.proposal}`, expected: null, oid: head }]);
  await remote.commit({ [APP]: 'three\n' });
  const effect: OutsideEffect<'merge-proposal'> = {
    type: 'outside',
    id: mergeProposalId(payload.proposal),
    kind: 'merge-proposal',
    environment: 'production',
    run: null,
    payload: { intended: payload, mergedAt: 0 },
  };
  return { remote, effect, writes: 'heads/main', refusalsTried: 2, refused: { result: 'refused' } };
}
