// What lies between two commits on either side, as far as it touches some paths: who made it and which files differ. Every
// parent is followed, so that nothing hides behind a merge. A merge itself counts only where somebody made it into something
// else than what git makes of its parents: bringing others' work in is not making it, throwing work away is.
// Bounded: what is larger than that is not told in part.

import { Fault } from '../ports/fault.ts';
import type { Changes, ChangesBounds, CommitFacts } from '../ports/git.ts';
import { entriesAt, listFiles } from './contents.ts';
import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { assertOid, assertTreePath } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import type { AutoMerge } from './write.ts';

export type MergeJudge = {
  readonly reader: ObjectReader;
  /** What git makes of two commits; null where it cannot tell. */
  autoMerge(ours: string, theirs: string): Promise<AutoMerge | null>;
};

/** Judging a merge costs a process. So many that touch one environment lie between two versions only where nobody deploys;
 *  further ones count. */
const MERGES_JUDGED_MAX = 200;
/** Merges of everything, for each commit that may touch the paths: most bring nothing here, and are only looked at. */
const MERGES_PER_COMMIT = 5;

const TIMEOUT_MS = 60_000;
const OID_LENGTH_MAX = 65;
const PATH_LENGTH_MAX = 4_097;

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
  const { commitsMax } = bounds;
  const range = `${from}...${to}`;
  // Git passes over a merge that equals one of its parents, also where that throws another's work away: those are asked for
  // without paths, and judged here.
  const single = await revList(git, ['--no-merges', '--full-history'], range, literal(below), commitsMax);
  const merges = await revList(git, ['--merges'], range, [], commitsMax * MERGES_PER_COMMIT);
  if (single === null || merges === null) return null;
  const files = await filesBetween(git, from, to, below, bounds.pathsMax);
  if (files === null) return null;
  const { reader } = judge;
  const made = await mergesThatCount(judge, await reader.commits(merges), below);
  const commits = [...(await reader.commits(single)), ...made];
  return commits.length > commitsMax ? null : { commits, paths: files };
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

async function revList(
  git: Git,
  args: readonly string[],
  range: string,
  paths: readonly string[],
  countMax: number,
): Promise<readonly string[] | null> {
  const ending = await git.run(
    ['rev-list', ...args, `--max-count=${countMax + 1}`, '--end-of-options', range, '--', ...paths],
    { timeoutMs: TIMEOUT_MS, stdoutMax: (countMax + 2) * OID_LENGTH_MAX },
  );
  if (ending.code !== 0) throw gitFault(ending, { what: `read what lies between ${range}`, secrets: [] });
  const oids = ending.stdout.toString('latin1').split('\n').filter(Boolean);
  return oids.length > countMax ? null : oids;
}

async function filesBetween(
  git: Git,
  from: string,
  to: string,
  paths: readonly string[],
  pathsMax: number,
): Promise<readonly string[] | null> {
  const ending = await git.run(
    ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--end-of-options', from, to, '--', ...literal(paths)],
    { timeoutMs: TIMEOUT_MS, stdoutMax: (pathsMax + 1) * PATH_LENGTH_MAX },
  );
  if (ending.stopped === 'too-large') return null;
  if (ending.code !== 0) throw gitFault(ending, { what: `compare ${from} and ${to}`, secrets: [] });
  const files = ending.stdout.toString('utf8').split('\0').filter(Boolean);
  return files.length > pathsMax ? null : files.sort();
}

/** The root means no restriction. */
function literal(paths: readonly string[]): readonly string[] {
  return paths.includes('') ? [] : paths;
}
