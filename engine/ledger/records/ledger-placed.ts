// The ledger is at this place from now on.

import { isSamePlace, placeProblem, sayPlace } from '../../model/ledger-place.ts';
import { eventKind } from './kind.ts';

export const ledgerPlaced = eventKind({
  type: 'ledger-placed',
  fields: {
    namespace: 'text',
    /** Null: the config repository. */
    repository: 'text?',
    because: 'text',
  },
  ledger: 'repository',
  weight: 6,
  say: (record) => `the ledger is at ${sayPlace(record)}: ${record.because}`,
  fold(state, { namespace, repository }) {
    // What could not be read back is not written.
    const wrong = placeProblem({ namespace, repository });
    if (wrong !== null) return wrong;
    if (state.place !== undefined && isSamePlace(state.place, { namespace, repository }))
      return 'the ledger is there already';
    return { place: { namespace, repository } };
  },
});
