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
