// A review that was recorded does not stand any more. It stays in its place: what the same person had said before is
// not said again by that.

import { eventKind } from './kind.ts';

export const reviewGone = eventKind({
  type: 'review-gone',
  fields: { review: 'text', how: { oneOf: ['dismissed', 'changed', 'gone'] } },
  weight: 5,
  tone: () => 'plain',
  say: ({ review, how }) => `review ${review} ${HOW[how]}`,
  fold({ approvals }, { review, how }) {
    const known = approvals.find((approval) => approval.review?.id === review)?.review;
    if (known === undefined) return `review ${review} is not known`;
    if (known.ended !== undefined) return `review ${review} has ended already`;
    return {
      approvals: approvals.map((one) => (one.review === known ? { ...one, review: { ...known, ended: how } } : one)),
    };
  },
});

const HOW = {
  dismissed: 'was dismissed',
  changed: 'gave way to another one of the same person',
  gone: 'is not on GitHub any more',
} as const;
