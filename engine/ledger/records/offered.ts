// A version that has to wait was seen for the first time.

import { sayVersion } from '../../model/version.ts';
import { OFFERED_MAX } from '../bounds.ts';
import { eventKind } from './kind.ts';

export const offered = eventKind({
  type: 'offered',
  fields: { version: 'version', digest: 'text' },
  say: (record) => `${sayVersion(record.version)} is offered and waits`,
  fold(state, { digest, version, at }) {
    if (state.offered.some((other) => other.digest === digest && other.commit === version.commit)) {
      return `${version.commit.slice(0, 7)} is known to wait already`;
    }
    return { offered: [{ digest, commit: version.commit, at }, ...state.offered].slice(0, OFFERED_MAX) };
  },
});
