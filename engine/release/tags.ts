// Tags of one component: names that are its prefix and a version, and nothing else. `web-v1.2.0` is none of `v`.

import semver from 'semver';
import { lowestUnusedPatchTag } from '../model/tag-version.ts';

export type ReleaseTag = { readonly name: string; readonly version: semver.SemVer };

export function releaseTag(prefix: string, name: string): ReleaseTag | null {
  if (!name.startsWith(prefix)) return null;
  const text = name.slice(prefix.length);
  const version = /^[0-9]/.test(text) ? semver.parse(text) : null;
  return version === null || version.raw !== text ? null : { name, version };
}

/** Highest first; equal ones by name, so that the order of refs says nothing. */
export function releaseTags(prefix: string, names: Iterable<string>): readonly ReleaseTag[] {
  const tags = [...names].flatMap((name) => releaseTag(prefix, name) ?? []);
  return tags.sort((a, b) => semver.rcompare(a.version, b.version) || (a.name < b.name ? -1 : 1));
}

/**
 * The next patch number of a line, out of the one pool that releases, hotfixes and rollbacks draw from: above all
 * that is used in it, by whichever of them. Null where numbers end.
 */
export function nextPatchTag(prefix: string, last: semver.SemVer, names: ReadonlySet<string>): string | null {
  const line = releaseTags(prefix, names).filter(
    ({ version }) => version.major === last.major && version.minor === last.minor && semver.gte(version, last),
  );
  const highest = line.find(({ version }) => version.prerelease.length === 0)?.version ?? last;
  return lowestUnusedPatchTag(`${prefix}${highest.major}.${highest.minor}.${highest.patch}`, names);
}
