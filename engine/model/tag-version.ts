// The semantic version that the name of a tag holds.

import semver from 'semver';

export const VERSION = /[0-9]+\.[0-9]+\.[0-9]+/;

/** Of `v1.2.3`, `1.2.3`, `web-v1.2.3`, `web/1.2.3`; null when there is none. */
export function tagVersion(name: string): semver.SemVer | null {
  const start = name.search(VERSION);
  return start < 0 ? null : semver.parse(name.slice(start));
}

/** `2` of `v2.0.1` and of `v2.0.0+build.7`; empty where there is no version. */
export function majorOf(tag: string | null): string {
  const version = tag === null ? null : tagVersion(tag);
  return version === null ? '' : String(version.major);
}

/**
 * The lowest patch tag above `bad` that nobody uses: `v1.5.0` to `v1.5.1`; of a pre-release the next pre-release.
 * Null where the name holds no version, and where none follows it that could be read back (numbers and names of
 * versions end somewhere).
 */
export function lowestUnusedPatchTag(bad: string, existing: ReadonlySet<string>): string | null {
  const version = tagVersion(bad);
  const prefix = bad.slice(0, bad.search(VERSION));
  for (let next = raised(version); next !== null; next = raised(next)) {
    const name = `${prefix}${next.version}`;
    if (!existing.has(name)) return name;
  }
  return null;
}

/**
 * Raising is checked by reading back: semver raises numbers past those that it reads, and throws at the next step.
 */
function raised(version: semver.SemVer | null): semver.SemVer | null {
  if (version === null) return null;
  return semver.parse(semver.inc(version.version, version.prerelease.length > 0 ? 'prerelease' : 'patch'));
}
