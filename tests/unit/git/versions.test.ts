// One number says which git is needed: the code's, and what people read before they install anything.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { GIT_NEEDED, isGitAtLeast, sayGit } from '../../../engine/model/git-versions.ts';
import { readSources } from '../house/source.ts';

describe('which git is needed', () => {
  test.each(['README.md', 'docs/getting-started.md'])('%s says it as the code does', (page) => {
    const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8');
    expect([...text.matchAll(/git \d+\.\d+/g)].map(([said]) => said)).toEqual([sayGit(GIT_NEEDED)]);
  });

  test('no other place of the code names a number of its own', () => {
    const files = readSources(['engine'], ['.ts']);
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter(({ text }) => /git \d+\.\d+ (or later )?is needed|install git \d/.test(text))).toEqual([]);
  });

  test.each([
    [[2, 30], false],
    [[2, 31], true],
    [[2, 100], true],
    [[3, 0], true],
    [[1, 99], false],
  ] as const)('%j will do: %s', (version, answer) => {
    expect(isGitAtLeast(version, GIT_NEEDED)).toBe(answer);
  });
});
