// A review that was recorded does not stand any more. It stays in its place: what the same person had said before is
// not said again by that.

import type { GatesWord } from '../../model/gate-terms.ts';
import type { ReviewEnd } from '../../model/proposal.ts';
import { eventKind } from './kind.ts';

export const reviewGone = eventKind({
  type: 'review-gone',
  fields: { review: 'text', how: { oneOf: ['dismissed', 'changed', 'gone'] } },
  weight: 5,
  tone: () => 'plain',
  say: ({ review, how }) => `review ${review} ${HOW[how]}`,
  fold({ approvals, gateWords }, { review: id, how }) {
    const known = [...approvals, ...gateWords].flatMap(({ review }) => (review?.id === id ? [review] : []));
    if (known.length === 0) return `review ${id} is not known`;
    if (known.every(({ ended }) => ended !== undefined)) return `review ${id} has ended already`;
    return { approvals: withEnd(approvals, id, how), gateWords: withEnd(gateWords, id, how) };
  },
});

/** The one review is a word on a version and on gates, where it is about both. */
function withEnd<T extends Pick<GatesWord, 'review'>>(words: readonly T[], id: string, ended: ReviewEnd): readonly T[] {
  return words.map((word) => (word.review?.id === id ? { ...word, review: { ...word.review, ended } } : word));
}

const HOW = {
  dismissed: 'was dismissed',
  changed: 'gave way to another one of the same person',
  gone: 'is not on GitHub any more',
} as const;
