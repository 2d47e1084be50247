// The routes of the model forge: what GitHub does for each operation of the slice, beside what the schema says.

import type { Method } from './model-git.ts';
import {
  showComment,
  showDeployment,
  showDeploymentStatus,
  showFullRepository,
  showPull,
  showReview,
  showRun,
  showStatus,
  showUser,
} from './model-shapes.ts';
import type { Account, ModelPull, ModelState } from './model-state.ts';
import { fill, type Json } from './schema.ts';

export type Asked = {
  readonly state: ModelState;
  readonly by: Account;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: { readonly [key: string]: Json };
};
export type Reply = { readonly status: number; readonly data: Json };
type Route = (asked: Asked) => Reply;

const STATUSES_MAX = 1_000;
const COMMENT_MAX = 65_536;
const DESCRIPTION_MAX = 140;
const REPO = '/repos/{owner}/{repo}';

export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /user': ({ by }) => ok(whole(by)),
  'GET /user/{account_id}': ({ state, path }) =>
    found(
      state.accounts.find(({ id }) => String(id) === path['account_id']),
      whole,
    ),
  'GET /users/{username}': ({ state, path }) =>
    found(
      state.accounts.find(({ login }) => login === path['username']),
      whole,
    ),
  [`GET ${REPO}`]: ({ state }) => ok(showFullRepository(state)),
  [`GET ${REPO}/pulls`]: listPulls,
  [`POST ${REPO}/pulls`]: openPull,
  [`GET ${REPO}/pulls/{pull_number}`]: (asked) => found(pullOf(asked), (pull) => showPull(asked.state, pull, true)),
  [`PATCH ${REPO}/pulls/{pull_number}`]: (asked) =>
    found(pullOf(asked), (pull) => {
      const { state, body } = asked;
      if (body['state'] === 'closed' && pull.state === 'open') pull.state = 'closed';
      if (body['state'] === 'open' && pull.mergedAt === null) pull.state = 'open';
      state.touch(pull);
      return showPull(state, pull, true);
    }),
  [`PUT ${REPO}/pulls/{pull_number}/merge`]: mergePull,
  [`GET ${REPO}/pulls/{pull_number}/reviews`]: ({ state, path, query, by }) => {
    const all = state.reviews.filter(({ number }) => String(number) === path['pull_number']);
    return ok(
      paged(all, query)
        .filter((one) => one.state !== 'PENDING' || one.by === by)
        .map(showReview),
    );
  },
  [`GET ${REPO}/pulls/{pull_number}/requested_reviewers`]: (asked) =>
    found(pullOf(asked), ({ requested }) => ({ users: requested.map(showUser), teams: [] })),
  [`POST ${REPO}/pulls/{pull_number}/requested_reviewers`]: requestReviewers,
  [`GET ${REPO}/issues/{issue_number}/comments`]: ({ state, path, query }) => {
    const all = state.comments.filter(({ number }) => String(number) === path['issue_number']);
    return ok(paged(all, query).map(showComment));
  },
  [`POST ${REPO}/issues/{issue_number}/comments`]: ({ state, path, body, by }) => {
    const text = String(body['body']);
    if (text.length > COMMENT_MAX) return invalid('body is too long (maximum is 65536 characters)');
    return made(showComment(state.comment(Number(path['issue_number']), by.login, text)));
  },
  [`GET ${REPO}/issues/comments/{comment_id}`]: (asked) => found(commentOf(asked), showComment),
  [`PATCH ${REPO}/issues/comments/{comment_id}`]: (asked) => {
    const text = String(asked.body['body']);
    if (text.length > COMMENT_MAX) return invalid('body is too long (maximum is 65536 characters)');
    return found(commentOf(asked), (comment) => {
      comment.body = text;
      comment.edits += 1;
      return showComment(comment);
    });
  },
  [`DELETE ${REPO}/issues/comments/{comment_id}`]: (asked) => {
    const comment = commentOf(asked);
    if (comment === undefined) return missing();
    asked.state.comments.splice(asked.state.comments.indexOf(comment), 1);
    return { status: 204, data: null };
  },
  [`GET ${REPO}/commits/{ref}/check-runs`]: ({ state, path, query }) => {
    const runs = state.runs.filter(({ sha }) => sha === path['ref']);
    return ok({ total_count: runs.length, check_runs: paged(runs, query).map(showRun) });
  },
  [`GET ${REPO}/commits/{ref}/statuses`]: ({ state, path, query }) => {
    const all = state.statuses.filter(({ sha }) => sha === path['ref']);
    return ok(paged(all.toReversed(), query).map(showStatus));
  },
  [`POST ${REPO}/statuses/{sha}`]: setStatus,
  [`GET ${REPO}/deployments`]: ({ state, query }) => {
    const wants = (name: string, value: string) => (query.get(name) ?? value) === value;
    const all = state.deployments.filter(
      (one) => wants('task', one.task) && wants('environment', one.environment) && wants('sha', one.sha),
    );
    return ok(paged(all.toReversed(), query).map(showDeployment));
  },
  [`POST ${REPO}/deployments`]: createDeployment,
  [`GET ${REPO}/deployments/{deployment_id}/statuses`]: ({ state, path, query }) =>
    found(
      state.deployments.find(({ id }) => String(id) === path['deployment_id']),
      ({ states, by }) => paged(states.toReversed(), query).map((one) => showDeploymentStatus(one, by)),
    ),
  [`POST ${REPO}/deployments/{deployment_id}/statuses`]: ({ state, path, body, by }) => {
    const deployment = state.deployments.find(({ id }) => String(id) === path['deployment_id']);
    if (deployment === undefined) return missing();
    const description = String(body['description'] ?? '');
    if (description.length > DESCRIPTION_MAX) return invalid('description is too long (maximum is 140 characters)');
    const one = { id: state.nextId(), state: String(body['state']), description };
    deployment.states.push(one);
    return made(showDeploymentStatus(one, by));
  },
  [`GET ${REPO}/rules/branches/{branch}`]: () => ok([]),
};

/** `head` counts only with its owner; without, it is silently ignored. */
function listPulls({ state, query }: Asked): Reply {
  state.refresh();
  const wanted = query.get('state') ?? 'open';
  const head = query.get('head');
  const isHeadHeard = head?.includes(':') === true;
  const shown = state.pulls.filter((pull) => {
    if (pull.hiddenFor > 0) return false;
    if (wanted !== 'all' && pull.state !== wanted) return false;
    if (isHeadHeard && `${pull.head.owner}:${pull.head.ref}` !== head) return false;
    return (query.get('base') ?? pull.base) === pull.base;
  });
  for (const pull of state.pulls) pull.hiddenFor = Math.max(0, pull.hiddenFor - 1);
  const by = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt';
  const direction = (query.get('direction') ?? 'desc') === 'desc' ? -1 : 1;
  const sorted = shown.toSorted((a, b) => direction * (a[by] - b[by] || a.number - b.number));
  return ok(paged(sorted, query).map((pull) => showPull(state, pull, false)));
}

function openPull({ state, body, by }: Asked): Reply {
  state.refresh();
  const given = String(body['head']);
  const head = given.includes(':') ? given.slice(given.indexOf(':') + 1) : given;
  const base = String(body['base']);
  const tip = state.git.read(head);
  const target = state.git.read(base);
  if (tip === null || target === null) return invalid(`${tip === null ? 'head' : 'base'} is invalid`);
  if (state.git.isMergedInto(tip, target)) return invalid(`No commits between ${base} and ${head}`);
  const isThere = state.pulls.some(
    (one) =>
      one.state === 'open' &&
      one.head.repositoryId === state.repositoryId &&
      one.head.ref === head &&
      one.base === base,
  );
  if (isThere) return invalid(`A pull request already exists for ${state.owner}:${head}.`);
  return made(showPull(state, state.open(by, head, base, String(body['title']), String(body['body'] ?? '')), true));
}

function mergePull(asked: Asked): Reply {
  const { state, body } = asked;
  const pull = pullOf(asked);
  if (pull === null) return missing();
  const base = state.git.read(pull.base) ?? '';
  const method = String(body['merge_method'] ?? 'merge') as Method;
  if (pull.state === 'closed') return refusal(405, 'Pull Request is not mergeable');
  if (body['sha'] !== undefined && body['sha'] !== pull.head.sha)
    return refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (state.rules.baseModified > 0) {
    state.rules.baseModified -= 1;
    return refusal(405, 'Base branch was modified. Review and try the merge again.');
  }
  if (state.rules.isQueueRequired) return refusal(405, 'Changes must be made through the merge queue');
  if (state.rules.isBlocked)
    return refusal(405, 'At least 1 approving review is required by reviewers with write access.');
  if (!state.rules.methods.includes(method))
    return refusal(405, `${method} merges are not allowed on this repository.`);
  const message = state.rules.squashMessage === 'blank' && method === 'squash' ? pull.title : messageOf(pull, body);
  const commit = state.git.merge(method, base, pull.head.sha, message, pull.author.login);
  if (commit === null) return refusal(405, 'Pull Request is not mergeable');
  state.git.update(pull.base, commit);
  state.markMerged(pull, commit);
  return ok({ sha: commit, merged: true, message: 'Pull Request successfully merged' });
}

function messageOf(pull: ModelPull, body: Asked['body']): string {
  return String(body['commit_message'] ?? `Merge pull request #${pull.number}\n\n${pull.title}`);
}

function requestReviewers(asked: Asked): Reply {
  const { state, body } = asked;
  const pull = pullOf(asked);
  if (pull === null) return missing();
  const logins = (body['reviewers'] ?? []) as readonly string[];
  const people = logins.map((login) => state.accounts.find((one) => one.login === login));
  if (people.some((one) => one === undefined || one === pull.author))
    return invalid(
      'Reviews may only be requested from collaborators. One or more of the users you specified is not one.',
    );
  for (const one of people) if (one !== undefined && !pull.requested.includes(one)) pull.requested.push(one);
  state.touch(pull);
  return made(showPull(state, pull, false));
}

function setStatus({ state, path, body, by }: Asked): Reply {
  const context = String(body['context'] ?? 'default');
  const sha = path['sha'] ?? '';
  const description = body['description'] === undefined ? null : String(body['description']);
  if ((description ?? '').length > DESCRIPTION_MAX)
    return invalid('description is too long (maximum is 140 characters)');
  const same = state.statuses.filter((one) => one.sha === sha && one.context.toLowerCase() === context.toLowerCase());
  if (same.length >= STATUSES_MAX) return invalid('This SHA and context has reached the maximum number of statuses.');
  const url = typeof body['target_url'] === 'string' ? body['target_url'] : null;
  const one = { id: state.nextId(), sha, context, state: String(body['state']), description, url, by };
  state.statuses.push(one);
  return made(showStatus(one));
}

/** What is left out means much: the default branch is merged into the ref, and every context is required. */
function createDeployment({ state, body, by }: Asked): Reply {
  const sha = String(body['ref']);
  if (body['auto_merge'] !== false)
    return { status: 202, data: { message: 'Auto-merged main into it on deployment.' } };
  const isAnyRequired = body['required_contexts'] === undefined;
  if (isAnyRequired && state.statuses.some((one) => one.sha === sha && one.state !== 'success'))
    return refusal(409, 'Conflict: Commit status checks failed');
  const deployment = {
    id: state.nextId(),
    sha,
    task: String(body['task'] ?? 'deploy'),
    environment: String(body['environment'] ?? 'production'),
    isProduction: body['production_environment'] === true,
    by,
    states: [],
  };
  state.deployments.push(deployment);
  return made(showDeployment(deployment));
}

function pullOf({ state, path }: Asked): ModelPull | null {
  return state.pull(Number(path['pull_number']));
}

function commentOf({ state, path }: Asked) {
  return state.comments.find(({ id }) => String(id) === path['comment_id']);
}

function whole({ login, id }: Account): Json {
  return fill('public-user', { login, id, type: login.endsWith('[bot]') ? 'Bot' : 'User' });
}

function paged<T>(all: readonly T[], query: URLSearchParams): readonly T[] {
  const per = Math.min(100, Number(query.get('per_page') ?? 30));
  const page = Number(query.get('page') ?? 1);
  return all.slice((page - 1) * per, page * per);
}

function ok(data: Json): Reply {
  return { status: 200, data };
}

function made(data: Json): Reply {
  return { status: 201, data };
}

function found<T>(one: T | null | undefined, show: (one: T) => Json): Reply {
  return one === null || one === undefined ? missing() : ok(show(one));
}

function missing(): Reply {
  return refusal(404, 'Not Found');
}

export function refusal(status: number, message: string): Reply {
  return { status, data: { message, documentation_url: 'https://docs.github.com/rest' } };
}

function invalid(message: string): Reply {
  return {
    status: 422,
    data: {
      message: 'Validation Failed',
      documentation_url: 'https://docs.github.com/rest',
      errors: [{ code: 'custom', message }],
    },
  };
}
