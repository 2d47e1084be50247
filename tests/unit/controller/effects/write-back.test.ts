// A rollback that is written back by a controller whose cache is empty: it brings what it builds on, and where that
// is no longer in the repository it comes to an end all the same.

import { beforeEach, describe, expect, test } from 'vitest';
import { performWriteBack } from '../../../../engine/controller/effects/write-back.ts';
import { type WriteBackResult, writeBackId } from '../../../../engine/model/outside-effect.ts';
import type { Version } from '../../../../engine/model/version.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { type MemoryRemote, memoryRemote } from '../../../support/memory-remote.ts';

const APP = 'environments/staging/app.txt';

let remote: MemoryRemote;
let good: string;

beforeEach(async () => {
  remote = memoryRemote();
  good = await remote.commit({ [APP]: 'good\n' });
});

test('what is on the branch is brought, and restored on top of it', async () => {
  const bad = await remote.commit({ [APP]: 'bad\n' });
  expect(await writeBack(version(bad), version(good))).toMatchObject({ result: 'merged' });
  expect(await appAt('refs/heads/main')).toBe('good\n');
});

test('what is written says the instant of its intent, whenever and by whom it is performed', async () => {
  const bad = await remote.commit({ [APP]: 'bad\n' });
  const intendedAt = Date.UTC(2026, 10, 20, 12);
  await remote.commit({ 'other.txt': 'what people went on with\n' });
  const { commit } = await writeBack(version(bad), version(good), intendedAt);
  const merge = remote.refs.get('refs/heads/main') ?? '';
  const git = openMemoryGit({ remote });
  await git.fetch(new Map([['refs/heads/main', merge]]));
  expect(commit).not.toBe(merge);
  for (const oid of [commit ?? '', merge]) {
    expect(await git.commit(oid)).toMatchObject({ authoredAt: intendedAt, committedAt: intendedAt });
  }
});

test('what only a tag has is brought by it', async () => {
  await remote.setRef('refs/tags/v1.0.0', good);
  await remote.setRef('refs/heads/main', null);
  const bad = await remote.commit({ [APP]: 'bad\n' });
  expect(await writeBack(version(bad), version(good, 'v1.0.0'))).toMatchObject({ result: 'merged' });
  expect(await appAt('refs/heads/main')).toBe('good\n');
});

test('of a bad version that a force-push took out of the repository nothing is written back', async () => {
  const bad = await remote.commit({ [APP]: 'bad\n' });
  await remote.setRef('refs/heads/main', good);
  const { result, sentence } = await writeBack(version(bad), version(good));
  expect(result).toBe('unneeded');
  expect(sentence).toBe(`${bad.slice(0, 7)} is no longer in the repository: nothing to write back`);
  expect(remote.refs.get('refs/heads/main')).toBe(good);
});

test('of a bad version that a force-push took off the branch, and that a tag still has, nothing comes back', async () => {
  const bad = await remote.commit({ [APP]: 'bad\n', 'dropped.txt': 'by the force-push' });
  await remote.setRef('refs/tags/v1.1.0', bad);
  await remote.setRef('refs/heads/main', good);
  const elsewhere = await remote.commit({ 'other.txt': 'what people went on with\n' });
  const { result, sentence } = await writeBack(version(bad, 'v1.1.0'), version(good));
  expect(result).toBe('unneeded');
  expect(sentence).toBe(`v1.1.0 (${bad.slice(0, 7)}) is not on main: nothing to write back`);
  expect(remote.refs.get('refs/heads/main')).toBe(elsewhere);
});

test('a good version that is no longer in the repository leaves the revert to people, and says so', async () => {
  await remote.setRef('refs/heads/main', null);
  const bad = await remote.commit({ [APP]: 'bad\n' });
  const { result, sentence } = await writeBack(version(bad), version(good));
  expect(result).toBe('unneeded');
  expect(sentence).toContain(`revert ${bad.slice(0, 7)} by hand`);
  expect(remote.refs.get('refs/heads/main')).toBe(bad);
});

describe('a tag that was meant and is not there', () => {
  test.each([true, false])(
    'because the remote refuses it is said, in the words of the remote (atomic: %s)',
    async (isNew) => {
      const bad = await remote.commit({ [APP]: 'bad\n' });
      // Where the branch has the restoring commit already, the tag is pushed alone.
      if (!isNew) await writeBack(version(bad), version(good));
      await remote.refusePushes({ to: 'refs/tags/', words: 'protected tag' });
      const { result, tag, sentence } = await writeBack(version(bad), version(good), 0, 0, 'v1.8.1');
      expect({ result, tag }).toEqual({ result: 'merged', tag: null });
      expect(sentence).toMatch(/; tag v1\.8\.1 was not written: the remote refuses it \(protected tag\)$/);
    },
  );

  test('because somebody has taken its name is said, and theirs stays', async () => {
    const bad = await remote.commit({ [APP]: 'bad\n' });
    await remote.setRef('refs/tags/v1.8.1', bad);
    const { tag, sentence } = await writeBack(version(bad), version(good), 0, 0, 'v1.8.1');
    expect(tag).toBe(null);
    expect(sentence).toMatch(/; tag v1\.8\.1 was not written: somebody has taken its name$/);
    expect(remote.refs.get('refs/tags/v1.8.1')).toBe(bad);
  });

  test('is said of a rollback that is held too', async () => {
    const bad = await remote.commit({ [APP]: 'bad\n' });
    await remote.commit({ [APP]: 'changed by hand\n' });
    await remote.refusePushes({ to: 'refs/tags/', words: 'protected tag' });
    const { result, sentence } = await writeBack(version(bad), version(good), 0, 0, 'v1.8.1');
    expect(result).toBe('held');
    expect(sentence).toMatch(/; tag v1\.8\.1 was not written: the remote refuses it \(protected tag\)$/);
  });
});

describe('what the branch cannot take', () => {
  const HELD = 'refs/heads/tidegate/_restore/staging-2';
  let bad: string;

  beforeEach(async () => {
    bad = await remote.commit({ [APP]: 'bad\n' });
    await remote.commit({ [APP]: 'changed by hand\n' });
  });

  test('is held on a branch of its own, and found there again', async () => {
    const first = await writeBack(version(bad), version(good));
    expect(first).toMatchObject({
      result: 'held',
      branch: 'tidegate/_restore/staging-2',
      commit: remote.refs.get(HELD),
    });
    expect(await writeBack(version(bad), version(good))).toEqual(first);
  });

  test('is what an earlier life has put there, whose intent was lost with its disk', async () => {
    const lost = await writeBack(version(bad), version(good), 60_000);
    expect(await writeBack(version(bad), version(good))).toMatchObject({ result: 'held', commit: lost.commit });
    expect(remote.refs.get(HELD)).toBe(lost.commit);
  });

  test('gets another name where that one has something else', async () => {
    const theirs = await remote.commit({ [APP]: 'something else\n' }, { branch: 'theirs' });
    await remote.setRef(HELD, theirs);
    const { result, branch, commit } = await writeBack(version(bad), version(good));
    expect(result).toBe('held');
    expect(branch).toBe(`tidegate/_restore/staging-2-${commit?.slice(0, 12)}`);
    expect(remote.refs.get(`refs/heads/${branch}`)).toBe(commit);
    expect(remote.refs.get(HELD)).toBe(theirs);
    expect(await writeBack(version(bad), version(good))).toMatchObject({ result: 'held', branch, commit });
  });

  test('is tried again where the remote refuses that branch too, and left to people only after some tries', async () => {
    await remote.refusePushes({ to: 'refs/heads/tidegate/', words: 'in maintenance' });
    const refused = { code: 'remote-refused', retry: 'later', message: expect.stringContaining('in maintenance') };
    for (let before = 0; before < 3; before += 1)
      await expect(writeBack(version(bad), version(good), 0, before)).rejects.toMatchObject(refused);
    const given = await writeBack(version(bad), version(good), 0, 3);
    expect(given).toMatchObject({ result: 'held', branch: null });
    expect(given.sentence).toContain(`revert ${bad.slice(0, 7)} by hand`);
    await remote.refusePushes(null);
    expect(await writeBack(version(bad), version(good), 0, 1)).toMatchObject({
      branch: 'tidegate/_restore/staging-2',
    });
  });

  test('stays where people have gone on from it', async () => {
    const { commit, branch } = await writeBack(version(bad), version(good));
    await remote.commit({ [APP]: 'good, and fixed\n' }, { branch: 'tidegate/_restore/staging-2' });
    expect(await writeBack(version(bad), version(good))).toMatchObject({ result: 'held', commit, branch });
  });
});

function version(commit: string, tag: string | null = null): Version {
  return { commit, tag };
}

function writeBack(
  from: Version,
  to: Version,
  intendedAt = 0,
  refusedBefore = 0,
  tag: string | null = null,
): Promise<WriteBackResult> {
  return performWriteBack(openMemoryGit({ remote }), {
    type: 'outside',
    id: writeBackId('staging-2'),
    kind: 'write-back',
    environment: 'staging',
    run: 'staging-2',
    refusedBefore,
    payload: {
      branch: 'main',
      from,
      to,
      paths: [APP],
      tag,
      onlyBranch: null,
      intendedAt,
      reason: 'it is bad',
    },
  });
}

async function appAt(ref: string): Promise<string | null> {
  const git = openMemoryGit({ remote });
  const tip = remote.refs.get(ref) ?? '';
  await git.fetch(new Map([[ref, tip]]));
  return git.readText(tip, APP);
}
