// What commits say of themselves, as people and forges write it.

import { expect, test } from 'vitest';
import { authorsOf, kindOf } from '../../../../engine/controller/observe/commit-said.ts';

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

test.each([
  ['GitHub', 'noreply@github.com'],
  ['GitHub', 'NoReply@GitHub.com'],
  ['GitLab', 'noreply@gitlab.com'],
  ['bitbucket-pipelines', 'commits-noreply@bitbucket.org'],
  ['Gitea', 'gitea@fake.local'],
])('%s <%s> made nothing where it only commits', (name, email) => {
  const ana = { name: 'Ana', email: 'ana@example.org' };
  expect(authorsOf({ author: ana, committer: { name, email }, message: '' })).toEqual(['Ana <ana@example.org>']);
  const itself = authorsOf({ author: { name, email }, committer: ana, message: '' });
  expect(itself).toEqual([`${name} <${email}>`, 'Ana <ana@example.org>']);
});

test.each(['noreply@github.com.example.org', 'noreply@github.co', 'me+noreply@github.com', 'noreply@gıthub.com', ''])(
  '<%s> is no forge',
  (email) => {
    const ana = { name: 'Ana', email: 'ana@example.org' };
    expect(authorsOf({ author: ana, committer: { name: 'GitHub', email }, message: '' })).toContain(
      `GitHub <${email}>`,
    );
  },
);

test('a co-author is one in capitals as well, and a line without end takes no time', () => {
  const ana = { name: 'Ana', email: 'ana@example.org' };
  const made = (message: string) => authorsOf({ author: ana, committer: ana, message });
  expect(made('x\n\nCO-AUTHORED-BY: DAN <DAN@EXAMPLE.ORG>\r\n')).toContain('DAN <DAN@EXAMPLE.ORG>');
  // Once quadratic: this took minutes.
  expect(made(`x\n\nCo-authored-by:${' '.repeat(400_000)}\n`)).toEqual(['Ana <ana@example.org>']);
});
