import { expect, test } from 'vitest';
import { pathMatcher } from '../../../engine/policy/path-patterns.ts';

test.each([
  ['*.sql', 'migrations/7.sql', true],
  ['*.sql', '7.sql', true],
  ['*.sql', '7.sql.txt', false],
  ['/infra/', 'infra/a/b.tf', true],
  ['/infra/', 'other/infra/b.tf', false],
  ['infra/', 'other/infra/b.tf', true],
  ['infra', 'other/infra/b.tf', true],
  ['infra', 'other/infra', true],
  ['infra', 'infrared/a', false],
  ['docs/*', 'docs/a.md', true],
  ['docs/*', 'docs/a/b.md', false],
  ['**/security/**', 'environments/production/security/rules.yaml', true],
  ['**/security/**', 'security/rules.yaml', true],
  ['environments/production/services/web.yaml', 'environments/production/services/web.yaml', true],
  ['web.yaml', 'environments/production/services/web.yaml', true],
  ['.github/', '.github/workflows/a.yaml', true],
  // Braces, negation and extended patterns are letters here, as in CODEOWNERS.
  ['{a,b}', 'a', false],
  ['!a', 'b', false],
  ['+(a)', 'aa', false],
])('%s matches %s: %s', (pattern, path, matches) => {
  expect(pathMatcher(pattern)(path)).toBe(matches);
});

test('a hostile pattern ends in time', () => {
  const path = `${'a/'.repeat(200)}b`;
  expect(pathMatcher(`${'**/a/'.repeat(40)}c`)(path)).toBe(false);
  expect(pathMatcher(`${'*a'.repeat(100)}c`)('a'.repeat(300))).toBe(false);
});
