// Who wrote what a promotion carries: a commit of ours, or of a forge that squashes, must not make their work
// anybody's. Told by contents, so that nothing depends on what a message still says.

import type { StoredProposal } from '../../model/promotion.ts';
import type { CommitFacts, GitRepository } from '../../ports/git.ts';
import { LEDGER_AUTHOR } from '../ledger/ledger.ts';
import { isHere } from '../ledger/missing-commits.ts';
import { authorsIn, CHANGE_BOUNDS } from './authorship.ts';
import { authorsOf } from './commit-said.ts';

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

const OURS = `${LEDGER_AUTHOR.name} <${LEDGER_AUTHOR.email}>`;

export function callThemselvesOurs(commits: readonly CommitFacts[]): readonly CommitFacts[] {
  return commits.filter((commit) => authorsOf(commit).includes(OURS));
}

export function withoutUs(people: readonly string[]): readonly string[] {
  return people.filter((who) => who !== OURS);
}

/** `proposals`: those of the environment that the paths are of. Null where history cannot tell. */
export async function authorsAndCarried(
  git: GitRepository,
  from: string,
  to: string,
  paths: readonly string[],
  proposals: readonly StoredProposal[],
): Promise<readonly string[] | null> {
  const found = await git.changesBetween(from, to, paths, CHANGE_BOUNDS);
  if (found === null) return null;
  const byUs = callThemselvesOurs(found.commits);
  const authors = authorsIn(found);
  const people = byUs.length > 0 && (await areProposed(git, byUs, proposals)) ? withoutUs(authors) : authors;
  const carried = await carriedIn(git, to, found.paths, proposals);
  return typeof carried === 'string' ? null : [...new Set([...people, ...carried])].sort();
}

/**
 * Whether commits that call themselves ours are nothing but what was proposed, as they were made or as a copy:
 * then those who wrote what they carry are their authors. Anybody may commit in our name.
 */
export async function areProposed(
  git: GitRepository,
  commits: readonly CommitFacts[],
  proposals: readonly StoredProposal[],
): Promise<boolean> {
  for (const commit of commits) {
    const known = proposals.some(({ head }) => head === commit.oid);
    if (!known && !(await isCopy(git, commit, proposals))) return false;
  }
  return true;
}

/** Of a commit with one parent: it changes files of one proposal only, to what that has. */
async function isCopy(
  git: GitRepository,
  { oid, parents }: CommitFacts,
  proposals: readonly StoredProposal[],
): Promise<boolean> {
  const [parent, other] = parents;
  if (parent === undefined || other !== undefined || !(await isHere(git, parent))) return false;
  const changed = (await git.changesBetween(parent, oid, [''], COPY_BOUNDS))?.paths ?? null;
  if (changed === null || changed.length === 0) return false;
  for (const { head, paths } of proposals) {
    if (head === null || !changed.every((path) => paths.includes(path)) || !(await isHere(git, head))) continue;
    const [proposed] = await git.contentsAt(head, [changed]);
    const [there] = await git.contentsAt(oid, [changed]);
    if (proposed !== undefined && proposed.digest === there?.digest) return true;
  }
  return false;
}

const COPY_BOUNDS = { commitsMax: 10, pathsMax: 10_000 };

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
