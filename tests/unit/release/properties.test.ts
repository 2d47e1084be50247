// What holds for every history: the same repository makes the same release, and numbers come from one pool.

import fc from 'fast-check';
import semver from 'semver';
import { expect, test } from 'vitest';
import { WHOLE } from '../../../engine/model/release-config.ts';
import { lowestUnusedPatchTag } from '../../../engine/model/tag-version.ts';
import { newestRelease } from '../../../engine/release/changelog.ts';
import type { ReleaseCommit } from '../../../engine/release/counted.ts';
import { planRelease, type ReleaseFacts } from '../../../engine/release/plan-release.ts';
import { nextPatchTag, releaseTags } from '../../../engine/release/tags.ts';

const MESSAGES = [
  'feat: a',
  'feat(web)!: b SHOP-1',
  'fix: c',
  'docs: d',
  'Words',
  'fix: e\n\nBREAKING CHANGE: None',
  'Squash (#1)\n\n* feat: f\n* fix: g',
  'fix: h\n\nRelease-As: 7.0.0',
  'perf: i\n\nChangelog: skip',
];

const oidOf = (index: number) => `${index.toString(16).padStart(7, '0')}${'0'.repeat(33)}`;

/** Commits in the order in which they were made; each has one or two of those before it, or the last release. */
const histories = fc
  .array(
    fc.record({
      message: fc.oneof(
        fc.constantFrom(...MESSAGES),
        fc.nat(30).map((target) => `Revert "x"\n\nThis reverts commit ${oidOf(target)}.`),
      ),
      first: fc.nat(3),
      second: fc.option(fc.nat(6), { nil: null, freq: 4 }),
      at: fc.nat(1_000),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((commits) =>
    commits.map(({ message, first, second, at }, index): ReleaseCommit => {
      const parents = [first, ...(second === null ? [] : [second])].map((back) => index - 1 - back);
      return {
        oid: oidOf(index),
        parents: [...new Set(parents.map((parent) => (parent < 0 ? 'f'.repeat(40) : oidOf(parent))))],
        message,
        committedAt: 1_790_000_000_000 + at * 60_000,
      };
    }),
  );

function factsOf(commits: readonly ReleaseCommit[], names: readonly string[]): ReleaseFacts {
  const [last] = releaseTags('v', names);
  const released = last === undefined ? null : { ...last, commit: 'f'.repeat(40) };
  return {
    branch: 'main',
    head: commits.at(-1)?.oid ?? '',
    released: { any: released, stable: released, elsewhere: [], names: new Set(names) },
    since: released?.name ?? null,
    commits,
    touching: null,
    files: new Map([['CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n## [1.4.2] - 2026-01-01\n\n- old\n']]),
  };
}

const ASK = {
  component: WHOLE,
  tickets: { match: 'SHOP-\\d+', url: 'https://t/$0' },
  wish: null,
  all: false,
  checklist: null,
};

test('the same repository makes the same version and the same changelog, however it is listed', () => {
  const names = ['v1.4.2', 'v1.4.1', 'v0.9.0', 'web-v3.0.0', 'vv1.0.0'];
  const arbitrary = fc
    .tuple(histories, fc.constant(names))
    .chain(([commits, tags]) =>
      fc.tuple(
        fc.constant(commits),
        fc.shuffledSubarray([...commits], { minLength: commits.length }),
        fc.shuffledSubarray([...tags], { minLength: tags.length }),
      ),
    );
  fc.assert(
    fc.property(arbitrary, ([commits, shuffled, tags]) => {
      const plan = planRelease(factsOf(commits, names), ASK);
      expect(planRelease(factsOf(shuffled, tags), ASK)).toEqual(plan);
      // Every commit has its line, each once.
      expect(new Set(plan.counted.map(({ oid }) => oid)).size).toBe(commits.length);
      if (plan.type !== 'release') return;
      const file = plan.files.get('CHANGELOG.md') ?? '';
      expect(newestRelease(file)).toMatchObject({ type: 'version', version: plan.version, section: plan.notes });
      expect(semver.gt(plan.version, '1.4.2')).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('releases, hotfixes and rollbacks draw their numbers from one pool: none twice, each above what it follows', () => {
  const acts = fc.array(
    fc.record({ what: fc.constantFrom('release', 'hotfix', 'rollback'), from: fc.nat(20), minor: fc.boolean() }),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(acts, (drawn) => {
      const names = new Set(['v1.0.0']);
      // What main has; hotfixes and rollbacks are tagged beside it.
      let last = 'v1.0.0';
      for (const { what, from, minor } of drawn) {
        const all = [...names];
        const base = what === 'release' ? last : (all[from % all.length] ?? last);
        const version = semver.parse(base.slice(1));
        if (version === null) throw new Error(base);
        const next =
          what === 'rollback'
            ? lowestUnusedPatchTag(base, names)
            : what === 'release' && minor
              ? `v${version.major}.${version.minor + 1}.0`
              : nextPatchTag('v', version, names);
        if (next === null) throw new Error(`no number follows ${base}`);
        expect(names.has(next)).toBe(false);
        expect(semver.gt(next.slice(1), base.slice(1))).toBe(true);
        names.add(next);
        if (what === 'release') {
          last = next;
          // Above all of its line: an environment that follows tags takes it, whatever was rolled back or fixed
          // before.
          const line = [...names].filter((name) => name.startsWith(next.replace(/\d+$/, '')));
          expect(line.every((name) => semver.lte(name.slice(1), next.slice(1)))).toBe(true);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
