// A person merges a branch, in their own name: by fast-forward where that is possible, else by a merge commit.
// Compare and swap: what was looked at is what is merged, onto what is there.

import { Fault } from '../../ports/fault.ts';
import type { GitPerson, GitRepository } from '../../ports/git.ts';
import { answerOf, doubtFault } from '../ledger/push-fault.ts';

export type MergeAsk = {
  readonly branch: string;
  /** Where it was seen: nothing else is merged. */
  readonly head: string;
  readonly base: string;
  readonly message: string;
};

export type MergeEnd =
  | { readonly type: 'merged'; readonly commit: string }
  /** Somebody has pushed to it, or it is gone. */
  | { readonly type: 'moved' }
  | { readonly type: 'conflict' };

const TRIES_MAX = 8;

export async function mergeBranch(git: GitRepository, ask: MergeAsk, author: GitPerson, at: number): Promise<MergeEnd> {
  const { branch, head, base, message } = ask;
  const [ref, baseRef] = [`refs/heads/${branch}`, `refs/heads/${base}`];
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { refs } = await git.look([ref, baseRef]);
    const [there, tip] = [refs.get(ref), refs.get(baseRef)];
    if (there !== head || tip === undefined) return { type: 'moved' };
    await git.fetch(
      new Map([
        [ref, head],
        [baseRef, tip],
      ]),
    );
    if (await git.isAncestor(head, tip)) return { type: 'merged', commit: tip };
    const merge = await git.writeMerge({ ours: tip, theirs: head, message, author, at });
    if (merge === null) return { type: 'conflict' };
    const result = answerOf(await git.push([{ ref: baseRef, expected: tip, oid: merge }]), baseRef);
    if (result.type === 'accepted') return { type: 'merged', commit: merge };
    if (result.type === 'in-doubt') throw doubtFault(baseRef, result.fault);
    if (result.type === 'refused') {
      throw new Fault('remote-refused', `the remote refuses the merge into ${base}: ${result.message}`, {
        retry: 'never',
        hint: `where ${base} is protected, merge ${branch} the way it asks for`,
      });
    }
  }
  throw new Fault('ref-moved', `${base} kept moving`, { retry: 'now', hint: 'try again' });
}
