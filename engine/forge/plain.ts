// Git alone as a forge: a proposal is its branch, merging is a push, closing removes the branch. Reviews are tags
// and records of the ledger, which name what they are of; the plan is told by `tidegate plan --branch`.

import { NO_FORGE_FACTS } from '../model/proposal.ts';
import type { Forge } from '../ports/forge.ts';
import { type GitForgeOptions, lookAtBranches, mergeBranch, pushBranch, removeBranch } from './git-proposals.ts';

export function createPlainForge(options: GitForgeOptions): Forge {
  let facts = NO_FORGE_FACTS;
  return {
    kind: 'plain',
    verbs: new Set(['look', 'open', 'close', 'merge']),
    binds: 'commit',
    async look() {
      facts = await lookAtBranches(options, facts);
      return facts;
    },
    open: async (order) => (await pushBranch(options, order)) ?? { type: 'open', number: null, url: null },
    close: (order) => removeBranch(options, order),
    merge: (order) => mergeBranch(options, order),
    requestReviews: async () => ({
      type: 'unsupported',
      sentence: 'without a forge nobody is asked: an approval by name, or a tag, says yes',
    }),
    mirror: () => ({ comments: [], pending: 0, troubles: [] }),
    end: async () => undefined,
  };
}
