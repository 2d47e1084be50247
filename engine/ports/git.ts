// What the shell needs of Git: one narrow port, two adapters (native git; in-memory with isomorphic-git) under one
// contract suite. Reading is by object id; refs of the remote are read by `look` and nowhere else.

import type { Signed } from '../model/policy-facts.ts';
import type { Contents } from '../model/version.ts';
import type { Fault } from './fault.ts';

/** Full ref name to object id, as the remote has them now. `peeled`: annotated tag ref to the commit it points at. */
export type RemoteRefs = {
  readonly refs: ReadonlyMap<string, string>;
  readonly peeled: ReadonlyMap<string, string>;
  /** The branch that the remote's HEAD names (`refs/heads/main`), or null where it has none. */
  readonly head: string | null;
  /** The remote's own clock minus ours in ms, from a `Date` header; null where the transport tells none. */
  readonly clockSkewMs: number | null;
};

export type FileAtCommit = { readonly path: string; readonly oid: string; readonly mode: string };

export type PushUpdate = {
  /** Full name on the remote. */
  readonly ref: string;
  /** What the remote must have now (compare-and-swap); null when the ref must not exist. */
  readonly expected: string | null;
  readonly oid: string;
};

/**
 * By ref. `moved`: the ref was seen to be elsewhere than at `expected`. `refused`: the remote's own rule said no,
 * with its words (masked, bounded). `in-doubt`: it said neither yes nor no, and the ref is not seen to hold what was
 * pushed; that is a fault with the remote's words, and the push may still arrive.
 */
export type PushResult =
  | { readonly type: 'accepted' }
  | { readonly type: 'moved' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'in-doubt'; readonly fault: Fault };

/** One commit to make: files added or replaced on top of `parent`'s tree (or of an empty tree). */
export type CommitDraft = {
  readonly parent: string | null;
  /** Path to new content; null deletes the path. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly message: string;
  readonly author: GitPerson;
  /** Milliseconds; git keeps whole seconds. */
  readonly at: number;
};

export type GitPerson = { readonly name: string; readonly email: string };

export type CommitFacts = {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly tree: string;
  readonly author: GitPerson;
  readonly committer: GitPerson;
  readonly authoredAt: number;
  readonly committedAt: number;
  readonly message: string;
};

/** An annotated tag itself. Its date is only a claim, and therefore not told. */
export type TagObject = {
  readonly oid: string;
  /** The name that stands inside it, which need not be that of its ref. */
  readonly name: string;
  /** Null where it names nobody. */
  readonly tagger: GitPerson | null;
  /** Without a signature. */
  readonly message: string;
  /** The commit that it stands for; null where that is none. */
  readonly commit: string | null;
};

/** By what two commits differ at some paths. */
export type Changes = {
  /**
   * Of one side and not of the other; and, where `to` lacks some of `from`, the earlier ones that made what comes
   * back by that. In no particular order. A merge counts where it is not what git makes of its parents.
   */
  readonly commits: readonly CommitFacts[];
  /** Files that differ, sorted. */
  readonly paths: readonly string[];
};

/** A commit of a first-parent history, and the files by which it differs from its first parent. */
export type LogEntry = Pick<CommitFacts, 'oid' | 'author' | 'committer' | 'committedAt' | 'message'> & {
  readonly paths: readonly string[];
};

export type ChangesBounds = { readonly commitsMax: number; readonly pathsMax: number };

export type GitRepository = {
  /**
   * The cheapest correct answer to "is anything new?". `prefixes` are full ref prefixes (`refs/heads/main`,
   * `refs/tags/v`); HEAD is always included. Bounded in time and size.
   */
  look(prefixes: readonly string[]): Promise<RemoteRefs>;

  /** Makes these objects (and all they reach) present locally. `refs` are full names on the remote that have them. */
  fetch(wants: ReadonlyMap<string, string>): Promise<void>;

  /**
   * Makes an object present that no ref of the remote need name, where the remote still has it and gives it. False
   * where it does not.
   */
  obtain(oid: string): Promise<boolean>;

  /** The digest and ids of these paths at each commit, in the order asked. One call for many environments. */
  contentsAt(commit: string, paths: readonly (readonly string[])[]): Promise<readonly Contents[]>;

  /**
   * All files below the given paths (a file names itself) at a commit, sorted by path. Symlinks and gitlinks included
   * with their modes.
   */
  listFiles(commit: string, paths: readonly string[]): Promise<readonly FileAtCommit[]>;

  /** Contents by object id, in the order asked; a blob above `bytesMax` (default 1 MiB) is a Fault. */
  readBlobs(oids: readonly string[], bytesMax?: number): Promise<readonly Uint8Array[]>;

  /** One file as text at a commit, or null when it is not there. */
  readText(commit: string, path: string): Promise<string | null>;

  commit(oid: string): Promise<CommitFacts>;

  /** First-parent history from `from` back, newest first, at most `limit`, ending before `until` if met. */
  firstParents(from: string, limit: number, until?: string): Promise<readonly { oid: string; tree: string }[]>;

  /**
   * Commits of the first-parent history of `tip` that change any of the paths, newest first, read as they are asked
   * for: leaving off early is cheap. Of each, the files below the paths that differ from its first parent.
   */
  log(tip: string, paths: readonly string[]): AsyncIterable<LogEntry>;

  /**
   * The newest first-parent commit at or before `from` that changed any of the paths: the one that introduced their
   * present ids. The root commit when none did since.
   */
  introducedBy(from: string, paths: readonly string[]): Promise<string>;

  /** Is `ancestor` reachable from `descendant` (or equal to it)? */
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;

  /**
   * By what two commits differ, whichever way history lies, by any parent. From null: `to` alone, with all that it
   * has below the paths. Null beyond a bound.
   */
  changesBetween(
    from: string | null,
    to: string,
    paths: readonly string[],
    bounds: ChangesBounds,
  ): Promise<Changes | null>;

  /** The annotated tag of this id, or null where the object is another kind of thing. */
  tag(oid: string): Promise<TagObject | null>;

  /**
   * Whose SSH signature a commit or an annotated tag carries, by the text of an allowed_signers file and nothing
   * else.
   */
  signature(oid: string, allowedSigners: string): Promise<Signed>;

  /** The commit that an object id (a commit or an annotated tag) stands for, or null when it is none. */
  peel(oid: string): Promise<string | null>;

  /**
   * What a person typed (a tag, a branch, an abbreviated commit) as a commit id, or null. Never read as an option.
   */
  resolve(name: string): Promise<string | null>;

  /**
   * Object ids of new commits, in order; a draft may name an earlier one's place as parent by `draft:<index>`.  All
   * objects are written before this returns.
   */
  writeCommits(drafts: readonly CommitDraft[]): Promise<readonly string[]>;

  /** An annotated tag, as the text of its object; it stands for a commit that is here. */
  writeTag(text: string): Promise<string>;

  /** The commit that puts `paths` back as they are at `source`, on top of `parent`. */
  writeRestore(
    input: { readonly parent: string; readonly source: string; readonly paths: readonly string[] } & Pick<
      CommitDraft,
      'message' | 'author' | 'at'
    >,
  ): Promise<string>;

  /**
   * A commit on top of `parent` that has at each `to` what `source` has at its `from` (nothing, where that is not
   * there), and these texts. Links and modules are not copied: there a path stays as it is.
   */
  writeCopies(
    input: {
      readonly parent: string;
      readonly source: string;
      readonly copies: readonly { readonly from: string; readonly to: string }[];
      readonly texts: ReadonlyMap<string, string>;
    } & Pick<CommitDraft, 'message' | 'author' | 'at'>,
  ): Promise<string>;

  /**
   * A clean three-way merge as a commit with parents `ours`, `theirs` (or `theirs` itself where `ours` is its
   * ancestor), or null on conflict.
   */
  writeMerge(
    input: { readonly ours: string; readonly theirs: string } & Pick<CommitDraft, 'message' | 'author' | 'at'>,
  ): Promise<string | null>;

  /**
   * Plain pushes, never forced: each update is compare-and-swap. One connection for all. With `atomic` all or none.
   * `told`: what the server is told beside (`git push --push-option`); a server that takes none refuses the push.
   */
  push(
    updates: readonly PushUpdate[],
    options?: { readonly atomic?: boolean; readonly told?: readonly string[] },
  ): Promise<ReadonlyMap<string, PushResult>>;

  /**
   * Removes a branch that holds a rollback or a promotion, if the remote has it at `expected` still. The only refs
   * that are ever removed: their names hold `/_restore/`, or begin `promote/`. Accepted also where it is gone
   * already.
   */
  removeRestore(ref: string, expected: string): Promise<PushResult>;

  /**
   * Writes the tree of a commit below `directory` (which must not exist, unless `over`: then it is made equal to the
   * tree, whatever is in it), leaving out the paths in `without` (folders). Symlinks that leave it, `..`, `.git`
   * components and absolute names are a Fault `tree-hostile`. `only`: restrict to these paths. Answers how many files
   * it wrote.
   */
  exportTree(
    commit: string,
    directory: string,
    options?: { readonly without?: readonly string[]; readonly only?: readonly string[]; readonly over?: boolean },
  ): Promise<number>;

  /** Commits on a ref's history oldest first, for `verify`: all of them, from `tip`. */
  history(tip: string): AsyncIterable<CommitFacts>;

  /**
   * Commits that `tip` reaches and none of `without` does, parents before children. The root alone for all; with
   * other paths only those that change one of them, and no merges.
   */
  commitsSince(without: readonly string[], tip: string, paths: readonly string[]): AsyncIterable<CommitFacts>;

  /** Unified diff of the given paths between two commits, bounded to `bytesMax`. */
  diff(from: string, to: string, paths: readonly string[], bytesMax?: number): Promise<string>;

  /** Ends helper processes and connections. */
  close(): Promise<void>;
};
