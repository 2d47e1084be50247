// Tags that somebody waits for and that are not offered: why not, and which name would be.

import type semver from 'semver';
import { lowestUnusedPatchTag, tagVersion } from '../model/tag-version.ts';
import { isHigherTag } from './offers.ts';

/**
 * Whether a person who counts by eye would take `tag` for the higher one, as `rc10` after `rc9`, although it is not.
 */
export function meantHigher(tag: string, than: string): boolean {
  const [a, b] = [tagVersion(tag), tagVersion(than)];
  if (a === null || b === null || a.compareMain(b) !== 0 || a.compare(b) >= 0) return false;
  return byEye(a) > byEye(b);
}

export function sayNotHigher(tag: string, running: string, taken: ReadonlySet<string>): string {
  const isByEye = meantHigher(tag, running);
  const why = isByEye ? ' (semantic versions compare letters and digits that are not parted by a dot as text)' : '';
  const next = (isByEye ? dotted(tag, running, taken) : null) ?? lowestUnusedPatchTag(running, taken);
  const instead = next === null ? '' : `a tag like ${next} would be, and `;
  return `tag ${tag} is not higher than ${running}, which runs here${why}: it is not offered; ${instead}to deploy ${tag} by name brings it`;
}

/** Numbers padded, so that text is compared as they are. */
function byEye({ prerelease }: semver.SemVer): string {
  return prerelease.join('.').replace(/[0-9]+/g, (digits) => digits.padStart(20, '0'));
}

/** `v1.0.0-rc10` as `v1.0.0-rc.10`, or where that would be lower still, with the next patch number. */
function dotted(tag: string, running: string, taken: ReadonlySet<string>): string | null {
  const version = tagVersion(tag);
  if (version === null) return null;
  const prefix = tag.slice(0, tag.search(/[0-9]+\.[0-9]+\.[0-9]+/));
  const parts = version.prerelease.join('.').replace(/([a-z-])([0-9])/gi, '$1.$2');
  const { major, minor, patch } = version;
  const names = [patch, patch + 1].map((last) => `${prefix}${major}.${minor}.${last}-${parts}`);
  return names.find((name) => isHigherTag(name, running) && !taken.has(name)) ?? null;
}
