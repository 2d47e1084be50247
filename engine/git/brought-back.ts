// Whose work comes back where a version goes behind what runs. Undoing a commit brings back the lines that it took
// out and takes out those that it put in; the one who had written the ones, or had taken out the others, made that
// content, however long ago, and did so in commits that both sides have. A file is judged line by line; where lines
// tell nothing (it is binary or large, or its lines were only moved), everybody who touched it counts.

import type { CommitFacts } from '../ports/git.ts';
import { changesBy, type FileChange, treeChanges } from './file-lines.ts';
import type { LineChange } from './line-changes.ts';
import type { ObjectReader } from './object-reader.ts';

export type Parting = {
  readonly from: string;
  readonly to: string;
  /** Commits that `from` alone has. */
  readonly undone: readonly CommitFacts[];
  /** Commits that both have. */
  readonly earlier: readonly CommitFacts[];
  /** Those that differ between the two. */
  readonly files: readonly string[];
};

/** What comes back to one file, and what goes from it again. */
type Returning = { readonly in: ReadonlySet<string>; readonly out: ReadonlySet<string> } | 'anything';

/** Those of the earlier commits by which the two differ. */
export async function broughtBack(reader: ObjectReader, parting: Parting): Promise<readonly CommitFacts[]> {
  const returning = await returningTo(reader, parting);
  const files = [...returning.keys()];
  const found: CommitFacts[] = [];
  if (files.length === 0) return found;
  for (const commit of parting.earlier) {
    const changes = await changesBy(reader, commit, files);
    if (changes.some(({ file, change }) => brings(change, returning.get(file)))) found.push(commit);
  }
  return found;
}

async function returningTo(
  reader: ObjectReader,
  { from, to, undone, files }: Parting,
): Promise<ReadonlyMap<string, Returning>> {
  const [{ tree: running }, { tree: candidate }] = [await reader.commit(from), await reader.commit(to)];
  const between = new Map(asPairs(await treeChanges(reader, running, candidate, files)));
  const returning = new Map<string, Returning>();
  for (const commit of undone) {
    for (const { file, change } of await changesBy(reader, commit, files)) {
      returning.set(file, joined(returning.get(file), undoing(change, between.get(file) ?? null)));
    }
  }
  return new Map([...returning].filter(([, lines]) => lines === 'anything' || lines.in.size + lines.out.size > 0));
}

function asPairs(changes: readonly FileChange[]): readonly (readonly [string, LineChange | null])[] {
  return changes.map(({ file, change }) => [file, change]);
}

function undoing(undone: LineChange | null, between: LineChange | null): Returning {
  if (undone === null || between === null || undone.isMoved || between.isMoved) return 'anything';
  const shared = (lines: LineChange['lost'], others: LineChange['lost']) =>
    new Set([...lines.keys()].filter((line) => others.has(line)));
  return { in: shared(undone.lost, between.gained), out: shared(undone.gained, between.lost) };
}

function joined(before: Returning | undefined, more: Returning): Returning {
  if (before === undefined || more === 'anything') return more;
  if (before === 'anything') return before;
  return { in: new Set([...before.in, ...more.in]), out: new Set([...before.out, ...more.out]) };
}

/** A commit that moves lines may have put any of them where it stands. */
function brings(change: LineChange | null, lines: Returning | undefined): boolean {
  if (lines === undefined) return false;
  if (lines === 'anything' || change === null || change.isMoved) return true;
  return [...lines.in].some((line) => change.gained.has(line)) || [...lines.out].some((line) => change.lost.has(line));
}
