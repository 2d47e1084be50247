// Who wrote what a promotion carries: a commit of ours, or of a forge that squashes, must not make their work
// anybody's. Told by contents, so that nothing depends on what a message still says.

import type { StoredProposal } from '../../model/promotion.ts';
import type { GitRepository } from '../../ports/git.ts';
import { isHere } from '../ledger/missing-commits.ts';

/** Authors of what a version has of proposals, and who asked for those; a sentence where nobody can tell. */
export async function carriedIn(
  git: GitRepository,
  commit: string,
  changed: readonly string[],
  proposals: readonly StoredProposal[],
): Promise<readonly string[] | string> {
  const people = new Set<string>();
  for (const proposal of proposals) {
    const paths = proposal.paths.filter((path) => changed.includes(path));
    if (proposal.head === null || paths.length === 0 || !(await hasOf(git, commit, paths, proposal))) continue;
    const { carried, requestedBy } = proposal;
    if (carried === undefined) return `who wrote what ${proposal.proposal} carries cannot be told`;
    for (const who of [...carried, ...(requestedBy === null ? [] : [requestedBy])]) people.add(who);
  }
  return [...people].sort();
}

/** Any file as it was proposed. A proposal that is gone from the repository cannot be told from it. */
async function hasOf(
  git: GitRepository,
  commit: string,
  paths: readonly string[],
  { head, touched }: StoredProposal,
): Promise<boolean> {
  for (const tip of [...(head === null ? [] : [head]), ...touched]) {
    if (!(await isHere(git, tip))) return true;
    for (const path of paths) {
      const [proposed] = await git.contentsAt(tip, [[path]]);
      const [there] = await git.contentsAt(commit, [[path]]);
      if (proposed?.digest === there?.digest) return true;
    }
  }
  return false;
}
