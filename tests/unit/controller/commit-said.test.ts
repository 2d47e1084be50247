// What commits say of themselves, as people and forges write it.

import { expect, test } from 'vitest';
import { authorsOf, kindOf } from '../../../engine/controller/commit-said.ts';

test.each([
  ['feat: orders by e-mail', 'feat'],
  ['fix(cart)!: count twice', 'fix'],
  ['Feat: in capitals', 'feat'],
  ['feat:no space', ''],
  ['Update README.md', ''],
  ['see feat: below', ''],
  ['Revert "feat: orders by e-mail"', 'revert'],
  ['Merge pull request #12 from ana/orders\n\nfeat: orders by e-mail', 'feat'],
  ["Merge branch 'main' into orders", ''],
  ['Update\n\nfeat: not the subject', ''],
])('%j is a %s', (message, kind) => expect(kindOf(message)).toBe(kind));

test('author, committer and co-authors made it, each once', () => {
  const ana = { name: 'Ana', email: 'ana@example.org' };
  const forge = { name: 'Forge', email: 'noreply@example.org' };
  const message =
    'feat: x\n\nCo-authored-by: Dan <dan@example.org>\nco-authored-by: Ana <ana@example.org>\nCo-authored-by: nobody\n';
  expect(authorsOf({ author: ana, committer: forge, message })).toEqual([
    'Ana <ana@example.org>',
    'Forge <noreply@example.org>',
    'Dan <dan@example.org>',
  ]);
  expect(authorsOf({ author: ana, committer: ana, message: '' })).toEqual(['Ana <ana@example.org>']);
});
