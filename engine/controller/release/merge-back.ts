// After a release from one branch to another, what is on the second goes back to the first: so that the next release
// begins with it. Judged by contents: what is there already, however it came, is not brought again.

import { Fault } from '../../ports/fault.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { answerOf, doubtFault } from '../ledger/push-fault.ts';
import { type ReleaseGround, tipOf } from './gather.ts';

export type MergedBack =
  | { readonly type: 'none' }
  | { readonly type: 'merged'; readonly commit: string }
  /** It waits on a branch for somebody to merge it. `isNew`: it was put there now. */
  | { readonly type: 'beside'; readonly branch: string; readonly why: string; readonly isNew: boolean };

/** `tag`: of the release, on the commit that goes back. */
export async function mergeBack(ground: ReleaseGround, tag: string, commit: string): Promise<MergedBack> {
  const { git, from, to } = ground;
  const tip = tipOf(ground, from);
  if (from === to || (await git.isAncestor(commit, tip))) return { type: 'none' };
  const [released, there] = [await git.commit(commit), await git.commit(tip)];
  const at = Math.max(released.committedAt, there.committedAt);
  const message = `Merge tag '${tag}' back into ${from}\n`;
  const merged = await git.writeMerge({ ours: tip, theirs: commit, message, author: LEDGER_AUTHOR, at });
  if (merged === null) return beside(ground, tag, commit, `it conflicts with ${from}`);
  if ((await git.commit(merged)).tree === there.tree) return { type: 'none' };
  const ref = `refs/heads/${from}`;
  const result = answerOf(await git.push([{ ref, expected: tip, oid: merged }]), ref);
  switch (result.type) {
    case 'accepted':
      return { type: 'merged', commit: merged };
    case 'moved':
      return { type: 'none' };
    case 'in-doubt':
      throw doubtFault(ref, result.fault);
    case 'refused':
      return beside(ground, tag, commit, `${from} takes no push (${result.message})`);
  }
}

async function beside({ git, refs }: ReleaseGround, tag: string, commit: string, why: string): Promise<MergedBack> {
  const branch = `merge-back/${tag}`;
  const ref = `refs/heads/${branch}`;
  if (refs.refs.has(ref)) return { type: 'beside', branch, why, isNew: false };
  const result = answerOf(await git.push([{ ref, expected: null, oid: commit }]), ref);
  if (result.type === 'in-doubt') throw doubtFault(ref, result.fault);
  if (result.type === 'refused') {
    throw new Fault(
      'remote-refused',
      `${tag} cannot be merged back: ${why}, and ${branch} is refused: ${result.message}`,
      {
        retry: 'later',
        hint: 'merge it by hand',
      },
    );
  }
  return { type: 'beside', branch, why, isNew: result.type === 'accepted' };
}
