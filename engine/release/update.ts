// A proposal when commits have come since: what was generated then, what people made of it, and what is generated
// now, merged three ways. What people wrote stays, their version as well; a version only ever rises.

import semver from 'semver';
import type { ReleaseComponent, ReleaseConfig } from '../model/release-config.ts';
import { newestRelease, renamedRelease, sectionOf, withRelease } from './changelog.ts';
import { countCommits, type ReleaseCommit } from './counted.ts';
import { nextVersion } from './next.ts';
import type { ReleaseFacts } from './plan-release.ts';
import { mergeSections, sectionFor } from './section.ts';
import { withVersion } from './version-file.ts';

export type ProposalFacts = {
  /** As of now: everything that merging the proposal brings, and the files as they stand on it. */
  readonly now: ReleaseFacts;
  /** What was counted when we last wrote. */
  readonly before: Pick<ReleaseFacts, 'commits' | 'touching'>;
  /** The version that we counted then. */
  readonly wrote: string;
};

export type ProposalUpdate =
  | { readonly type: 'same' }
  | {
      readonly type: 'update';
      readonly version: string;
      readonly tag: string;
      /** A person wrote the version; ours stays what it was. */
      readonly isTheirs: boolean;
      readonly notes: string;
      readonly files: ReadonlyMap<string, string>;
      /** What a person should look at, in sentences. */
      readonly said: readonly string[];
    }
  | { readonly type: 'problem'; readonly sentence: string; readonly hint: string };

export function updateProposal(
  { now, before, wrote }: ProposalFacts,
  component: ReleaseComponent,
  { tickets }: Pick<ReleaseConfig, 'tickets'>,
): ProposalUpdate {
  const text = now.files.get(component.changelog) ?? null;
  const newest = newestRelease(text);
  if (text === null || newest.type === 'none') {
    return {
      type: 'problem',
      sentence: `${component.changelog} has no release any more`,
      hint: 'put its heading back',
    };
  }
  if (newest.type === 'problem') {
    return { ...newest, sentence: `${component.changelog}:${newest.line}: ${newest.sentence}` };
  }
  const generate = (commits: readonly ReleaseCommit[], touching: ReadonlySet<string> | null) =>
    sectionFor(countCommits(commits, touching, { tickets }), { tickets, all: false });
  const merged = mergeSections(
    generate(before.commits, before.touching),
    newest.section,
    generate(now.commits, now.touching),
  );
  const version = raised(now, component, newest.version, wrote, tickets);
  const renamed = version === newest.version ? text : renamedRelease(text, newest.version, version);
  const changelog = merged.text === newest.section ? renamed : withRelease(renamed, version, '', merged.text);
  const files = new Map<string, string>();
  if (changelog !== text) files.set(component.changelog, changelog);
  for (const { file, pointer } of component.versions) {
    const there = files.get(file) ?? now.files.get(file) ?? null;
    const set = there === null ? null : withVersion(there, pointer, version);
    if (set === null || set.type === 'problem') {
      const why = set === null ? 'it is not there' : set.sentence;
      return { type: 'problem', sentence: `${file}: ${why}`, hint: 'put it back, or change `versions`' };
    }
    if (set.text !== there) files.set(file, set.text);
  }
  if (files.size === 0) return { type: 'same' };
  const tag = `${component.tag}${version}`;
  const said = [
    ...merged.beside.map((entry) => `there was no place for "${entry}": it stands under Also`),
    ...merged.kept.map((entry) => `"${entry}" counts no more, and was changed by hand: look at it`),
  ];
  return {
    type: 'update',
    version,
    tag,
    isTheirs: newest.version !== wrote,
    notes: sectionOf(changelog, version) ?? '',
    files,
    said,
  };
}

/** What a person wrote is believed; ours rises where more has come. */
function raised(
  now: ReleaseFacts,
  component: ReleaseComponent,
  written: string,
  wrote: string,
  tickets: ReleaseConfig['tickets'],
): string {
  if (written !== wrote) return written;
  const counted = countCommits(now.commits, now.touching, { tickets });
  const ask = { prefix: component.tag, branch: now.branch, released: now.released, counted, wish: null };
  const next = nextVersion(ask);
  return next.type === 'next' && semver.gt(next.version, written) ? next.version : written;
}
