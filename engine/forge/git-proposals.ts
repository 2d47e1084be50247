// What the adapters without an API do by Git alone: a proposal is its branch, which is read where refs are read
// anyway. Every push names what must be there before, and none is forced.

import type { ForgeFacts } from '../model/proposal.ts';
import type { Clock } from '../ports/clock.ts';
import { Fault } from '../ports/fault.ts';
import type { Closed, CloseOrder, Merged, MergeOrder, OpenOrder, Refused } from '../ports/forge.ts';
import type { GitPerson, GitRepository, PushResult } from '../ports/git.ts';
import { isMissing } from '../ports/missing.ts';

export type GitForgeOptions = {
  readonly git: GitRepository;
  readonly clock: Clock;
  /** By whom merge commits are made. */
  readonly author: GitPerson;
};

const BRANCHES = 'refs/heads/promote/';

export async function lookAtBranches({ git, clock }: GitForgeOptions, before: ForgeFacts): Promise<ForgeFacts> {
  try {
    const { refs, head } = await git.look([BRANCHES]);
    const asOf = clock.now();
    const found = [...refs].filter(([ref]) => ref.startsWith(BRANCHES)).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      asOf,
      reachable: true,
      trouble: null,
      me: null,
      proposals: found.map(([ref, oid]) => ({
        number: null,
        url: null,
        branch: ref.slice('refs/heads/'.length),
        isFork: false,
        base: (head ?? 'refs/heads/main').slice('refs/heads/'.length),
        head: oid,
        state: 'open',
        isDraft: false,
        author: null,
        updatedAt: asOf,
        reviews: null,
      })),
      checks: [],
      nextAt: asOf,
    };
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    return { ...before, reachable: false, trouble: cause.message, nextAt: clock.now() };
  }
}

/** Null when the branch is there with this commit; `told`: what the server is told with the push. */
export async function pushBranch(
  { git }: GitForgeOptions,
  { branch, head }: OpenOrder,
  told: readonly string[] = [],
): Promise<Refused | null> {
  const ref = `refs/heads/${branch}`;
  const now = (await git.look([ref])).refs.get(ref) ?? null;
  if (now === head) return null;
  if (now !== null)
    return {
      type: 'refused',
      sentence: `there is another ${branch} already, at ${now.slice(0, 7)}: it is left as it is`,
    };
  const result = (await git.push([{ ref, expected: null, oid: head }], { told })).get(ref);
  return result?.type === 'refused' ? { type: 'refused', sentence: result.message } : settled(result, branch);
}

export async function removeBranch({ git }: GitForgeOptions, { branch, head }: CloseOrder): Promise<Closed> {
  const ref = `refs/heads/${branch}`;
  const now = (await git.look([ref])).refs.get(ref) ?? null;
  if (now === null) return { type: 'closed' };
  if (now !== head) return { type: 'moved', head: now };
  const result = await git.removeRestore(ref, head);
  if (result.type === 'refused') return { type: 'refused', sentence: result.message };
  return settled(result, branch) ?? { type: 'closed' };
}

/**
 * By the same words as anywhere else; a fast-forward where nothing has come since, else a commit whose second parent
 * it is.
 */
export async function mergeBranch({ git, clock, author }: GitForgeOptions, order: MergeOrder): Promise<Merged> {
  const base = `refs/heads/${order.base}`;
  const branch = `refs/heads/${order.branch}`;
  const { refs } = await git.look([base, branch]);
  const ours = refs.get(base);
  const now = refs.get(branch);
  if (ours === undefined) return { type: 'refused', sentence: `there is no branch ${order.base}` };
  await git.fetch(new Map([[base, ours], ...(now === undefined ? [] : ([[branch, now]] as const))]));
  if (await isThere(git, order.head, ours)) return { type: 'merged', commit: ours };
  if (now === undefined) return { type: 'closed' };
  if (now !== order.head) return { type: 'moved', head: now };
  const { message } = order;
  const made = await git.writeMerge({ ours, theirs: now, message, author, at: clock.now() });
  if (made === null) return { type: 'refused', sentence: `${order.branch} conflicts with ${order.base}` };
  const result = (await git.push([{ ref: base, expected: ours, oid: made }])).get(base);
  if (result?.type === 'refused') return { type: 'refused', sentence: result.message };
  return settled(result, order.base) ?? { type: 'merged', commit: made };
}

/** A commit that was never fetched is not in what was. */
async function isThere(git: GitRepository, head: string, tip: string): Promise<boolean> {
  try {
    return await git.isAncestor(head, tip);
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

function settled(result: Exclude<PushResult, { type: 'refused' }> | undefined, branch: string): null {
  if (result?.type === 'accepted') return null;
  if (result?.type === 'in-doubt') {
    const { code, message, retry, hint } = result.fault;
    throw new Fault(code, message, { retry, hint, cause: result.fault, inDoubt: true });
  }
  throw new Fault('ref-moved', `${branch} moved meanwhile`, {
    retry: 'now',
    hint: 'nothing has to be done: it is looked at again',
  });
}
