// Which version comes next: from what was released, what the commits count for, and what somebody wishes, strongest
// first. Every no is a sentence, and nothing is ever guessed: a version that exists somewhere else is somebody's.

import semver from 'semver';
import type { Counted } from './counted.ts';
import { nextPatchTag, type ReleaseTag, releaseTag } from './tags.ts';

export type Level = 'major' | 'minor' | 'patch';
export type Wish =
  | { readonly type: 'level'; readonly level: Level }
  | { readonly type: 'version'; readonly version: string };

export type Released = {
  /** The highest that the branch has; `stable`: which is no pre-release. */
  readonly stable: (ReleaseTag & { readonly commit: string }) | null;
  readonly any: (ReleaseTag & { readonly commit: string }) | null;
  /** Higher than those, and on a commit that the branch does not have; highest first. */
  readonly elsewhere: readonly (ReleaseTag & { readonly commit: string })[];
  /** All tags of the repository. */
  readonly names: ReadonlySet<string>;
};

export type Next =
  | {
      readonly type: 'next';
      readonly version: string;
      readonly tag: string;
      readonly level: Level | 'named';
      readonly why: string;
    }
  | { readonly type: 'nothing'; readonly sentence: string; readonly hint: string }
  | { readonly type: 'refused'; readonly sentence: string; readonly hint: string };

export type NextAsk = {
  readonly prefix: string;
  /** Short name. */
  readonly branch: string;
  readonly released: Released;
  /** Newest first. */
  readonly counted: readonly Counted[];
  readonly wish: Wish | null;
};

export function nextVersion(ask: NextAsk): Next {
  const { released, wish, counted, prefix } = ask;
  if (wish?.type === 'version') return named(ask, wish.version, 'as asked');
  if (wish === null) {
    const wished = counted.find(({ releaseAs }) => releaseAs !== null && isMeant(prefix, releaseAs));
    if (wished?.releaseAs != null) {
      return named(ask, withoutPrefix(prefix, wished.releaseAs), `Release-As in ${wished.oid.slice(0, 7)}`);
    }
  }
  const { stable } = released;
  if (stable === null) return none(ask);
  const computed = levelOf(counted);
  const level = wish?.level ?? computed;
  if (level === null) return nothing(counted, stable.name);
  const { major, minor } = stable.version;
  const shifted = level === 'major' && wish === null && major === 0 ? 'minor' : level;
  const because = wish === null ? whyOf(level, shifted, counted) : 'as asked';
  const other = blocking(ask, shifted === 'patch' ? `${major}.${minor}` : null, raised(stable.version, shifted));
  if (other !== null) return other;
  const tag =
    shifted === 'patch'
      ? nextPatchTag(prefix, stable.version, released.names)
      : `${prefix}${raised(stable.version, shifted)}`;
  const version = tag === null ? null : releaseTag(prefix, tag);
  if (tag === null || version === null) {
    return { type: 'refused', sentence: `no number follows ${stable.name}`, hint: 'name the version' };
  }
  return { type: 'next', version: version.version.version, tag, level: shifted, why: because };
}

function raised(version: semver.SemVer, level: Level): string {
  const { major, minor, patch } = version;
  if (level === 'major') return `${major + 1}.0.0`;
  return level === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** Null where nothing counts. */
export function levelOf(counted: readonly Counted[]): Level | null {
  const has = (as: Counted['as']) => counted.some((commit) => commit.as === as);
  if (has('major')) return 'major';
  if (has('minor')) return 'minor';
  return has('patch') || has('other') ? 'patch' : null;
}

function whyOf(level: Level, shifted: Level, counted: readonly Counted[]): string {
  const first = counted.find(({ as }) => as === level || (level === 'patch' && as === 'other'));
  const of = first === undefined ? '' : `: ${first.oid.slice(0, 7)}`;
  return shifted === level ? `${level}${of}` : `breaking below 1.0.0 is minor${of}`;
}

/**
 * A version that is somebody else's stands in the way; patch numbers of the same line do not: hotfixes and rollbacks
 * drew them from the same pool, and the next one is above them.
 */
function blocking({ released, branch }: NextAsk, line: string | null, next: string): Next | null {
  const higher = released.elsewhere.find(({ version }) => {
    if (line !== null && `${version.major}.${version.minor}` === line) return false;
    return semver.gte(version, next);
  });
  if (higher === undefined) return null;
  return {
    type: 'refused',
    sentence: `${higher.name} (${higher.commit.slice(0, 7)}) is not below ${next}, and ${branch} does not have its commit`,
    hint: `merge that commit into ${branch}, or name the version that you want`,
  };
}

function none({ released, branch, prefix }: NextAsk): Next {
  const [highest] = released.elsewhere;
  if (highest !== undefined) {
    return {
      type: 'refused',
      sentence: `${highest.name} is on ${highest.commit.slice(0, 7)}, which ${branch} does not have, and ${branch} has no other tag ${prefix}…`,
      hint: `merge that commit into ${branch}, or name the version that you want`,
    };
  }
  const only = released.any === null ? '' : ` but the pre-release ${released.any.name}`;
  return {
    type: 'refused',
    sentence: `there is no tag ${prefix}…${only} on ${branch} to count from`,
    hint: 'name the first version, such as 0.1.0',
  };
}

function nothing(counted: readonly Counted[], since: string): Next {
  const hidden = counted.filter(({ as }) => as === 'hidden').length;
  const cancelled = counted.filter(({ as }) => as === 'cancelled').length;
  const parts = [
    ...(hidden > 0 ? [`${hidden} that nobody sees who uses it (chore, ci, docs, …)`] : []),
    ...(cancelled > 0 ? [`${cancelled} that cancel each other out`] : []),
  ];
  const why = parts.length === 0 ? 'there is no commit' : `there are only ${parts.join(' and ')}`;
  return {
    type: 'nothing',
    sentence: `nothing to release: since ${since} ${why}`,
    hint: parts.length === 0 ? '' : 'name a level or a version to release them all the same',
  };
}

function named({ released, prefix, branch }: NextAsk, written: string, why: string): Next {
  const text = withoutPrefix(prefix, written);
  const version = semver.parse(text);
  if (version === null || version.raw !== text || version.build.length > 0) {
    const hint = 'three numbers with dots between them, such as 1.5.0 or 1.5.0-rc.1';
    return { type: 'refused', sentence: `${JSON.stringify(written)} is no version (${why})`, hint };
  }
  const tag = `${prefix}${text}`;
  if (released.names.has(tag)) {
    return {
      type: 'refused',
      sentence: `${tag} exists already (${why})`,
      hint: 'a tag never moves: name a higher version',
    };
  }
  const last = released.any;
  if (last !== null && !semver.gt(version, last.version)) {
    return {
      type: 'refused',
      sentence: `${tag} is not above ${last.name}, which ${branch} has (${why})`,
      hint: 'name a higher version',
    };
  }
  return { type: 'next', version: text, tag, level: 'named', why };
}

/** `web-v2.0.0` is meant for `web-v` alone, `2.0.0` for whichever component the commit belongs to. */
function isMeant(prefix: string, written: string): boolean {
  return written.startsWith(prefix) || /^v?[0-9]/.test(written) || !/[0-9]+\.[0-9]+\.[0-9]+/.test(written);
}

function withoutPrefix(prefix: string, written: string): string {
  if (prefix !== '' && written.startsWith(prefix)) return written.slice(prefix.length);
  return /^v[0-9]/.test(written) ? written.slice(1) : written;
}
