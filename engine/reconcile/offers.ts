// Which tags a `follow: tags` can mean, in order. Pure: the shell asks Git only about those that may win.

import semver from 'semver';
import type { Follow } from '../model/config.ts';
import type { PassedOver } from '../model/observed.ts';
import { tagPattern } from '../model/tag-pattern.ts';
import { tagVersion } from '../model/tag-version.ts';

/** Of tags that do not match, in the sentence that says so. */
const OTHERS_NAMED_MAX = 3;

type FollowTags = Extract<Follow, { type: 'tags' }>;

/**
 * Tags that match the pattern and are versions, highest first; `ignored` says why others that match are not.
 * `running`: a pre-release below it would not be offered by any setting.
 */
export function rankTags(
  follow: FollowTags,
  names: Iterable<string>,
  running: string | null = null,
): { ranked: string[]; ignored: PassedOver[] } {
  const pattern = tagPattern(follow.pattern);
  const all = [...names];
  const matching = all.filter((name) => pattern?.matches(name) === true);
  if (matching.length === 0)
    return { ranked: [], ignored: [{ tag: null, sentence: matchesNone(follow.pattern, all) }] };
  const versions: { name: string; version: semver.SemVer }[] = [];
  const ignored: PassedOver[] = [];
  const pass = (tag: string, why: string) => ignored.push({ tag, sentence: `tag ${tag} ${why}` });
  const early: string[] = [];
  for (const name of matching) {
    const version = tagVersion(name);
    if (version === null) pass(name, `matches ${follow.pattern} but is not a semantic version`);
    else if (version.prerelease.length > 0 && !follow.prereleases) {
      early.push(name);
    } else versions.push({ name, version });
  }
  versions.sort((a, b) => semver.rcompare(a.version, b.version) || (a.name < b.name ? -1 : 1));
  const highest = versions[0]?.name ?? null;
  for (const name of early) {
    if ([highest, running].some((other) => other !== null && !isHigherTag(name, other))) continue;
    pass(name, 'is a pre-release; `prereleases: true` would offer it');
  }
  return {
    ranked: versions.map(({ name }) => name),
    ignored: ignored.sort((a, b) => (a.sentence < b.sentence ? -1 : 1)),
  };
}

/** Whether a tag is one that the pattern means and has a version to be compared by. */
export function isVersionTag({ pattern }: FollowTags, tag: string): boolean {
  return tagPattern(pattern)?.matches(tag) === true && tagVersion(tag) !== null;
}

/** `others`: tags that were looked at, which are those with the beginning of the pattern. */
function matchesNone(pattern: string, others: readonly string[]): string {
  const shown = [...others].sort().slice(0, OTHERS_NAMED_MAX).join(', ');
  const rest = others.length - OTHERS_NAMED_MAX;
  const there = others.length === 0 ? '' : `; there ${others.length === 1 ? 'is' : 'are'} ${shown}`;
  return `no tag on the remote matches ${pattern}${there}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Is tag `a` a higher version than tag `b`? Names without a version are never higher. */
export function isHigherTag(a: string, b: string): boolean {
  const [left, right] = [tagVersion(a), tagVersion(b)];
  return left !== null && right !== null && semver.gt(left, right);
}
