// Patterns of tags mean here what they mean to git, which is the judge.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tagPattern } from '../../engine/model/tag-pattern.ts';
import { commitFiles, git, makeBareRepository } from '../support/git-repositories.ts';

const TAGS = [
  ...['v1.0.0', 'v1.2.3', 'v10.0.0', 'v1.0.0-rc.1', 'v2.0.0+build', 'V1.0.0', '1.0.0', 'va.b.c', 'v'],
  ...[
    'web/1.0.0',
    'web/v1.0.0',
    'web-v1.0.0',
    'a/b/c',
    'ab',
    'a-b',
    'a]b',
    'a!b',
    'b',
    'a{b,c}',
    'vä',
    'ä1',
    'x_1',
    'v1',
  ],
];

let folder = '';
let bare = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidegate-tags-'));
  bare = makeBareRepository(path.join(folder, 'tags.git'));
  const commit = commitFiles(bare, { a: 'x' });
  for (const tag of TAGS) git(bare, ['update-ref', `refs/tags/${tag}`, commit]);
});
afterAll(() => rmSync(folder, { recursive: true }));

function ofGit(pattern: string): readonly string[] {
  return git(bare, ['tag', '--list', '--', pattern]).split('\n').filter(Boolean).sort();
}

function ours(pattern: string): readonly string[] {
  const read = tagPattern(pattern);
  return TAGS.filter((tag) => read?.matches(tag) === true).sort();
}

describe('a pattern of tags', () => {
  test.each([
    ...[
      '*',
      'v*',
      'v[0-9]*',
      'v[!0-9]*',
      'v[^0-9]*',
      '[v1]*',
      '[[:digit:]]*',
      'v[[:digit:].]*',
      'v?',
      'v??',
      '**',
      '**/v*',
    ],
    ...['*/*', 'a?b', 'a[]]b', 'a[!]]b', 'a[!b]b', 'a[b-]b', 'a[-b]b', 'a\\-b', 'a[\\]]b', 'v1.*.*', '*.*.*', 'a{b,c}'],
    ...[
      '[',
      'a[',
      'a[]',
      '[[:nothing:]]',
      'a\\',
      '[a-c]',
      '[c-a]',
      'web/*',
      'web-*',
      '[[:upper:]]*',
      '[^[:alpha:]]*',
      '*[!0]',
    ],
  ])('%s matches what git says', (pattern) => {
    expect(ours(pattern)).toEqual(ofGit(pattern));
  });

  test('any other too', () => {
    const piece = fc.constantFrom(
      '*',
      '?',
      '[',
      ']',
      '!',
      '^',
      '-',
      '\\',
      'v',
      '1',
      '0',
      '.',
      'a',
      'b',
      'z',
      '/',
      '[a-z]',
      '[:digit:]',
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
    // An option is no pattern, and `check` refuses it.
    const judged = pattern.filter((text) => !text.startsWith('-'));
    fc.assert(
      fc.property(judged, (text) => {
        expect(ours(text)).toEqual(ofGit(text));
      }),
      { numRuns: 150, seed: 10 },
    );
  });

  test('begins with what every match begins with, and takes no time for ever', () => {
    expect(tagPattern('web/v[0-9]*')).toMatchObject({ prefix: 'web/v', hasWildcard: true, sample: 'web/vxx' });
    expect(tagPattern('v1\\*')).toMatchObject({ prefix: 'v1*', hasWildcard: false });
    expect(tagPattern('*a'.repeat(100))?.matches('a'.repeat(5_000))).toBe(true);
    expect(tagPattern(`${'*a'.repeat(100)}b`)?.matches('a'.repeat(5_000))).toBe(false);
  });
});
