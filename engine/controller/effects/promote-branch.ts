// Opens a proposal: pushes its branch, once. What a person did to the branch since is never undone, and what somebody
// else has under that name is left alone.

import { proposalText } from '../../mirror/proposal-text.ts';
import type { PromotePayload, PromoteResult } from '../../model/outside-effect.ts';
import { proposalBranch } from '../../model/promotion.ts';
import { sayVersion } from '../../model/version.ts';
import { Fault } from '../../ports/fault.ts';
import type { ForgeHand } from '../../ports/forge.ts';
import type { GitRepository } from '../../ports/git.ts';
import { bringMissing, isHere } from '../ledger/missing-commits.ts';
import { answerOf, inDoubt } from '../ledger/push-fault.ts';
import type { Order } from './performer.ts';
import { proposalCommit } from './proposal-commit.ts';

/** A refusal may pass; after so many it is an answer, and people are told. */
const REFUSALS_TRIED = 2;

export async function performPromoteBranch(
  git: GitRepository,
  { payload, refusedBefore }: Order<'promote-branch'>,
  forge: ForgeHand,
): Promise<PromoteResult> {
  const { proposal, base } = payload;
  const branch = proposalBranch(proposal);
  const ref = `refs/heads/${branch}`;
  const baseRef = `refs/heads/${base}`;
  const refs = await git.look([ref, baseRef]);
  const gone = await whyGone(git, payload, refs);
  if (gone !== null) return { result: 'gone', commit: null, sentence: `${proposal} was not proposed: ${gone}` };
  const commit = await proposalCommit(git, payload);
  const there = refs.refs.get(ref);
  const opened = { result: 'opened', commit, sentence: sayOpened(payload, branch, commit) } as const;
  if (there === commit) return opened;
  if (there !== undefined) {
    await git.fetch(new Map([[ref, there]]));
    if (await git.isAncestor(commit, there)) return opened;
    const sentence = `${proposal} was not proposed: somebody else has a branch ${branch}`;
    return { result: 'taken', commit: null, sentence };
  }
  // Merged, and its branch removed, before anybody wrote down that it was there.
  const tip = refs.refs.get(baseRef);
  if (tip !== undefined && (await hasContents(git, tip, baseRef, commit, payload))) return opened;
  const told = forge.told({ branch, base, head: commit, ...proposalText(payload) });
  const result = answerOf(await git.push([{ ref, expected: null, oid: commit }], { told }), ref);
  switch (result.type) {
    case 'accepted':
      return opened;
    case 'in-doubt':
      throw inDoubt(result.fault);
    case 'moved':
      throw new Fault('ref-moved', `${branch} appeared meanwhile`, { retry: 'now', hint: 'it is looked at again' });
    case 'refused': {
      const sentence = `${proposal} was not proposed: the remote does not take ${branch} (${result.message})`;
      if (refusedBefore >= REFUSALS_TRIED) return { result: 'refused', commit: null, sentence };
      throw new Fault('remote-refused', sentence, { retry: 'later', hint: 'it is tried again' });
    }
  }
}

async function hasContents(
  git: GitRepository,
  tip: string,
  ref: string,
  commit: string,
  { paths }: PromotePayload,
): Promise<boolean> {
  await git.fetch(new Map([[ref, tip]]));
  const [now] = await git.contentsAt(tip, [paths]);
  const [ours] = await git.contentsAt(commit, [paths]);
  return now !== undefined && now.digest === ours?.digest;
}

async function whyGone(
  git: GitRepository,
  { version, baseHead, base }: PromotePayload,
  refs: { readonly refs: ReadonlyMap<string, string>; readonly peeled: ReadonlyMap<string, string> },
): Promise<string | null> {
  await bringMissing(git, [version.commit, baseHead], version.tag === null ? [] : [version.tag], refs);
  if (!(await isHere(git, version.commit))) return `${sayVersion(version)} is no longer in the repository`;
  if (!(await isHere(git, baseHead))) return `${base} was rewritten`;
  return null;
}

function sayOpened({ source, version, base }: PromotePayload, branch: string, commit: string): string {
  return `${branch} (${commit.slice(0, 7)}) proposes ${sayVersion(version)} of ${source} for ${base}`;
}
