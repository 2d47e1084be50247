// A tag that lets a version in was seen, and where it points: moved later, it is noticed.

import { TAGS_MAX } from '../bounds.ts';
import { eventKind } from './kind.ts';

export const tagSeen = eventKind({
  type: 'tag-seen',
  fields: { tag: 'text', oid: 'commit', commit: 'commit' },
  say: (record) => `tag ${record.tag} first seen at ${record.commit.slice(0, 7)}`,
  fold(state, { tag, oid, commit }) {
    if (state.tags.some((entry) => entry.tag === tag)) return `${tag} is known already`;
    return { tags: [{ tag, oid, commit }, ...state.tags].slice(0, TAGS_MAX) };
  },
});
