// Anybody may commit in our name: whose work a commit of ours carries is told by what was proposed, and a commit that
// says it is ours and is not counts as somebody's whom nobody knows.

import { expect, test } from 'vitest';
import { areProposed, authorsAndCarried, carriedIn } from '../../../../engine/controller/observe/carried.ts';
import type { StoredProposal } from '../../../../engine/model/promotion.ts';
import type { GitRepository } from '../../../../engine/ports/git.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { memoryRemote } from '../../../support/memory-remote.ts';
import { ANA, DAN } from '../../../support/observed-builders.ts';

const US = { name: 'Tidegate', email: 'tidegate@localhost' };
const WEB = 'environments/production/web.yaml';
const API = 'environments/production/api.yaml';

async function world() {
  const remote = memoryRemote();
  const base = await remote.commit({ [WEB]: 'one\n', [API]: 'one\n' });
  const head = await remote.commit({ [WEB]: 'two\n' }, { branch: 'promote/production/v2', parent: base, author: US });
  const git = openMemoryGit({ remote });
  const commit = async (files: Readonly<Record<string, string>>, branch: string) => {
    const oid = await remote.commit(files, { branch, parent: base, author: US });
    await git.fetch(new Map([[`refs/heads/${branch}`, oid]]));
    return oid;
  };
  await git.fetch(new Map([['refs/heads/promote/production/v2', head]]));
  const proposal: StoredProposal = {
    proposal: 'production/v2',
    base: 'main',
    baseHead: base,
    source: 'staging',
    version: { commit: base, tag: null },
    key: 'a'.repeat(64),
    service: null,
    paths: [WEB],
    fields: [],
    carried: [DAN],
    supersedes: null,
    requestedBy: ANA,
    reason: '',
    intendedAt: 0,
    head,
    touched: [],
    merging: null,
    ended: null,
  };
  return { base, head, git, commit, proposal };
}

const facts = async (git: GitRepository, oid: string) => [await git.commit(oid)];

test('our commit, and a copy of it, are its authors’ and of who asked', async () => {
  const { base, head, git, commit, proposal } = await world();
  const copy = await commit({ [WEB]: 'two\n', 'README.md': '' }, 'squashed');
  expect(await areProposed(git, await facts(git, head), [proposal])).toBe(true);
  expect(await authorsAndCarried(git, base, head, [WEB], [proposal])).toEqual([ANA, DAN]);
  expect(await carriedIn(git, copy, [WEB], [proposal])).toEqual([ANA, DAN]);
});

test('a commit in our name that was never proposed is nobody’s whom we know', async () => {
  const { base, git, commit, proposal } = await world();
  for (const [branch, files] of Object.entries({
    other: { [WEB]: 'three\n' },
    more: { [WEB]: 'two\n', [API]: 'two\n' },
    elsewhere: { [API]: 'two\n' },
  })) {
    const forged = await commit(files, branch);
    expect(await areProposed(git, await facts(git, forged), [proposal]), branch).toBe(false);
    const authors = await authorsAndCarried(git, base, forged, [WEB, API], [proposal]);
    expect(authors, branch).toContain('Tidegate <tidegate@localhost>');
  }
});

test('what carries the work of nobody knows whom cannot be told', async () => {
  const { head, git, proposal } = await world();
  const { carried: _carried, ...unknown } = proposal;
  expect(await carriedIn(git, head, [WEB], [unknown])).toContain('cannot be told');
  expect(await carriedIn(git, head, [API], [unknown])).toEqual([]);
});
