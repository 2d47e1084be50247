import { describe, expect, test } from 'vitest';
import { isRefName, trackingName, treePath } from '../../../engine/git/names.ts';

describe('ref names', () => {
  test.each([
    'refs/heads/main',
    'refs/tags/v1.0.0',
    'refs/heads/tidegate/production',
    'refs/heads/ä',
    'refs/pull/1/head',
    'refs/heads/-x',
  ])('%s is one', (name) => expect(isRefName(name)).toBe(true));

  test.each([
    'main',
    'HEAD',
    'refs/',
    'refs/heads/',
    'refs//heads',
    'refs/heads/a..b',
    'refs/heads/a b',
    'refs/heads/a~1',
    'refs/heads/a^',
    'refs/heads/a:b',
    'refs/heads/a?',
    'refs/heads/a*',
    'refs/heads/a[b',
    'refs/heads/a\\b',
    'refs/heads/.a',
    'refs/heads/a.lock',
    'refs/heads/a.lock/b',
    'refs/heads/a.',
    'refs/heads/a@{0}',
    'refs/heads/a\nb',
    'refs/heads/a\u007f',
    `refs/heads/${'a'.repeat(2_000)}`,
  ])('%j is none', (name) => expect(isRefName(name)).toBe(false));

  test("a remote's name has a private local one", () => {
    expect(trackingName('refs/heads/main')).toBe('refs/origin/heads/main');
  });
});

describe('paths inside a tree', () => {
  test.each([
    ['a/b', 'a/b'],
    ['a//b/', 'a/b'],
    ['./a', 'a'],
    ['.', ''],
    ['', ''],
    ['a/..b', 'a/..b'],
  ])('%j is %j', (text, path) => expect(treePath(text)).toBe(path));

  test.each(['/a', '..', 'a/../b', '../a', 'a\0b', 'a'.repeat(5_000)])('%j is none', (text) =>
    expect(treePath(text)).toBeNull(),
  );
});
