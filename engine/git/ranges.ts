// What native git lists between commits at some paths: commits with their side, common ancestors, files that differ.
// Each list is bounded, and null beyond its bound: a part of it would pass for the whole.

import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { isOid } from './names.ts';

const TIMEOUT_MS = 60_000;
/** A mark, the id, a line end. */
const OID_LENGTH_MAX = 66;
const PATH_LENGTH_MAX = 4_097;

type Listed = {
  readonly single: readonly string[];
  readonly merges: readonly string[];
  /** Those of the left side of a symmetric difference. */
  readonly left: ReadonlySet<string>;
};

/**
 * Git passes over a merge that equals one of its parents, also where that throws another's work away: those are asked
 * for without paths, and judged here.
 */
export async function listCommits(
  git: Git,
  revisions: readonly string[],
  paths: readonly string[],
  most: { readonly single: number; readonly merges: number },
): Promise<Listed | null> {
  const single = await revList(git, ['--no-merges', '--full-history'], revisions, literal(paths), most.single);
  const merges = await revList(git, ['--merges'], revisions, [], most.merges);
  if (single === null || merges === null) return null;
  const left = [...single, ...merges].filter((marked) => marked.startsWith('<'));
  const [singleIds, mergeIds, leftIds] = [single, merges, left].map((list) => list.map((marked) => marked.slice(1)));
  return { single: singleIds ?? [], merges: mergeIds ?? [], left: new Set(leftIds) };
}

/** Each id with the mark of its side before it. */
async function revList(
  git: Git,
  args: readonly string[],
  revisions: readonly string[],
  paths: readonly string[],
  countMax: number,
): Promise<readonly string[] | null> {
  const ending = await git.run(
    [
      'rev-list',
      '--left-right',
      ...args,
      `--max-count=${countMax + 1}`,
      '--end-of-options',
      ...revisions,
      '--',
      ...paths,
    ],
    { timeoutMs: TIMEOUT_MS, stdoutMax: (countMax + 2) * OID_LENGTH_MAX },
  );
  if (ending.code !== 0) throw gitFault(ending, { what: `read what lies between ${revisions.join(' ')}`, secrets: [] });
  const oids = ending.stdout.toString('latin1').split('\n').filter(Boolean);
  return oids.length > countMax ? null : oids;
}

/** None where they have nothing in common. */
export async function mergeBases(git: Git, from: string, to: string): Promise<readonly string[]> {
  const ending = await git.run(['merge-base', '--all', '--end-of-options', from, to], { timeoutMs: TIMEOUT_MS });
  if (ending.code !== 0 && ending.code !== 1) {
    throw gitFault(ending, { what: `compare the history of ${from} and ${to}`, secrets: [] });
  }
  return ending.stdout.toString('latin1').split('\n').filter(isOid);
}

export async function filesBetween(
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
