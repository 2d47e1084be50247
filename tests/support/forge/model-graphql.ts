// What the model forge answers to GraphQL: the one query and the two mutations that merging needs. There is no public
// schema to hold this to, so it asks for exactly the variables that it knows. Everything is answered with 200, also a
// no.

import { mergeableState } from './model-shapes.ts';
import type { ModelPull, ModelState } from './model-state.ts';
import type { Json } from './schema.ts';

export function answerGraphql(state: ModelState, query: string, variables: { readonly [key: string]: Json }): Json {
  if (query.includes('enqueuePullRequest')) return enqueue(state, variables);
  if (query.includes('enablePullRequestAutoMerge')) return autoMerge(state, variables);
  if (query.includes('pullRequest(number:')) return show(state, variables);
  return failure('UNPROCESSABLE', 'no such query');
}

function show(state: ModelState, variables: { readonly [key: string]: Json }): Json {
  const pull = state.pull(Number(variables['number']));
  if (pull === null) return failure('NOT_FOUND', 'Could not resolve to a PullRequest');
  const isKnown = pull.unknownFor <= 0;
  if (!isKnown) pull.unknownFor -= 1;
  const merges = state.git.tree(state.git.read(pull.base) ?? '', pull.head.sha) !== null;
  return {
    data: {
      repository: {
        pullRequest: {
          id: `PR_${pull.number}`,
          state: pull.mergedAt !== null ? 'MERGED' : pull.state.toUpperCase(),
          headRefOid: pull.head.sha,
          mergeable: isKnown ? (merges ? 'MERGEABLE' : 'CONFLICTING') : 'UNKNOWN',
          mergeStateStatus: mergeableState(state, isKnown, merges).toUpperCase(),
          isInMergeQueue: pull.isQueued,
          mergeCommit: pull.mergeCommit === null ? null : { oid: pull.mergeCommit },
          autoMergeRequest: pull.autoMerge === null ? null : { enabledAt: '2026-01-01T00:00:00Z' },
        },
        mergeQueue: state.rules.isQueueRequired ? { id: 'MQ_1' } : null,
      },
    },
  };
}

function enqueue(state: ModelState, variables: { readonly [key: string]: Json }): Json {
  const pull = pullOf(state, variables);
  if (typeof pull === 'string') return failure('UNPROCESSABLE', pull);
  if (!state.rules.isQueueRequired) return failure('UNPROCESSABLE', 'The base branch does not require a merge queue');
  pull.isQueued = true;
  state.touch(pull);
  return { data: { enqueuePullRequest: { mergeQueueEntry: { id: `MQE_${pull.number}` } } } };
}

function autoMerge(state: ModelState, variables: { readonly [key: string]: Json }): Json {
  const pull = pullOf(state, variables);
  if (typeof pull === 'string') return failure('UNPROCESSABLE', pull);
  if (!state.rules.allowsAutoMerge) return failure('UNPROCESSABLE', 'Auto merge is not allowed for this repository');
  if (!state.rules.isBlocked) return failure('UNPROCESSABLE', 'Pull request Pull request is in clean status');
  const method = String(variables['method']).toLowerCase();
  if (method !== 'merge' && method !== 'squash' && method !== 'rebase')
    return failure('UNPROCESSABLE', 'no such method');
  pull.autoMerge = method;
  state.touch(pull);
  return { data: { enablePullRequestAutoMerge: { pullRequest: { id: `PR_${pull.number}` } } } };
}

function pullOf(state: ModelState, variables: { readonly [key: string]: Json }): ModelPull | string {
  const pull = state.pull(Number(String(variables['id']).replace('PR_', '')));
  if (pull === null) return 'Could not resolve to a node';
  if (variables['head'] !== undefined && variables['head'] !== pull.head.sha) return 'Head sha was modified';
  return pull;
}

function failure(type: string, message: string): Json {
  return { data: null, errors: [{ type, message, path: [] }] };
}
