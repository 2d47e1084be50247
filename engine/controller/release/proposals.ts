// Proposals of releases, as Git has them: a branch `release/<tag>` that is not merged and whose release has no tag.
// Nothing else says that there is one, and nobody has to remember it. Brought up to date by commits on top, never by
// force: whatever people did there stays.

import type { ReleaseComponent } from '../../model/release-config.ts';
import { Fault } from '../../ports/fault.ts';
import { newestRelease } from '../../release/changelog.ts';
import { RELEASE_TRAILER } from '../../release/message.ts';
import { releaseMessage } from '../../release/plan-release.ts';
import { releaseTag, releaseTags } from '../../release/tags.ts';
import { updateProposal } from '../../release/update.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { answerOf, doubtFault } from '../ledger/push-fault.ts';
import { commitsFor, gatherRelease, type ReleaseGround, tagNames, tipOf } from './gather.ts';

export const RELEASE_BRANCHES = 'release/';

export type OpenProposal = {
  /** Short name. */
  readonly branch: string;
  readonly head: string;
  /** By its changelog: what it says is what is released, whatever the branch is called. */
  readonly tag: string;
};

/** Highest first. */
export async function openProposals(
  ground: ReleaseGround,
  { tag: prefix, changelog }: ReleaseComponent,
): Promise<readonly OpenProposal[]> {
  const { git, refs, to } = ground;
  const start = `refs/heads/${RELEASE_BRANCHES}`;
  const heads = new Map(
    [...refs.refs].flatMap(([ref, oid]) => (ref.startsWith(start) ? [[ref.slice(start.length), oid]] : [])),
  );
  const tagged = tagNames(refs);
  const open: OpenProposal[] = [];
  for (const { name } of releaseTags(prefix, heads.keys())) {
    const head = heads.get(name) ?? '';
    const branch = `${RELEASE_BRANCHES}${name}`;
    await git.fetch(new Map([[`refs/heads/${branch}`, head]]));
    if (await git.isAncestor(head, tipOf(ground, to))) continue;
    const newest = newestRelease(await git.readText(head, changelog));
    const tag = newest.type === 'version' ? `${prefix}${newest.version}` : name;
    // Merged by squash, its branch stands still; the tag says that it is over.
    if (!tagged.has(tag)) open.push({ branch, head, tag });
  }
  return open;
}

export type Updated =
  | { readonly type: 'same' }
  | { readonly type: 'updated'; readonly commit: string; readonly tag: string; readonly said: readonly string[] }
  | { readonly type: 'problem'; readonly sentence: string; readonly hint: string };

/**
 * Where one branch is released, its newer commits are taken in. Where it goes from one to another the proposal was
 * cut from the first: what is committed on it counts, and what else it is to have somebody merges into it.
 */
export async function bringUpToDate(
  ground: ReleaseGround,
  component: ReleaseComponent,
  { branch, head }: OpenProposal,
): Promise<Updated> {
  const { git, from, to, config } = ground;
  const own = await lastOwn(ground, component, head);
  if (own === null) return { type: 'same' };
  const tip = tipOf(ground, from);
  const at = (await git.commit(from === to ? tip : head)).committedAt;
  const signed = { author: LEDGER_AUTHOR, at };
  const message = `Take in ${from}\n\n${RELEASE_TRAILER}: ${component.tag}${own.version}\n`;
  const base = from === to ? await git.writeMerge({ ours: head, theirs: tip, message, ...signed }) : head;
  if (base === null) {
    const sentence = `${branch} conflicts with ${from}: it lacks what was committed there since`;
    return { type: 'problem', sentence, hint: `merge ${from} into ${branch}` };
  }
  const now = await gatherRelease(ground, component, base, own.version.includes('-'));
  const before = await commitsFor(ground, component, own.commit, now.start);
  const update = updateProposal({ now, before, wrote: own.version }, component, config);
  if (update.type !== 'update') return update;
  const counted = `${component.tag}${update.isTheirs ? own.version : update.version}`;
  const draft = { parent: base, files: update.files, message: releaseMessage(update, counted), ...signed };
  const [commit = ''] = await git.writeCommits([draft]);
  const ref = `refs/heads/${branch}`;
  const result = answerOf(await git.push([{ ref, expected: head, oid: commit }]), ref);
  if (result.type === 'in-doubt') throw doubtFault(ref, result.fault);
  if (result.type === 'refused') {
    throw new Fault('remote-refused', `the remote refuses ${branch}: ${result.message}`, {
      retry: 'later',
      hint: `the proposal lacks what was committed on ${from} since`,
    });
  }
  return result.type === 'moved' ? { type: 'same' } : { type: 'updated', commit, tag: update.tag, said: update.said };
}

/** Our newest commit on it, and by its trailer the version that we counted then; null where there is none. */
async function lastOwn(
  { git }: ReleaseGround,
  { changelog, tag: prefix }: ReleaseComponent,
  head: string,
): Promise<{ readonly commit: string; readonly version: string } | null> {
  const start = `${RELEASE_TRAILER}: `;
  for await (const { oid, message } of git.log(head, [changelog])) {
    const trailer = message.split('\n').findLast((line) => line.startsWith(start));
    const tag = trailer === undefined ? null : releaseTag(prefix, trailer.slice(start.length).trim());
    if (tag !== null) return { commit: oid, version: tag.version.version };
  }
  return null;
}
