// Merges a proposal into the branch that it is for: only the very commit that we would make from its intent. By a
// forge that merges pull requests itself where there is one; else by fast-forward or a clean merge, and only onto
// what was looked at. Whether it is merged already is read in Git, and never asked of a forge.

import type { MergeProposalResult, PromotePayload } from '../../model/outside-effect.ts';
import { proposalBranch } from '../../model/promotion.ts';
import { Fault } from '../../ports/fault.ts';
import type { ForgeHand, Merger } from '../../ports/forge.ts';
import type { GitRepository } from '../../ports/git.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { bringMissing, isHere } from '../ledger/missing-commits.ts';
import { answerOf, inDoubt } from '../ledger/push-fault.ts';
import type { Order } from './performer.ts';
import { proposalCommit } from './proposal-commit.ts';

const TRIES_MAX = 8;
const REFUSALS_TRIED = 2;

export async function performMergeProposal(
  git: GitRepository,
  { payload: { intended, mergedAt }, refusedBefore }: Order<'merge-proposal'>,
  { merger }: ForgeHand,
): Promise<MergeProposalResult> {
  const { proposal, base, version, baseHead } = intended;
  const branch = proposalBranch(proposal);
  const [ref, baseRef] = [`refs/heads/${branch}`, `refs/heads/${base}`];
  const isGivenUp = refusedBefore >= REFUSALS_TRIED;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const refs = await git.look([ref, baseRef]);
    const [head, tip] = [refs.refs.get(ref), refs.refs.get(baseRef)];
    if (tip === undefined) return { result: 'moved', sentence: `${proposal} was not merged: ${base} is not there` };
    await bringMissing(git, [version.commit, baseHead], [], refs);
    await git.fetch(new Map([[baseRef, tip]]));
    if (!(await isHere(git, version.commit)) || !(await isHere(git, baseHead)))
      return { result: 'moved', sentence: `${proposal} was not merged: what it is made of is gone` };
    const commit = await proposalCommit(git, intended);
    const merged = {
      result: 'merged',
      sentence: `${proposal} is merged into ${base} (${commit.slice(0, 7)})`,
    } as const;
    if (await git.isAncestor(commit, tip)) return merged;
    // A squash and a rebase leave no trace of the commit, only what it brought.
    if (merger !== null && (await hasBrought(git, tip, commit, intended))) return merged;
    if (head !== commit)
      return { result: 'moved', sentence: `${proposal} was not merged: ${branch} is not what was proposed` };
    const message = `Merge ${branch} into ${base}\n\nProposal: ${proposal}\n`;
    if (merger !== null) {
      const order = { branch, base, head: commit, message };
      return await byForge(merger, order, { proposal, merged, isGivenUp });
    }
    const merge = await git.writeMerge({ ours: tip, theirs: commit, message, author: LEDGER_AUTHOR, at: mergedAt });
    if (merge === null)
      return { result: 'conflict', sentence: `${proposal} was not merged: it conflicts with ${base}` };
    const result = answerOf(await git.push([{ ref: baseRef, expected: tip, oid: merge }]), baseRef);
    if (result.type === 'accepted') return merged;
    if (result.type === 'in-doubt') throw inDoubt(result.fault);
    if (result.type === 'refused') {
      const sentence = `${proposal} was not merged: the remote does not take it on ${base} (${result.message})`;
      if (isGivenUp) return { result: 'refused', sentence };
      throw new Fault('remote-refused', sentence, { retry: 'later', hint: 'it is tried again' });
    }
  }
  throw new Fault('ref-moved', `${base} kept moving while ${proposal} was merged`, { retry: 'later', hint: 'wait' });
}

type Asked = { readonly proposal: string; readonly merged: MergeProposalResult; readonly isGivenUp: boolean };

async function byForge(
  { name, merge }: Merger,
  order: Parameters<Merger['merge']>[0],
  { proposal, merged, isGivenUp }: Asked,
): Promise<MergeProposalResult> {
  const not = `${proposal} was not merged:`;
  try {
    const answer = await merge(order);
    switch (answer.type) {
      case 'merged':
        return merged;
      case 'queued':
        return { result: 'queued', sentence: `${proposal} stands in the merge queue of ${name}` };
      case 'when-ready':
        return { result: 'queued', sentence: `${proposal} is merged by ${name} as soon as its own rules are met` };
      case 'moved':
        return { result: 'moved', sentence: `${not} on ${name} it is at ${answer.head.slice(0, 7)}, not as proposed` };
      case 'closed':
        return { result: 'refused', sentence: `${not} somebody has closed it on ${name}` };
      case 'refused':
      case 'unsupported':
        return { result: 'refused', sentence: `${not} ${answer.sentence}; a person may merge it there` };
    }
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.isInDoubt || cause.code !== 'remote-refused' || !isGivenUp) throw cause;
    return { result: 'refused', sentence: `${not} ${cause.message}; a person may merge it there` };
  }
}

async function hasBrought(
  git: GitRepository,
  tip: string,
  commit: string,
  { paths }: PromotePayload,
): Promise<boolean> {
  const [now] = await git.contentsAt(tip, [paths]);
  const [ours] = await git.contentsAt(commit, [paths]);
  return now !== undefined && now.digest === ours?.digest;
}
