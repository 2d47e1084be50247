// What the model forge knows, in the shapes in which GitHub shows it; what no test asks about is filled up from the
// schema.

import type {
  Account,
  ModelComment,
  ModelDeployment,
  ModelPull,
  ModelReview,
  ModelRun,
  ModelState,
  ModelStatus,
} from './model-state.ts';
import { fill, type Json } from './schema.ts';

type Shown = { readonly [key: string]: Json };

/** Seconds, as GitHub tells them. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function showUser({ login, id }: Account): Shown {
  return fill('simple-user', { login, id, type: login.endsWith('[bot]') ? 'Bot' : 'User' });
}

const repositories = new Map<string, Shown>();

export function showRepository(state: ModelState, id: number, owner: string): Shown {
  const key = `${id} ${owner} ${state.name}`;
  const known = repositories.get(key);
  if (known !== undefined) return known;
  const made = fill('repository', {
    id,
    name: state.name,
    full_name: `${owner}/${state.name}`,
    owner: showUser({ login: owner, id: 1 }),
    default_branch: 'main',
  });
  repositories.set(key, made);
  return made;
}

export function showFullRepository(state: ModelState): Shown {
  const { methods, allowsAutoMerge } = state.rules;
  return fill('full-repository', {
    id: state.repositoryId,
    name: state.name,
    full_name: `${state.owner}/${state.name}`,
    default_branch: 'main',
    allow_merge_commit: methods.includes('merge'),
    allow_squash_merge: methods.includes('squash'),
    allow_rebase_merge: methods.includes('rebase'),
    allow_auto_merge: allowsAutoMerge,
  });
}

export function showPull(state: ModelState, pull: ModelPull, isWhole: boolean): Shown {
  const { head } = pull;
  const shown = {
    id: 100_000 + pull.number,
    number: pull.number,
    node_id: `PR_${pull.number}`,
    html_url: `https://forge.example/${state.owner}/${state.name}/pull/${pull.number}`,
    state: pull.state,
    draft: pull.isDraft,
    title: pull.title,
    body: pull.body,
    user: showUser(pull.author),
    created_at: time(pull.createdAt),
    updated_at: time(pull.updatedAt),
    closed_at: pull.state === 'closed' ? time(pull.updatedAt) : null,
    merged_at: pull.mergedAt === null ? null : time(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit,
    requested_reviewers: pull.requested.map(showUser),
    head: {
      label: `${head.owner}:${head.ref}`,
      ref: head.ref,
      sha: head.sha,
      user: showUser({ login: head.owner, id: 1 }),
      repo: showRepository(state, head.repositoryId, head.owner),
    },
    base: {
      label: `${state.owner}:${pull.base}`,
      ref: pull.base,
      sha: state.git.read(pull.base) ?? '',
      user: showUser({ login: state.owner, id: 1 }),
      repo: showRepository(state, state.repositoryId, state.owner),
    },
  };
  if (!isWhole) return fill('pull-request-simple', shown);
  const isKnown = pull.unknownFor <= 0;
  if (!isKnown) pull.unknownFor -= 1;
  const merges = state.git.tree(state.git.read(pull.base) ?? '', head.sha) !== null;
  return fill('pull-request', {
    ...shown,
    merged: pull.mergedAt !== null,
    mergeable: isKnown ? merges : null,
    mergeable_state: mergeableState(state, isKnown, merges),
  });
}

export function mergeableState({ rules }: ModelState, isKnown: boolean, merges: boolean): string {
  if (!isKnown) return 'unknown';
  if (!merges) return 'dirty';
  return rules.isBlocked || rules.isQueueRequired ? 'blocked' : 'clean';
}

export function showReview({ id, by, state, commit, at }: ModelReview): Shown {
  return fill('pull-request-review', { id, user: showUser(by), state, commit_id: commit, submitted_at: time(at) });
}

export function showComment({ id, by, body }: ModelComment): Shown {
  return fill('issue-comment', { id, user: showUser(by), body });
}

export function showStatus({ id, context, state, description, url, by }: ModelStatus): Shown {
  return fill('status', { id, context, state, description, target_url: url, creator: showUser(by) });
}

export function showRun({ id, sha, name, app, conclusion }: ModelRun): Shown {
  return fill('check-run', {
    id,
    head_sha: sha,
    name,
    status: conclusion === null ? 'in_progress' : 'completed',
    conclusion,
    html_url: `https://forge.example/runs/${id}`,
    app: fill('integration', { id: app, slug: `app-${app}`, owner: showUser({ login: 'acme', id: 1 }) }),
  });
}

export function showDeployment({ id, sha, task, environment, isProduction, by }: ModelDeployment): Shown {
  return fill('deployment', {
    id,
    sha,
    ref: sha,
    task,
    environment,
    production_environment: isProduction,
    creator: showUser(by),
    payload: {},
  });
}

export function showDeploymentStatus(state: { id: number; state: string; description: string }, by: Account): Shown {
  return fill('deployment-status', { ...state, creator: showUser(by) });
}
