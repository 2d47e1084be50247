// Who made what lies between two commits, asked of git in memory.

import { expect, test } from 'vitest';
import { authorsBetween } from '../../../../engine/controller/observe/authorship.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { memoryRemote } from '../../../support/memory-remote.ts';

const DAN = { name: 'Dan', email: 'dan@example.org' };
const EVE = { name: 'Eve', email: 'eve@example.org' };
const GITHUB = { name: 'GitHub', email: 'noreply@github.com' };

test('the authors of some paths are told in whichever direction history lies', async () => {
  const remote = memoryRemote();
  const base = await remote.commit({ 'policies/a.yaml': 'one\n', 'b.txt': '1' });
  const mine = await remote.commit({ 'policies/a.yaml': 'one\nmine\n' }, { author: EVE, committer: GITHUB });
  await remote.commit({ 'b.txt': '2' }, { author: { name: 'Zoe', email: 'zoe@example.org' } });
  const message = 'Revert\n\nCo-authored-by: Mia <mia@example.org>\n';
  const back = await remote.commit({ 'policies/a.yaml': 'one\n' }, { author: DAN, committer: DAN, message });
  const git = openMemoryGit({ remote });
  await git.fetch(new Map([['refs/heads/main', back]]));
  const between = (from: string, to: string) => authorsBetween(git, from, to, ['policies']);
  const [dan, eve, mia] = ['Dan <dan@example.org>', 'Eve <eve@example.org>', 'Mia <mia@example.org>'];
  expect(await between(base, mine)).toEqual([eve]);
  expect(await between(mine, base)).toEqual([eve]);
  expect(await between(mine, back)).toEqual([dan, mia]);
  expect(await between(back, mine)).toEqual([dan, eve, mia]);
  expect(await between(back, back)).toEqual([]);
});

test('what history cannot tell is nobody’s to say', async () => {
  const remote = memoryRemote();
  const here = await remote.commit({ a: '1' });
  const git = openMemoryGit({ remote });
  await git.fetch(new Map([['refs/heads/main', here]]));
  expect(await authorsBetween(git, 'e'.repeat(40), here, ['a'])).toBeNull();
  expect(await authorsBetween({ changesBetween: async () => null }, here, here, ['a'])).toBeNull();
});
