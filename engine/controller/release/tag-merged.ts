// The tag of a release that was merged. The merge is its intent, and stands in Git: the one who looks next, whenever
// that is, makes the same tag object of it, and finds it again. No record of a ledger is needed for that.

import type { ReleaseComponent } from '../../model/release-config.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitPerson } from '../../ports/git.ts';
import { newestRelease } from '../../release/changelog.ts';
import { untaggedHeading } from '../../release/heading.ts';
import { tagMessage } from '../../release/plan-release.ts';
import { tagText } from '../../release/tag-text.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { answerOf, doubtFault } from '../ledger/push-fault.ts';
import { type ReleaseGround, releasedOn, tipOf } from './gather.ts';

export type TaggedMerge =
  | { readonly type: 'none' }
  | {
      readonly type: 'tagged';
      readonly tag: string;
      readonly version: string;
      readonly notes: string;
      readonly commit: string;
      /** Of the commit, in UTC. */
      readonly date: string;
      readonly isSigned: boolean;
    }
  /** Nothing was tagged. */
  | { readonly type: 'problem'; readonly sentence: string; readonly hint: string };

export type Tagger = { readonly person: GitPerson; readonly sign: ((text: string) => Promise<string>) | null };

/** The controller's own hand. */
export const BY_ITSELF: Tagger = { person: LEDGER_AUTHOR, sign: null };

export async function tagMerged(
  ground: ReleaseGround,
  component: ReleaseComponent,
  { person, sign }: Tagger,
  isDry = false,
): Promise<TaggedMerge> {
  const { git, to } = ground;
  const tip = tipOf(ground, to);
  const text = await git.readText(tip, component.changelog);
  const found = untaggedHeading(component, text, await releasedOn(ground, component.tag, [tip]));
  if (found.type !== 'tag') return found;
  const { tag, version, notes } = found;
  const commit = await broughtBy(ground, component, found, tip);
  const { committedAt: at } = await git.commit(commit);
  const date = new Date(at).toISOString().slice(0, 10);
  const tagged = { type: 'tagged', tag, version, notes, commit, date, isSigned: sign !== null } as const;
  if (isDry) return tagged;
  const words = tagText({ commit, tag, message: tagMessage(tag, notes), tagger: person, at });
  const oid = await git.writeTag(sign === null ? words : words + (await sign(words)));
  const ref = `refs/tags/${tag}`;
  const result = answerOf(await git.push([{ ref, expected: null, oid }]), ref);
  switch (result.type) {
    case 'accepted':
      return tagged;
    case 'moved':
      // Somebody was faster, and made the same or meant it.
      return { type: 'none' };
    case 'in-doubt':
      throw doubtFault(ref, result.fault);
    case 'refused':
      throw new Fault('remote-refused', `the remote refuses the tag ${tag}: ${result.message}`, {
        retry: 'later',
        hint: `${commit.slice(0, 7)} on ${to} is the release: tag it by hand, or let Tidegate write tags`,
      });
  }
}

/**
 * The first commit on the line of first parents that has the release as it is written now: at the tag, the changelog
 * says what the tag says. A fast-forward brings several commits, of which the first has only the heading.
 */
async function broughtBy(
  { git }: ReleaseGround,
  { changelog }: ReleaseComponent,
  { version, notes }: { readonly version: string; readonly notes: string },
  tip: string,
): Promise<string> {
  let brought = tip;
  for await (const { oid } of git.log(tip, [changelog])) {
    const newest = newestRelease(await git.readText(oid, changelog));
    if (newest.type !== 'version' || newest.version !== version || newest.section !== notes) break;
    brought = oid;
  }
  return brought;
}
