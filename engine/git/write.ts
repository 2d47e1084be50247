// New commits: ledger records, the commit that puts an earlier version back, and merges. Everything is written to the
// object database in one go and nowhere else: no work tree, no index, no ref. Pushing is another file's business.

import type { CommitDraft } from '../ports/git.ts';
import { entriesAt, type Found } from './contents.ts';
import type { Git } from './exec.ts';
import { gitFault } from './failure.ts';
import { type CommitPlan, importCommits, type TreeChange } from './fast-import.ts';
import { assertFilePath, assertOid, assertTreePath, isOid } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import { MODE_EXECUTABLE, MODE_FILE } from './objects.ts';

type Signing = Pick<CommitDraft, 'message' | 'author' | 'at'>;

export type Writer = {
  readonly git: Git;
  readonly reader: ObjectReader;
  /** Hex digits of an id: 40 or 64. */
  readonly oidLength: number;
};

export async function writeCommits(
  { git, reader, oidLength }: Writer,
  drafts: readonly CommitDraft[],
): Promise<readonly string[]> {
  const plans: CommitPlan[] = [];
  for (const draft of drafts) {
    const modes = await presentModes(reader, drafts, draft);
    const changes: TreeChange[] = [];
    for (const [name, content] of draft.files) {
      const path = assertFilePath(name);
      if (content === null) changes.push({ type: 'delete', path });
      else changes.push({ type: 'text', path, mode: modes.get(name) ?? MODE_FILE, content });
    }
    const parents = draft.parent === null ? [] : [draft.parent];
    plans.push({ parents, changes, message: draft.message, author: draft.author, at: draft.at });
  }
  return await importCommits(git, plans, oidLength);
}

/** One object, synced before this returns; git refuses what is no tag. */
export async function writeTag({ git }: Writer, text: string): Promise<string> {
  const ending = await git.run(['-c', 'core.fsync=loose-object', 'hash-object', '-t', 'tag', '-w', '--stdin'], {
    input: text,
  });
  const oid = ending.stdout.toString('latin1').trim();
  if (ending.code !== 0 || !isOid(oid)) throw gitFault(ending, { what: 'write a tag', secrets: [] });
  return oid;
}

export async function writeRestore(
  writer: Writer,
  input: { readonly parent: string; readonly source: string; readonly paths: readonly string[] } & Signing,
): Promise<string> {
  const { tree } = await writer.reader.commit(input.source);
  const found = await entriesAt(writer.reader, tree, input.paths);
  const changes = input.paths.map((name): TreeChange => {
    const path = assertTreePath(name);
    const entry = found.get(name);
    return entry === undefined ? { type: 'delete', path } : { type: 'entry', path, mode: entry.mode, oid: entry.oid };
  });
  return await only(writer, { ...input, parents: [input.parent], changes });
}

export async function writeCopies(
  writer: Writer,
  input: {
    readonly parent: string;
    readonly source: string;
    readonly copies: readonly { readonly from: string; readonly to: string }[];
    readonly texts: ReadonlyMap<string, string>;
  } & Signing,
): Promise<string> {
  const { reader } = writer;
  const there = await entriesAt(
    reader,
    (await reader.commit(input.source)).tree,
    input.copies.map(({ from }) => from),
  );
  const here = await entriesAt(reader, (await reader.commit(input.parent)).tree, [...input.texts.keys()]);
  const changes = input.copies.flatMap(({ from, to }): readonly TreeChange[] => {
    const path = assertFilePath(to);
    const entry = there.get(from);
    if (entry === undefined) return [{ type: 'delete', path }];
    return isPlain(entry) ? [{ type: 'entry', path, mode: entry.mode, oid: entry.oid }] : [];
  });
  for (const [name, content] of input.texts) {
    const present = here.get(name);
    const mode = present !== undefined && isExecutable(present) ? MODE_EXECUTABLE : MODE_FILE;
    changes.push({ type: 'text', path: assertFilePath(name), mode, content });
  }
  return await only(writer, { ...input, parents: [input.parent], changes });
}

/** Null on conflict, and where git is too old to merge without a work tree (before 2.38). */
export async function writeMerge(
  writer: Writer,
  isAncestor: (ancestor: string, descendant: string) => Promise<boolean>,
  input: { readonly ours: string; readonly theirs: string } & Signing,
): Promise<string | null> {
  assertOid(input.ours);
  assertOid(input.theirs);
  if (await isAncestor(input.ours, input.theirs)) return input.theirs;
  if (await isAncestor(input.theirs, input.ours)) return input.ours;
  const merged = await autoMerge(writer.git, input.ours, input.theirs);
  if (merged === null || merged.conflicts.length > 0) return null;
  const changes: TreeChange[] = [{ type: 'entry', path: '', mode: '40000', oid: merged.tree }];
  return await only(writer, { ...input, parents: [input.ours, input.theirs], changes });
}

export type AutoMerge = {
  readonly tree: string;
  /** Where git could not decide; the tree has something there that nobody meant. */
  readonly conflicts: readonly string[];
};

/** What git makes of two commits; null where it is too old to merge without a work tree. */
export async function autoMerge(git: Git, ours: string, theirs: string): Promise<AutoMerge | null> {
  assertOid(ours);
  assertOid(theirs);
  // Fixed settings, because the ids must not depend on who merges.
  const settings = [
    'merge.renames=true',
    'merge.directoryRenames=false',
    'merge.renameLimit=1000',
    'diff.algorithm=histogram',
  ];
  const ending = await git.run([
    ...settings.flatMap((setting) => ['-c', setting]),
    'merge-tree',
    '--write-tree',
    '--no-messages',
    '--name-only',
    '-z',
    ours,
    theirs,
  ]);
  if (ending.code === 129) return null;
  if (ending.code !== 0 && ending.code !== 1) {
    throw gitFault(ending, { what: `merge ${theirs} into ${ours}`, secrets: [] });
  }
  const [tree = '', ...conflicts] = ending.stdout.toString('utf8').split('\0');
  // Exit code 1 without a tree is an older git's way of saying that it does not know these options.
  if (!isOid(tree)) return null;
  return { tree, conflicts: ending.code === 0 ? [] : conflicts.filter(Boolean) };
}

async function only({ git, oidLength }: Writer, plan: CommitPlan): Promise<string> {
  const [oid = ''] = await importCommits(git, [plan], oidLength);
  assertOid(oid);
  return oid;
}

/** A file that is replaced keeps its executable bit; the base is the commit below all drafts of the chain. */
async function presentModes(
  reader: ObjectReader,
  drafts: readonly CommitDraft[],
  draft: CommitDraft,
): Promise<ReadonlyMap<string, string>> {
  let base = draft.parent;
  let place = drafts.indexOf(draft);
  while (base?.startsWith('draft:')) {
    const earlier = Number(base.slice('draft:'.length));
    // Only ever downwards: a draft that names itself or a later one has no base, and is refused when it is written.
    if (!(earlier < place)) return new Map();
    place = earlier;
    base = drafts[earlier]?.parent ?? null;
  }
  if (base === null || !isOid(base)) return new Map();
  const { tree } = await reader.commit(base);
  const found = await entriesAt(reader, tree, [...draft.files.keys()]);
  return new Map([...found].filter(([, entry]) => isExecutable(entry)).map(([path]) => [path, MODE_EXECUTABLE]));
}

function isPlain({ mode }: Found): boolean {
  return mode === MODE_EXECUTABLE || mode === MODE_FILE;
}

function isExecutable(entry: Found): boolean {
  return entry.mode === MODE_EXECUTABLE;
}
