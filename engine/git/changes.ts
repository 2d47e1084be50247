// By which commits two commits differ at some paths, and in which files. Every parent is followed, so that nothing
// hides behind a merge. A merge itself counts only where somebody made it into something else than what git makes of
// its parents: bringing others' work in is not making it, throwing work away is. Where a side lacks commits of the
// other, the one who made what comes back by that counts too. Bounded: what is larger than that is not told in part.

import { Fault } from '../ports/fault.ts';
import type { Changes, ChangesBounds, CommitFacts } from '../ports/git.ts';
import { broughtBack, type Parting } from './brought-back.ts';
import { entriesAt, listFiles } from './contents.ts';
import type { Git } from './exec.ts';
import { namedBy } from './named-commits.ts';
import { assertOid, assertTreePath } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import { filesBetween, listCommits, mergeBases } from './ranges.ts';
import type { AutoMerge } from './write.ts';

export type MergeJudge = {
  readonly reader: ObjectReader;
  /** What git makes of two commits; null where it cannot tell. */
  autoMerge(ours: string, theirs: string): Promise<AutoMerge | null>;
};

/**
 * Judging a merge costs a process. So many that touch one environment lie between two versions only where nobody
 * deploys; further ones count.
 */
const MERGES_JUDGED_MAX = 200;
/**
 * Merges of everything, for each commit that may touch the paths: most bring nothing here, and are only looked at.
 */
const MERGES_PER_COMMIT = 5;

/** Looked through by anyone who goes back: each is read for its trees. */
const EARLIER_MAX = 10_000;

export async function changesBetween(
  git: Git,
  judge: MergeJudge,
  from: string | null,
  to: string,
  paths: readonly string[],
  bounds: ChangesBounds,
): Promise<Changes | null> {
  assertOid(to);
  const below = [...new Set(paths.map(assertTreePath))].sort();
  if (from === null) return await changesOf(judge.reader, to, below, bounds);
  assertOid(from);
  if (from === to) return { commits: [], paths: [] };
  const { commitsMax, pathsMax } = bounds;
  const { reader } = judge;
  // What is gone is said as that; git has many words for it.
  await reader.commits([from, to]);
  const listed = await listCommits(git, [`${from}...${to}`], below, {
    single: commitsMax,
    merges: mergesMax(commitsMax),
  });
  const files = listed === null ? null : await filesBetween(git, from, to, below, pathsMax);
  if (listed === null || files === null) return null;
  const made = await mergesThatCount(judge, await reader.commits(listed.merges), below);
  const between = [...(await reader.commits(listed.single)), ...made];
  const undone = between.filter(({ oid }) => listed.left.has(oid));
  const back = await earlierThatCount(judge, { from, to, between, undone, files }, () =>
    earlierThan(git, reader, from, to, below),
  );
  if (back === null || between.length + back.length > commitsMax) return null;
  return { commits: [...between, ...back], paths: files };
}

/**
 * What comes back was made before the two parted, or where the commits between them say. `earlier`: all commits that
 * both have and that may touch the files, asked for only where something is undone; null where they are too many.
 */
export async function earlierThatCount(
  judge: MergeJudge,
  { between, ...parting }: Omit<Parting, 'earlier'> & { readonly between: readonly CommitFacts[] },
  earlier: () => Promise<readonly CommitFacts[] | null>,
): Promise<readonly CommitFacts[] | null> {
  if (parting.files.length === 0) return [];
  const named = await namedBy(judge.reader, between, parting.files);
  if (parting.undone.length === 0) return named;
  const commits = await earlier();
  if (commits === null) return null;
  const found = await broughtBack(judge.reader, { ...parting, earlier: commits });
  const [single, merges] = [found.filter((commit) => !isMerge(commit)), found.filter(isMerge)];
  const counted = [...named, ...single, ...(await mergesThatCount(judge, merges, parting.files))];
  return [...new Map(counted.map((commit) => [commit.oid, commit])).values()];
}

async function earlierThan(
  git: Git,
  reader: ObjectReader,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<readonly CommitFacts[] | null> {
  const bases = await mergeBases(git, from, to);
  if (bases.length === 0) return [];
  const listed = await listCommits(git, bases, paths, { single: EARLIER_MAX, merges: EARLIER_MAX });
  return listed === null ? null : await reader.commits([...listed.single, ...listed.merges]);
}

function isMerge({ parents }: CommitFacts): boolean {
  return parents.length > 1;
}

function mergesMax(commitsMax: number): number {
  return commitsMax * MERGES_PER_COMMIT;
}

/** A first version: the commit alone, and all that it has there. */
export async function changesOf(
  reader: ObjectReader,
  commit: string,
  paths: readonly string[],
  { pathsMax }: ChangesBounds,
): Promise<Changes | null> {
  const files = (await listFiles(reader, commit, paths)).map(({ path }) => path);
  return files.length > pathsMax ? null : { commits: [await reader.commit(commit)], paths: files };
}

/** Those that differ from a parent at the paths, and are not what git makes of their parents. */
export async function mergesThatCount(
  { reader, autoMerge }: MergeJudge,
  merges: readonly CommitFacts[],
  paths: readonly string[],
): Promise<readonly CommitFacts[]> {
  const counted: CommitFacts[] = [];
  let judged = 0;
  for (const merge of merges) {
    const trees = (await reader.commits(merge.parents)).map(({ tree }) => tree);
    if (await sameAt(reader, [merge.tree, ...trees], paths)) continue;
    const [ours = '', theirs = '', more] = merge.parents;
    judged += 1;
    const isJudged = more === undefined && judged <= MERGES_JUDGED_MAX;
    const made = isJudged ? await autoMerge(ours, theirs).catch(unknown) : null;
    const isDecided = made !== null && !made.conflicts.some((conflict) => liesIn(conflict, paths));
    if (!isDecided || !(await sameAt(reader, [merge.tree, made.tree], paths))) counted.push(merge);
  }
  return counted;
}

export async function sameAt(
  reader: ObjectReader,
  trees: readonly string[],
  paths: readonly string[],
): Promise<boolean> {
  const said = new Set<string>();
  for (const tree of new Set(trees)) {
    const found = await entriesAt(reader, tree, paths);
    said.add(paths.map((path) => `${found.get(path)?.mode} ${found.get(path)?.oid}`).join('\n'));
  }
  return said.size <= 1;
}

function liesIn(file: string, paths: readonly string[]): boolean {
  return paths.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
}

/** Histories that have nothing in common, for one: git does not merge them, so somebody did. */
function unknown(cause: unknown): null {
  if (cause instanceof Fault) return null;
  throw cause;
}
