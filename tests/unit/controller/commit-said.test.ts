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

test('a co-author is one in capitals as well, and a line without end takes no time', () => {
  const ana = { name: 'Ana', email: 'ana@example.org' };
  const made = (message: string) => authorsOf({ author: ana, committer: ana, message });
  expect(made('x\n\nCO-AUTHORED-BY: DAN <DAN@EXAMPLE.ORG>\r\n')).toContain('DAN <DAN@EXAMPLE.ORG>');
  // Once quadratic: this took minutes.
  expect(made(`x\n\nCo-authored-by:${' '.repeat(400_000)}\n`)).toEqual(['Ana <ana@example.org>']);
});
