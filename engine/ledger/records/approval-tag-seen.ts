// Somebody answered with an annotated tag (`approve/production/v1.4.2`): first seen now, and where it pointed.

import { after, rememberAnswer } from '../person-said.ts';
import { eventKind } from './kind.ts';

export const approvalTagSeen = eventKind({
  type: 'approval-tag-seen',
  fields: {
    tag: 'text',
    oid: 'commit',
    commit: 'commit',
    answer: { oneOf: ['approved', 'rejected'] },
    /** The tagger, as Git names them. */
    person: 'text',
    reason: 'reason',
    /** Whose signature it carried then; absent where it had none that holds. */
    signedBy: 'text or absent',
  },
  tone: () => 'plain',
  say({ commit, answer, person, tag, reason }) {
    return `${commit.slice(0, 7)} ${answer} by ${person} (tag ${tag})${after(reason)}`;
  },
  fold(state, { id, at, tag, oid, commit, answer, person, reason, signedBy }) {
    if (state.approvals.some((approval) => approval.tag?.name === tag)) return `${tag} is known already`;
    return rememberAnswer(state, {
      id,
      by: person,
      answer,
      version: { commit, tag: null },
      planDigest: null,
      reason,
      at,
      tag: { name: tag, oid },
      ...(signedBy === undefined ? {} : { signedBy }),
    });
  },
});
