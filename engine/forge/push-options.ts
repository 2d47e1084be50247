// GitLab with nothing but Git's own login: a merge request is opened by what is told with the push of its branch,
// and closed by removing the branch. Its approvals carry no commit, so none is counted: `tidegate approve`, or a
// tag, says yes. https://docs.gitlab.com/topics/git/commit/#push-options

import { NO_FORGE_FACTS } from '../model/proposal.ts';
import type { Forge, Opened, OpenOrder } from '../ports/forge.ts';
import { type GitForgeOptions, lookAtBranches, mergeBranch, pushBranch, removeBranch } from './git-proposals.ts';

const OPEN_REQUESTS = 'refs/merge-requests/';

export function createPushOptionsForge(options: GitForgeOptions): Forge {
  let facts = NO_FORGE_FACTS;
  return {
    kind: 'gitlab',
    verbs: new Set(['look', 'open', 'close', 'merge']),
    binds: 'weak',
    async look() {
      facts = await lookAtBranches(options, facts);
      return facts;
    },
    open: (order) => open(options, order),
    told: toldOf,
    close: (order) => removeBranch(options, order),
    merge: (order) => mergeBranch(options, order),
    requestReviews: async () => ({
      type: 'unsupported',
      sentence: 'GitLab is not asked by its API: ask people yourself, and let them approve it by name or by a tag',
    }),
    mirror: () => ({ comments: [], pending: 0, troubles: [] }),
    end: async () => undefined,
  };
}

async function open(options: GitForgeOptions, order: OpenOrder): Promise<Opened> {
  const { git } = options;
  const ref = `refs/heads/${order.branch}`;
  const { refs } = await git.look([ref, OPEN_REQUESTS]);
  const isOpen = [...refs].some(([name, oid]) => name.startsWith(OPEN_REQUESTS) && oid === order.head);
  if (isOpen) return { type: 'open', number: null, url: null };
  // A push that changes nothing opens nothing: a branch that came without its request is taken away and pushed once
  // more.
  if (refs.get(ref) === order.head) {
    await git.fetch(new Map([[ref, order.head]]));
    const removed = await removeBranch(options, { number: null, branch: order.branch, head: order.head });
    if (removed.type === 'refused') return removed;
  }
  return (await pushBranch(options, order, toldOf(order))) ?? { type: 'open', number: null, url: null };
}

function toldOf({ base, title, body }: OpenOrder): readonly string[] {
  return [
    'merge_request.create',
    `merge_request.target=${base}`,
    `merge_request.title=${title}`,
    // An option is one line; GitLab takes the two characters for a line break.
    `merge_request.description=${body.replaceAll('\n', '\\n')}`,
  ];
}
