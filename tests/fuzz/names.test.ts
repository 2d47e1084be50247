// Names of branches and tags, with git itself as the judge: what is taken here, git takes; and nothing taken is an
// option.

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchProblem, tagPatternProblem } from '../../engine/config/ref-name.ts';
import { isRefName } from '../../engine/git/names.ts';
import { corpus, limitMs, runs } from './runs.ts';

function gitTakes(name: string): boolean {
  return spawnSync('git', ['check-ref-format', name], { stdio: 'ignore' }).status === 0;
}

function judge(name: string): void {
  if (name.includes('\0')) {
    expect(isRefName(`refs/heads/${name}`)).toBe(false);
    return;
  }
  const takes = gitTakes(`refs/heads/${name}`);
  expect([name, isRefName(`refs/heads/${name}`)]).toEqual([name, takes]);
  if (branchProblem(name) === null) {
    expect([name, takes]).toEqual([name, true]);
    expect(name.startsWith('-')).toBe(false);
  }
  if (tagPatternProblem(name) === null) expect(name.startsWith('-')).toBe(false);
}

test.each(corpus('names'))('kept: $name', ({ text }) => judge(text));

test(
  'any name',
  () => {
    const piece = fc.constantFrom(
      ...'a B 0 / // . .. .lock @ @{ { } - -- ~ ^ : ? * [ ] \\ HEAD é \u202e \u0085 \u007f \t \u2028 $( `'.split(' '),
      ' ',
    );
    const name = fc.oneof(
      fc.array(piece, { minLength: 1, maxLength: 6 }).map((all) => all.join('')),
      fc.string({ minLength: 1, maxLength: 12 }),
    );
    fc.assert(fc.property(name, judge), runs(150));
  },
  limitMs(60_000),
);
