// What GitHub says, asked as cheaply as can be: two lists in the order of change, each with the ETag of before, and
// what changed in them. 304 costs nothing. An ETag dies with the token each hour; then the whole list comes once, and
// is compared. Merged or not is never asked: that is in Git.

import type { Instant } from '../../base/instant.ts';
import { type ForgeFacts, type ForgeProposal, NO_FORGE_FACTS, type Review } from '../../model/proposal.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { ForgeSince } from '../../ports/forge.ts';
import { Checks } from './checks.ts';
import type { Client } from './client.ts';
import { expect, type Repository } from './identity.ts';
import { type ReviewsRead, readReviews } from './reviews.ts';
import { believe, instantOf, PULLS, type Pull, personOf } from './shapes.ts';

const EVERY_MS = 30_000;
const AFTER_TROUBLE_MS = 30_000;
/** 3,000 proposals; what is further back has not been touched for long. */
const PAGES_MAX = 30;
const PER_PAGE = 100;

type Known = {
  pull: Pull;
  reviews: ReviewsRead | null;
  /** The change that they were read after; they are read once more, since another may come within the same second. */
  readAfter: string | null;
  again: boolean;
};
type List = { etag: string | null; newestAt: Instant | null };

export class Looks {
  readonly #client: Client;
  readonly #repository: Repository;
  readonly #clock: Clock;
  readonly #known = new Map<number, Known>();
  readonly #lists: Readonly<Record<'open' | 'closed', List>> = {
    open: { etag: null, newestAt: null },
    closed: { etag: null, newestAt: null },
  };
  readonly #checks: Checks;
  #facts: ForgeFacts = NO_FORGE_FACTS;
  #underWay: Promise<ForgeFacts> | null = null;

  constructor(client: Client, repository: Repository, clock: Clock) {
    this.#client = client;
    this.#repository = repository;
    this.#clock = clock;
    this.#checks = new Checks(client, repository);
  }

  async look(since: ForgeSince): Promise<ForgeFacts> {
    if (this.#underWay !== null) return await this.#underWay;
    if (since.fresh !== true && this.#clock.now() < this.#facts.nextAt) return this.#facts;
    this.#underWay = this.#ask(since);
    try {
      return await this.#underWay;
    } finally {
      this.#underWay = null;
    }
  }

  async #ask(since: ForgeSince): Promise<ForgeFacts> {
    const askedAt = this.#clock.now();
    try {
      const { me, repositoryId } = await this.#repository.identity('look');
      await this.#list('open', since, repositoryId);
      await this.#list('closed', since, repositoryId);
      this.#forget(since.closedAfter);
      await this.#readReviews(since, repositoryId);
      const checks = await this.#checks.read(since.checksOf);
      const proposals = [...this.#known.values()].map((known) => this.#told(known, repositoryId));
      this.#facts = {
        asOf: askedAt,
        reachable: true,
        trouble: null,
        me,
        proposals: proposals.sort((a, b) => (a.number ?? 0) - (b.number ?? 0)),
        checks,
        nextAt: this.#clock.now() + EVERY_MS,
      };
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      const nextAt = this.#clock.now() + Math.max(AFTER_TROUBLE_MS, cause.afterMs ?? 0);
      this.#facts = { ...this.#facts, reachable: false, trouble: cause.message, nextAt };
    }
    return this.#facts;
  }

  async #list(state: 'open' | 'closed', { closedAfter }: ForgeSince, repositoryId: number): Promise<void> {
    const list = this.#lists[state];
    const backTo = Math.max(list.newestAt ?? 0, state === 'closed' ? closedAfter : 0);
    let etag: string | null = null;
    let newestAt: Instant | null = null;
    for (let page = 1; page <= PAGES_MAX; page += 1) {
      const answer = await this.#client.call({
        rank: 'look',
        kind: 'read',
        route: `GET ${this.#repository.path}/pulls`,
        params: () => ({ state, sort: 'updated', direction: 'desc', per_page: PER_PAGE, page }),
        etag: page === 1 ? list.etag : null,
      });
      if (answer.status === 304) return;
      const pulls = believe(PULLS, expect(answer, 'its pull requests').data, 'a list of pull requests');
      for (const pull of pulls) this.#take(pull, repositoryId);
      if (page === 1) etag = answer.etag;
      newestAt ??= pulls[0] === undefined ? null : instantOf(pulls[0].updated_at);
      const last = pulls.at(-1);
      if (last === undefined || pulls.length < PER_PAGE || instantOf(last.updated_at) < backTo) break;
    }
    list.etag = etag;
    list.newestAt = newestAt ?? list.newestAt;
  }

  /** Lists lag, each on its own: what is older than what was told before is old news. */
  #take(pull: Pull, repositoryId: number): void {
    if (pull.base.repo?.id !== repositoryId)
      throw new Fault('remote-refused', 'under this name stands another repository now', {
        retry: 'later',
        hint: 'name the repository again in `forge.github.repository`, and start the controller again',
      });
    const known = this.#known.get(pull.number);
    if (known === undefined) {
      this.#known.set(pull.number, { pull, reviews: null, readAfter: null, again: false });
      return;
    }
    if (instantOf(pull.updated_at) >= instantOf(known.pull.updated_at)) known.pull = pull;
  }

  #forget(closedAfter: Instant): void {
    for (const [number, { pull }] of this.#known)
      if (pull.state === 'closed' && instantOf(pull.updated_at) < closedAfter) this.#known.delete(number);
  }

  async #readReviews({ wantsReviews }: ForgeSince, repositoryId: number): Promise<void> {
    for (const known of this.#known.values()) {
      const isChanged = known.readAfter !== known.pull.updated_at;
      if (!isChanged && !known.again) continue;
      if (!wantsReviews(this.#told(known, repositoryId))) continue;
      const { number, updated_at } = known.pull;
      known.reviews = await readReviews(this.#client, this.#repository, number, known.reviews);
      known.readAfter = updated_at;
      known.again = isChanged;
    }
  }

  #told({ pull, reviews }: Known, repositoryId: number): ForgeProposal {
    const read: readonly Review[] | null = reviews?.reviews ?? null;
    return {
      number: pull.number,
      url: pull.html_url,
      branch: pull.head.ref,
      isFork: pull.head.repo?.id !== repositoryId,
      base: pull.base.ref,
      head: pull.head.sha,
      state: pull.state,
      isDraft: pull.draft ?? false,
      author: personOf(pull.user),
      updatedAt: instantOf(pull.updated_at),
      reviews: read,
    };
  }
}
