// Somebody has reviewed on the forge what would be brought here: first seen now, and of which contents. The person is
// known by the number of the account; the words of a review are not kept.

import { identityOf } from '../../model/people.ts';
import { isLogin } from '../../model/proposal.ts';
import { REVIEW_AUTHORS_MAX } from '../bounds.ts';
import { rememberAnswer } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const reviewSeen = eventKind({
  type: 'review-seen',
  fields: {
    review: 'text',
    /** Of the pull request. */
    number: 'count',
    login: 'text',
    account: 'count',
    answer: { oneOf: ['approved', 'rejected'] },
    commit: 'commit',
    /** Of what would be done, without the commit. */
    digest: 'digest',
    /** Who made what was reviewed; absent where nobody can tell. */
    authors: 'texts or absent',
  },
  weight: 5,
  tone: () => 'plain',
  say: ({ commit, answer, login, number }) => `${commit.slice(0, 7)} ${answer} by ${login} on GitHub (#${number})`,
  fold(state, { id, at, review, number, login, account, answer, commit, digest, authors }) {
    if (state.approvals.some((known) => known.review?.id === review)) return `review ${review} is known already`;
    if (!isLogin(login)) return 'its login is none';
    if ((authors?.length ?? 0) > REVIEW_AUTHORS_MAX) return `it names more than ${REVIEW_AUTHORS_MAX} authors`;
    return rememberAnswer(state, {
      id,
      by: identityOf({ login, id: account }),
      answer,
      version: { commit, tag: null },
      planDigest: null,
      reason: '',
      at,
      tag: null,
      review: { id: review, number, account, digest, ...(authors === undefined ? {} : { authors }) },
    });
  },
});
