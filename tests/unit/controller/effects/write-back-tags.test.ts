// A rollback that is written back with a tag, or against a remote that does not take all of it.

import { beforeEach, describe, expect, test } from 'vitest';
import { performWriteBack } from '../../../../engine/controller/effects/write-back.ts';
import { type WriteBackResult, writeBackId } from '../../../../engine/model/outside-effect.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { type MemoryRemote, memoryRemote } from '../../../support/memory-remote.ts';

const APP = 'environments/staging/app.txt';

let remote: MemoryRemote;
let good: string;
let bad: string;

beforeEach(async () => {
  remote = memoryRemote();
  good = await remote.commit({ [APP]: 'good\n' });
  bad = await remote.commit({ [APP]: 'bad\n' });
});

describe('the tag of what is restored', () => {
  const TAG = 'refs/tags/v1.1.1';
  const restore = () => writeBack('v1.1.1');

  test('comes with it, and is found by a life that did not hear so', async () => {
    const first = await restore();
    expect(first).toMatchObject({ result: 'merged', tag: 'v1.1.1', commit: remote.refs.get(TAG) });
    expect(await restore()).toEqual(first);
  });

  test('stays whose it is', async () => {
    await remote.setRef(TAG, good);
    expect(await restore()).toMatchObject({ result: 'merged', tag: null });
    expect(remote.refs.get(TAG)).toBe(good);
    expect(await appAt('refs/heads/main')).toBe('good\n');
  });

  test('is done without where the remote refuses it', async () => {
    await remote.refusePushes({ to: 'refs/tags/', words: 'no tags here' });
    expect(await restore()).toMatchObject({ result: 'merged', tag: null });
    expect(await appAt('refs/heads/main')).toBe('good\n');
  });
});

test('a branch that the remote refuses is not tried for ever: what is restored waits beside it', async () => {
  await remote.refusePushes({ to: 'refs/heads/main', words: 'protected' });
  const { result, sentence } = await writeBack();
  expect(result).toBe('held');
  expect(sentence).toContain('could not enter main because the remote refused it (protected)');
});

function writeBack(tag: string | null = null): Promise<WriteBackResult> {
  const from = { commit: bad, tag: null };
  const to = { commit: good, tag: null };
  return performWriteBack(openMemoryGit({ remote }), {
    type: 'outside',
    id: writeBackId('staging-2'),
    kind: 'write-back',
    environment: 'staging',
    run: 'staging-2',
    refusedBefore: 0,
    payload: { branch: 'main', from, to, paths: [APP], tag, onlyBranch: null, intendedAt: 0, reason: 'it is bad' },
  });
}

async function appAt(ref: string): Promise<string | null> {
  const git = openMemoryGit({ remote });
  const tip = remote.refs.get(ref) ?? '';
  await git.fetch(new Map([[ref, tip]]));
  return git.readText(tip, APP);
}
