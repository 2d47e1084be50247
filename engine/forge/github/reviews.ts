// The reviews of one pull request, to the last page: an opinion that was not read could be the one that takes a yes
// back.

import { newestOpinions, type Opinion, type Review } from '../../model/proposal.ts';
import type { Rank } from './budget.ts';
import type { Client } from './client.ts';
import { expect, type Repository } from './identity.ts';
import { believe, instantOf, REVIEWS } from './shapes.ts';

export type ReviewsRead = { readonly reviews: readonly Review[]; readonly etag: string | null };

const PAGES_MAX = 20;
const PER_PAGE = 100;

export async function readReviews(
  client: Client,
  { path }: Repository,
  number: number,
  before: ReviewsRead | null,
  rank: Rank = 'look',
): Promise<ReviewsRead> {
  const opinions: Opinion[] = [];
  let etag: string | null = null;
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const answer = await client.call({
      rank,
      kind: 'read',
      route: `GET ${path}/pulls/${number}/reviews`,
      params: () => ({ per_page: PER_PAGE, page }),
      etag: page === 1 ? (before?.etag ?? null) : null,
    });
    if (answer.status === 304 && before !== null) return before;
    const reviews = believe(REVIEWS, expect(answer, `the reviews of #${number}`).data, 'a list of reviews');
    for (const { id, user, state, commit_id, submitted_at } of reviews) {
      const opinion = OPINIONS[state];
      if (user === null || opinion === undefined) continue;
      const by = { login: user.login, id: user.id };
      opinions.push({ id, by, state: opinion, commit: commit_id, at: instantOf(submitted_at ?? '') });
    }
    if (reviews.length < PER_PAGE) {
      // Only the first page has an ETag that is of use: what comes after it would change unseen.
      etag = page === 1 ? answer.etag : null;
      break;
    }
  }
  return { reviews: newestOpinions(opinions, 'commit'), etag };
}

/** COMMENTED and PENDING are no opinion. */
const OPINIONS: Readonly<Record<string, Opinion['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'rejected',
  DISMISSED: 'dismissed',
};
