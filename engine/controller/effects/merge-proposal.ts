// Merges a proposal into the branch that it is for: only the very commit that we would make from its intent, by
// fast-forward or a clean merge, and only onto what was looked at.

import type { MergeProposalResult } from '../../model/outside-effect.ts';
import { proposalBranch } from '../../model/promotion.ts';
import { Fault } from '../../ports/fault.ts';
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
): Promise<MergeProposalResult> {
  const { proposal, base, version, baseHead } = intended;
  const branch = proposalBranch(proposal);
  const [ref, baseRef] = [`refs/heads/${branch}`, `refs/heads/${base}`];
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
    if (head !== commit)
      return { result: 'moved', sentence: `${proposal} was not merged: ${branch} is not what was proposed` };
    const merge = await git.writeMerge({
      ours: tip,
      theirs: commit,
      message: `Merge ${branch} into ${base}\n\nProposal: ${proposal}\n`,
      author: LEDGER_AUTHOR,
      at: mergedAt,
    });
    if (merge === null)
      return { result: 'conflict', sentence: `${proposal} was not merged: it conflicts with ${base}` };
    const result = answerOf(await git.push([{ ref: baseRef, expected: tip, oid: merge }]), baseRef);
    if (result.type === 'accepted') return merged;
    if (result.type === 'in-doubt') throw inDoubt(result.fault);
    if (result.type === 'refused') {
      const sentence = `${proposal} was not merged: the remote does not take it on ${base} (${result.message})`;
      if (refusedBefore >= REFUSALS_TRIED) return { result: 'refused', sentence };
      throw new Fault('remote-refused', sentence, { retry: 'later', hint: 'it is tried again' });
    }
  }
  throw new Fault('ref-moved', `${base} kept moving while ${proposal} was merged`, { retry: 'later', hint: 'wait' });
}
