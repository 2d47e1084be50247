// A release of one component, from what Git has: the version, what each commit counted for, the notes, and the files
// as they will be. The same repository makes the same release, whatever the clock says and however its refs are
// listed: its date is that of the newest commit in it.

import type { Instant } from '../base/instant.ts';
import type { ReleaseComponent, ReleaseConfig } from '../model/release-config.ts';
import { newestRelease, sectionOf, withRelease } from './changelog.ts';
import { checklistFile, checklistFor } from './checklist.ts';
import { type Counted, countCommits, type ReleaseCommit } from './counted.ts';
import { RELEASE_TRAILER } from './message.ts';
import { type Level, nextVersion, type Released, type Wish } from './next.ts';
import { sectionFor } from './section.ts';
import { releaseTag } from './tags.ts';
import { withVersion } from './version-file.ts';

export type ReleaseFacts = {
  /** Short name of the branch whose head is released. */
  readonly branch: string;
  readonly head: string;
  readonly released: Released;
  /** Name of the tag from which the commits are counted; null for all. */
  readonly since: string | null;
  /** All since the last release, in any order. */
  readonly commits: readonly ReleaseCommit[];
  /** Those of them that change the component's paths; null for all. */
  readonly touching: ReadonlySet<string> | null;
  /** What the changelog and each file with a version hold at the head; null where there is none. */
  readonly files: ReadonlyMap<string, string | null>;
};

export type ReleaseAsk = {
  readonly component: ReleaseComponent;
  readonly tickets: ReleaseConfig['tickets'];
  readonly wish: Wish | null;
  /** Lists also what nobody sees who uses the software. */
  readonly all: boolean;
  /** Name and text of the template that the release gets a copy of, to be ticked off; null for none. */
  readonly checklist: { readonly name: string; readonly template: string } | null;
};

export type PlannedRelease = {
  readonly type: 'release';
  /** Name of the tag that it follows; null for a first one. */
  readonly since: string | null;
  readonly version: string;
  readonly tag: string;
  readonly level: Level | 'named';
  readonly why: string;
  /** Newest first. */
  readonly counted: readonly Counted[];
  /** What stands below the heading. */
  readonly notes: string;
  /** `2026-11-24`, in UTC. */
  readonly date: string;
  /** Path to new text; only what changes. */
  readonly files: ReadonlyMap<string, string>;
};

export type ReleasePlan =
  | PlannedRelease
  /** `nothing`: there is none to make; `refused`: something has to be put right first. */
  | {
      readonly type: 'nothing' | 'refused';
      readonly sentence: string;
      readonly hint: string;
      readonly counted: readonly Counted[];
    };

export function planRelease(facts: ReleaseFacts, ask: ReleaseAsk): ReleasePlan {
  const { component, tickets, wish, all, checklist } = ask;
  const { released, branch } = facts;
  const counted = countCommits(facts.commits, facts.touching, { tickets });
  const no = (type: 'nothing' | 'refused', sentence: string, hint: string): ReleasePlan => ({
    type,
    sentence,
    hint,
    counted,
  });
  const text = facts.files.get(component.changelog) ?? null;
  const newest = newestRelease(text);
  if (newest.type === 'problem') {
    return no('refused', `${component.changelog}:${newest.line}: ${newest.sentence}`, newest.hint);
  }
  const next = nextVersion({ prefix: component.tag, branch, released, counted, wish });
  if (next.type !== 'next') return no(next.type, next.sentence, next.hint);
  const untagged = newest.type === 'version' && !released.names.has(`${component.tag}${newest.version}`);
  if (untagged && newest.version !== next.version && released.any !== null) {
    const heading = releaseTag('', newest.version);
    const isAbove = heading !== null && heading.version.compare(released.any.version) > 0;
    return no(
      'refused',
      isAbove
        ? `${component.changelog}:${newest.line} begins with ${newest.version}, which no tag carries`
        : `${component.changelog}:${newest.line} begins with ${newest.version}, which no tag carries and which is not above ${released.any.name}`,
      isAbove ? `tag that first, or name ${newest.version}` : 'put the heading right first',
    );
  }
  const generated = sectionFor(counted, { tickets, all });
  // A section of this very version was written by hand: it is the notes.
  const date = dateOf(counted.map(({ committedAt }) => committedAt));
  const changelog =
    sectionOf(text, next.version) === null ? withRelease(text, next.version, date, generated) : (text ?? '');
  const files = new Map<string, string>();
  if (changelog !== text) files.set(component.changelog, changelog);
  for (const { file, pointer } of component.versions) {
    const before = files.get(file) ?? facts.files.get(file) ?? null;
    if (before === null)
      return no('refused', `${branch} has no ${file}, whose version is to be set`, 'change `versions`');
    const set = withVersion(before, pointer, next.version);
    if (set.type === 'problem') return no('refused', `${file}: ${set.sentence}`, 'change `versions`, or the file');
    if (set.text !== before) files.set(file, set.text);
  }
  const { version, tag, level, why } = next;
  if (checklist !== null) files.set(checklistFile(checklist.name, tag), checklistFor(checklist.template, tag));
  const notes = sectionOf(changelog, version) ?? '';
  return { type: 'release', since: facts.since, version, tag, level, why, counted, notes, date, files };
}

/** Of the newest commit: the day on which what is released was there. */
function dateOf(times: readonly Instant[]): string {
  const newest = times.reduce((a, b) => Math.max(a, b), 0);
  return Temporal.Instant.fromEpochMilliseconds(newest).toZonedDateTimeISO('UTC').toPlainDate().toString();
}

/** What the tag says: `git show` of it is the release note. */
export function tagMessage(tag: string, notes: string): string {
  return notes.trim() === '' ? `Release ${tag}\n` : `Release ${tag}\n\n${notes.trim()}\n`;
}

/**
 * The trailer says to later releases that this commit is none of their changes, and holds the tag that we counted:
 * where somebody has written another version into the heading, that is theirs from then on.
 */
export function releaseMessage({ tag, notes }: Pick<PlannedRelease, 'tag' | 'notes'>, counted = tag): string {
  return `Release ${tag}\n\n${notes}\n\n${RELEASE_TRAILER}: ${counted}\n`;
}
