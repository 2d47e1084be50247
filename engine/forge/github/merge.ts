// Merging exactly one commit: each way names it, so that nothing is merged that nobody looked at. Where a merge queue
// is required the pull request is put into it; else it is merged; where rules of GitHub are not met yet, GitHub is
// asked to merge it as soon as they are. After a no it is looked at what is: the same answer (405) means a conflict,
// a rule, or nothing at all.

import Type, { type Static } from 'typebox';
import { Fault } from '../../ports/fault.ts';
import type { Merged, MergeMethod, MergeOrder } from '../../ports/forge.ts';
import { refusedFault, withoutNumber } from './acts.ts';
import type { Answer, Client } from './client.ts';
import { expect, type Repository } from './identity.ts';
import { errorsOf } from './limits.ts';
import { believe, MERGED } from './shapes.ts';

const STANDING = Type.Object({
  data: Type.Object({
    repository: Type.Object({
      mergeQueue: Type.Union([Type.Object({ id: Type.String() }), Type.Null()]),
      pullRequest: Type.Object({
        id: Type.String(),
        state: Type.String(),
        headRefOid: Type.String(),
        mergeable: Type.String(),
        mergeStateStatus: Type.String(),
        isInMergeQueue: Type.Boolean(),
        mergeCommit: Type.Union([Type.Object({ oid: Type.String() }), Type.Null()]),
        autoMergeRequest: Type.Union([Type.Object({}), Type.Null()]),
      }),
    }),
  }),
});
type Standing = Static<typeof STANDING>['data']['repository'];

const QUERY = `query($owner: String!, $name: String!, $number: Int!, $base: String!) {
  repository(owner: $owner, name: $name) {
    mergeQueue(branch: $base) { id }
    pullRequest(number: $number) {
      id state headRefOid mergeable mergeStateStatus isInMergeQueue mergeCommit { oid } autoMergeRequest { enabledAt }
    }
  }
}`;
const ENQUEUE = `mutation($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: { pullRequestId: $id, expectedHeadOid: $head }) { mergeQueueEntry { id } }
}`;
const AUTO = `mutation($id: ID!, $head: GitObjectID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $method }) {
    pullRequest { id }
  }
}`;

const METHODS: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];

export async function mergePull(client: Client, repository: Repository, order: MergeOrder): Promise<Merged> {
  const { number, head } = order;
  if (number === null) return withoutNumber(order.branch);
  const before = await standing(client, repository, order, number);
  const settled = settledBy(before, order);
  if (settled !== null) return settled;
  if (before.mergeQueue !== null) return await enqueue(client, repository, order, number, before);
  const { allows } = await repository.identity('act');
  const method = order.method ?? METHODS.find((one) => allows[one]) ?? 'merge';
  if (!allows[method])
    return {
      type: 'refused',
      sentence: `the repository does not allow to ${method}: choose another way in its settings`,
    };
  const answer = await client.call({
    rank: 'act',
    kind: 'write',
    route: `PUT ${repository.path}/pulls/${number}/merge`,
    params: () => ({
      sha: head,
      merge_method: method,
      ...(method === 'rebase' ? {} : { commit_message: order.message }),
    }),
  });
  if (answer.status === 200) return { type: 'merged', commit: believe(MERGED, answer.data, 'what was merged').sha };
  return await afterNo(client, repository, { ...order, method }, number, answer);
}

async function afterNo(
  client: Client,
  repository: Repository,
  order: MergeOrder & { readonly method: MergeMethod },
  number: number,
  no: Answer,
): Promise<Merged> {
  const now = await standing(client, repository, order, number);
  const settled = settledBy(now, order);
  if (settled !== null) return settled;
  if (now.mergeQueue !== null) return await enqueue(client, repository, order, number, now);
  const { id, mergeable, mergeStateStatus } = now.pullRequest;
  if (mergeable === 'CONFLICTING') return { type: 'refused', sentence: `#${number} conflicts with ${order.base}` };
  if (mergeStateStatus !== 'BLOCKED' && mergeStateStatus !== 'BEHIND')
    throw refusedFault(`merging #${number}`, no.words);
  const answer = await client.call({
    rank: 'act',
    kind: 'write',
    route: 'GRAPHQL',
    params: () => ({ query: AUTO, variables: { id, head: order.head, method: order.method.toUpperCase() } }),
  });
  if (complaintOf(answer) === null) return { type: 'when-ready' };
  const then = settledBy(await standing(client, repository, order, number), order);
  // What GitHub said first is what keeps it from being merged; that it cannot wait for that is the lesser news.
  return then ?? { type: 'refused', sentence: `GitHub does not merge #${number} yet: ${no.words}` };
}

async function enqueue(
  client: Client,
  repository: Repository,
  order: MergeOrder,
  number: number,
  { pullRequest: { id } }: Standing,
): Promise<Merged> {
  const answer = await client.call({
    rank: 'act',
    kind: 'write',
    route: 'GRAPHQL',
    params: () => ({ query: ENQUEUE, variables: { id, head: order.head } }),
  });
  const complaint = complaintOf(answer);
  if (complaint === null) return { type: 'queued' };
  const settled = settledBy(await standing(client, repository, order, number), order);
  if (settled !== null) return settled;
  throw refusedFault(`#${number} in its merge queue`, complaint);
}

/** GraphQL says no in an answer of 200; what stands before it says it with another number. */
function complaintOf({ status, data, words }: Answer): string | null {
  if (status !== 200) return words === '' ? `it answers ${status}` : words;
  return errorsOf(data)[0]?.message ?? null;
}

/** What needs nothing more to be done. */
function settledBy({ pullRequest }: Standing, { head }: MergeOrder): Merged | null {
  const { state, headRefOid, isInMergeQueue, mergeCommit, autoMergeRequest } = pullRequest;
  if (state === 'MERGED' && headRefOid === head) return { type: 'merged', commit: mergeCommit?.oid ?? null };
  if (headRefOid !== head) return { type: 'moved', head: headRefOid };
  if (state === 'CLOSED') return { type: 'closed' };
  if (isInMergeQueue) return { type: 'queued' };
  return autoMergeRequest === null ? null : { type: 'when-ready' };
}

async function standing(
  client: Client,
  { owner, name }: Repository,
  { base }: MergeOrder,
  number: number,
): Promise<Standing> {
  const answer = await client.call({
    rank: 'act',
    kind: 'read',
    route: 'GRAPHQL',
    params: () => ({ query: QUERY, variables: { owner, name, number, base } }),
  });
  const { data } = expect(answer, `#${number}`);
  const [error] = errorsOf(data);
  if (error !== undefined)
    throw new Fault('remote-auth', `GitHub does not show #${number}: ${error.message}`, {
      retry: 'later',
      hint: 'check that the login may read pull requests of this repository',
    });
  return believe(STANDING, data, 'a pull request and its merge queue').data.repository;
}
