// Results on commits, of check runs and of statuses. A pull request does not change by them, so they are asked for on
// their own, and only for commits that a rule asks about.

import type { ForgeCheck } from '../../model/proposal.ts';
import type { Answer, Client, Params } from './client.ts';
import { expect, type Repository } from './identity.ts';
import { believe, CHECK_RUNS, personOf, STATUSES } from './shapes.ts';

type Part = { readonly etag: string | null; readonly checks: readonly ForgeCheck[] };

const PAGES_MAX = 10;
const PER_PAGE = 100;
const PASSED = ['success', 'neutral', 'skipped'];

export class Checks {
  readonly #client: Client;
  readonly #repository: Repository;
  #runs = new Map<string, Part>();
  #statuses = new Map<string, Part>();

  constructor(client: Client, repository: Repository) {
    this.#client = client;
    this.#repository = repository;
  }

  /** What is not asked for any more is forgotten. */
  async read(commits: readonly string[]): Promise<readonly ForgeCheck[]> {
    const runs = new Map<string, Part>();
    const statuses = new Map<string, Part>();
    for (const commit of new Set(commits)) {
      const at = `GET ${this.#repository.path}/commits/${commit}`;
      runs.set(
        commit,
        await this.#part(`${at}/check-runs`, { filter: 'latest' }, this.#runs.get(commit), runsOf(commit)),
      );
      statuses.set(commit, await this.#part(`${at}/statuses`, {}, this.#statuses.get(commit), statusesOf(commit)));
    }
    this.#runs = runs;
    this.#statuses = statuses;
    return [...runs.values(), ...statuses.values()].flatMap(({ checks }) => checks);
  }

  async #part(route: string, params: Params, before: Part | undefined, take: Take): Promise<Part> {
    const checks: ForgeCheck[] = [];
    let etag: string | null = null;
    for (let page = 1; page <= PAGES_MAX; page += 1) {
      const answer = await this.#client.call({
        rank: 'look',
        kind: 'read',
        route,
        params: () => ({ ...params, per_page: PER_PAGE, page }),
        etag: page === 1 ? (before?.etag ?? null) : null,
      });
      if (answer.status === 304 && before !== undefined) return before;
      const isLast = take(expect(answer, 'the results on a commit'), checks) < PER_PAGE;
      if (isLast && page === 1) etag = answer.etag;
      if (isLast) break;
    }
    return { etag, checks };
  }
}

/** Adds what one page holds, and answers how many were on it. */
type Take = (answer: Answer, checks: ForgeCheck[]) => number;

function runsOf(commit: string): Take {
  return ({ data }, checks) => {
    const { check_runs } = believe(CHECK_RUNS, data, 'a list of check runs');
    for (const { name, status, conclusion, html_url, app } of check_runs) {
      const ended = PASSED.includes(conclusion ?? '') ? 'passed' : 'failed';
      const state = status === 'completed' ? ended : 'pending';
      checks.push({ commit, name, state, app: app?.id ?? null, by: null, url: html_url });
    }
    return check_runs.length;
  };
}

/**
 * Newest first. Of one context the newest of each account is told, and upper and lower case are one: the word of one
 * that is pinned must not be lost by that of another.
 */
function statusesOf(commit: string): Take {
  return ({ data }, checks) => {
    const statuses = believe(STATUSES, data, 'a list of statuses');
    for (const { context, state, target_url, creator } of statuses) {
      const by = personOf(creator);
      const isSame = (one: ForgeCheck) => one.name.toLowerCase() === context.toLowerCase() && one.by?.id === by?.id;
      if (checks.some(isSame)) continue;
      const ended = state === 'success' ? 'passed' : 'failed';
      checks.push({
        commit,
        name: context,
        state: state === 'pending' ? 'pending' : ended,
        app: null,
        by,
        url: target_url,
      });
    }
    return statuses.length;
  };
}
