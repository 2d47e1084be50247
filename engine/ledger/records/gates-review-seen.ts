// Somebody answered a change of gates by a review of a pull request that yields it: first seen now.

import { identityOf } from '../../model/people.ts';
import { isLogin } from '../../model/proposal.ts';
import { rememberWord, sayChange } from '../gates-said.ts';
import { eventKind } from './kind.ts';

export const gatesReviewSeen = eventKind({
  type: 'gates-review-seen',
  fields: {
    review: 'text',
    /** Of the pull request. */
    number: 'count',
    login: 'text',
    account: 'count',
    answer: { oneOf: ['approved', 'rejected'] },
    serial: 'count',
    digest: 'digest',
    commit: 'commit',
  },
  weight: 4,
  tone: () => 'plain',
  say: (record) =>
    `change of gates ${sayChange(record)} ${record.answer} by ${record.login} on GitHub (#${record.number})`,
  fold(state, { review: id, number, login, account, answer, ...said }) {
    if (!isLogin(login)) return 'its login is none';
    if (state.gateWords.some(({ review }) => review?.id === id)) return `review ${id} is known already`;
    const by = identityOf({ login, id: account });
    return rememberWord(state, { ...said, by, reason: '' }, answer, null, { id, number, account });
  },
});
