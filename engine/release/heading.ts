// A release that was merged: its heading is in the changelog of the branch, and no tag carries it. The file decides,
// and nothing else; so a week without anybody who looks, a squash and a lost webhook change nothing.

import semver from 'semver';
import type { ReleaseComponent } from '../model/release-config.ts';
import { newestRelease } from './changelog.ts';
import type { Released } from './next.ts';

export type Untagged =
  | { readonly type: 'none' }
  | { readonly type: 'tag'; readonly version: string; readonly tag: string; readonly notes: string }
  | { readonly type: 'problem'; readonly sentence: string; readonly hint: string };

/** `text`: the changelog at the head of the branch that carries the tags. */
export function untaggedHeading(component: ReleaseComponent, text: string | null, released: Released): Untagged {
  const newest = newestRelease(text);
  if (newest.type === 'none') return newest;
  const place = `${component.changelog}:${newest.line}`;
  if (newest.type === 'problem') return { ...newest, sentence: `${place}: ${newest.sentence}` };
  const { version, section } = newest;
  const tag = `${component.tag}${version}`;
  if (released.names.has(tag)) return { type: 'none' };
  const { any, elsewhere } = released;
  const parsed = semver.parse(version);
  const inLine = elsewhere.filter(
    (other) => other.version.major === parsed?.major && other.version.minor === parsed.minor,
  );
  const above = [...(any === null ? [] : [any]), ...inLine].find((other) => semver.gte(other.version, version));
  if (above === undefined) return { type: 'tag', version, tag, notes: section };
  return {
    type: 'problem',
    sentence: `${place} begins with ${version}, which no tag carries and which is not above ${above.name}`,
    hint: 'give it a higher version, or take it out',
  };
}
