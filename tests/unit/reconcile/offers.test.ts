// Tags as versions: which is higher, and which is the next that nobody uses. Names come from anybody who may push a
// tag, so whatever they are there is an answer.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lowestUnusedPatchTag } from '../../../engine/model/tag-version.ts';
import { isHigherTag, rankTags } from '../../../engine/reconcile/offers.ts';

const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

describe('the lowest unused patch tag', () => {
  test.each([
    ['v1.5.0', [], 'v1.5.1'],
    ['v1.5.0', ['v1.5.1', 'v1.5.2', 'v1.6.0'], 'v1.5.3'],
    ['web-v1.5.0', ['v1.5.1'], 'web-v1.5.1'],
    ['web/1.5.9', [], 'web/1.5.10'],
    ['v2.0.0-rc.1', ['v2.0.0-rc.2'], 'v2.0.0-rc.3'],
    ['v2.0.0-rc', [], 'v2.0.0-rc.0'],
    ['v1.5.0+build.7', [], 'v1.5.1'],
    [`v1.0.${NUMBER_MAX - 1}`, [], `v1.0.${NUMBER_MAX}`],
  ])('above %s beside %j is %s', (bad, existing, next) => {
    expect(lowestUnusedPatchTag(bad, new Set(existing))).toBe(next);
  });

  test.each([
    ['no version at all', 'release', []],
    ['a number that is not a version’s', 'v1.0.99999999999999999999', []],
    ['the highest number there is', `v1.0.${NUMBER_MAX}`, []],
    ['the highest number but one, where that is taken', `v1.0.${NUMBER_MAX - 1}`, [`v1.0.${NUMBER_MAX}`]],
    ['a pre-release as long as a version may be', `v1.0.0-${'a'.repeat(250)}`, []],
  ])('above %s is none', (_, bad, existing) => {
    expect(lowestUnusedPatchTag(bad, new Set(existing))).toBeNull();
  });

  test('is none or a higher tag that nobody uses, whatever the name', () => {
    const number = fc.oneof(fc.nat(3), fc.bigInt({ min: 0n, max: 2n ** 60n }), fc.constant(NUMBER_MAX));
    const numbers = fc.tuple(number, number, number).map((parts) => parts.join('.'));
    const suffix = fc.oneof(
      fc.constant(''),
      fc.constantFrom('-rc.1', `-rc.${NUMBER_MAX}`, '-0', '+b', '-.'),
      fc.string(),
    );
    const named = fc.tuple(fc.constantFrom('', 'v', 'web/v', '9.'), numbers, suffix).map((parts) => parts.join(''));
    const taken = fc.uniqueArray(fc.nat(6), { maxLength: 6 });
    fc.assert(
      fc.property(fc.oneof(named, fc.string()), taken, (bad, patches) => {
        const existing = new Set(patches.map((patch) => bad.replace(/[0-9]+(?=[^0-9]*$)/, `${patch}`)));
        const next = lowestUnusedPatchTag(bad, existing);
        if (next === null) return;
        expect(existing.has(next)).toBe(false);
        expect(isHigherTag(next, bad)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('tags in their order', () => {
  test('are those that match and are versions, highest first; of the others it is said why', () => {
    const follow = { type: 'tags', pattern: 'v*', on: [], prereleases: false } as const;
    const { ranked, ignored } = rankTags(follow, ['v1.9.0', 'v1.10.0', 'w2.0.0', 'v2.0.0-rc.1', 'vnext']);
    expect(ranked).toEqual(['v1.10.0', 'v1.9.0']);
    expect(ignored).toEqual([
      { tag: 'v2.0.0-rc.1', sentence: 'tag v2.0.0-rc.1 is a pre-release; `prereleases: true` would offer it' },
      { tag: 'vnext', sentence: 'tag vnext matches v* but is not a semantic version' },
    ]);
  });
});
