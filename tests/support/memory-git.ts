// The Git port in memory, on isomorphic-git: for the simulator, and as the second adapter under the contract. Local
// and remote objects are kept apart, so that code which forgets to fetch fails here as it would with native git.
// `around` sees every operation on the outside world: a test may fail, delay or crash before or after any of them.

import isomorphic from 'isomorphic-git';
import { entriesAt } from '../../engine/git/contents.ts';
import {
  assertFilePath,
  assertOid,
  assertRefName,
  assertRestore,
  assertTreePath,
  isRefName,
} from '../../engine/git/names.ts';
import { unverifiable } from '../../engine/git/signature.ts';
import { readTagObject } from '../../engine/git/tag-object.ts';
import { Fault } from '../../engine/ports/fault.ts';
import type { CommitDraft, GitRepository, RemoteRefs } from '../../engine/ports/git.ts';
import { memoryChanges } from './memory-changes.ts';
import { memoryDiff } from './memory-diff.ts';
import { type MemoryExports, memoryExport } from './memory-export.ts';
import { memoryHistory } from './memory-history.ts';
import { knownContents, knownFiles } from './memory-known.ts';
import { mergeFiles } from './memory-merge.ts';
import { memoryPush } from './memory-push.ts';
import { memoryReader } from './memory-reader.ts';
import type { MemoryRemote } from './memory-remote.ts';
import { type MemoryStore, memoryStore, type StoredEntry } from './memory-store.ts';
import { editTree, type TreeEdits } from './memory-tree.ts';

/** What a controller keeps on its disk: pass it again to open the same one after a crash, or a new one to lose it. */
export type MemoryCache = { readonly store: MemoryStore; readonly refs: Map<string, string> };

export type Around = <Result>(
  operation: 'look' | 'fetch' | 'write' | 'push',
  work: () => Promise<Result>,
) => Promise<Result>;

export type MemoryGitOptions = {
  readonly remote: MemoryRemote;
  readonly cache?: MemoryCache;
  readonly exports?: MemoryExports;
  readonly around?: Around;
  /** How two commits are merged: by lines as git does (isomorphic-git's threads), or by whole files, at once. */
  readonly merges?: 'lines' | 'files';
};

export function memoryCache(): MemoryCache {
  return { store: memoryStore(), refs: new Map() };
}

export function openMemoryGit({
  remote,
  cache = memoryCache(),
  exports = new Map(),
  around = (_, work) => work(),
  merges = 'lines',
}: MemoryGitOptions): GitRepository {
  const { store } = cache;
  const reader = memoryReader(store);
  const history = memoryHistory(reader);

  async function look(prefixes: readonly string[]): Promise<RemoteRefs> {
    const refs = new Map<string, string>();
    const peeled = new Map<string, string>();
    for (const [name, oid] of remote.refs) {
      if (name !== remote.head && !prefixes.some((prefix) => name.startsWith(prefix))) continue;
      refs.set(name, oid);
      const object = await remote.store.read(oid);
      if (object?.type === 'tag') peeled.set(name, object.object);
    }
    const at = remote.refs.get(remote.head);
    if (at !== undefined) refs.set('HEAD', at);
    return { refs, peeled, head: remote.head, clockSkewMs: remote.skewMs };
  }

  async function fetch(wants: ReadonlyMap<string, string>): Promise<void> {
    for (const [ref, oid] of wants) {
      if (ref !== 'HEAD') assertRefName(ref);
      assertOid(oid);
      if ((await store.read(oid)) !== null) continue;
      const tip = remote.refs.get(ref === 'HEAD' ? remote.head : ref);
      if (tip !== undefined) await store.copy(remote.store, tip);
      if ((await store.read(oid)) === null) {
        throw new Fault('ref-moved', `${ref} changed meanwhile`, { retry: 'now', hint: 'look again' });
      }
    }
    for (const [ref, oid] of wants) cache.refs.set(ref, remote.refs.get(ref) ?? oid);
  }

  async function obtain(oid: string): Promise<boolean> {
    assertOid(oid);
    if ((await store.read(oid)) !== null) return true;
    if (remote.forgotten.has(oid) || (await remote.store.read(oid)) === null) return false;
    await store.copy(remote.store, oid);
    return true;
  }

  async function write(
    parents: readonly string[],
    edits: TreeEdits,
    draft: Omit<CommitDraft, 'files' | 'parent'>,
  ): Promise<string> {
    for (const parent of parents) assertOid(parent);
    const [first] = parents;
    const base = first === undefined ? null : (await reader.commit(first)).tree;
    return await store.commit({ ...draft, parents, tree: await editTree(store, base, edits) });
  }

  async function writeCommits(drafts: readonly CommitDraft[]): Promise<readonly string[]> {
    const written: string[] = [];
    for (const draft of drafts) {
      const named = /^draft:(\d+)$/.exec(draft.parent ?? '')?.[1];
      const parent = named === undefined ? draft.parent : (written[Number(named)] ?? draft.parent);
      const parents = parent === null ? [] : [parent];
      written.push(await write(parents, await draftEdits(parent, draft.files), draft));
    }
    return written;
  }

  async function draftEdits(parent: string | null, files: CommitDraft['files']): Promise<TreeEdits> {
    const edits = new Map<string, StoredEntry | null>();
    for (const name of files.keys()) assertFilePath(name);
    if (parent !== null) assertOid(parent);
    const present =
      parent === null ? new Map() : await entriesAt(reader, (await reader.commit(parent)).tree, [...files.keys()]);
    for (const [name, content] of files) {
      const mode = present.get(name)?.mode === '100755' ? '100755' : '100644';
      edits.set(assertFilePath(name), content === null ? null : { mode, oid: await store.blob(content) });
    }
    return edits;
  }

  async function mergedTree(ours: string, theirs: string): Promise<string | null> {
    if (merges === 'files') return mergeFiles(store, ours, theirs);
    const signed = { name: 'Merge', email: 'merge@example.org', timestamp: 0, timezoneOffset: 0 };
    try {
      const { tree } = await isomorphic.merge({
        fs: store.fs as never,
        gitdir: store.gitdir,
        ours,
        theirs,
        fastForward: false,
        noUpdateBranch: true,
        author: signed,
        committer: signed,
        message: 'merge',
      });
      if (tree === undefined) return null;
      await store.adopt(tree);
      return tree;
    } catch (cause) {
      if (cause instanceof isomorphic.Errors.MergeConflictError) return null;
      if (cause instanceof isomorphic.Errors.MergeNotSupportedError) return null;
      throw cause;
    }
  }

  async function autoMerge(ours: string, theirs: string) {
    const tree = await mergedTree(ours, theirs);
    return tree === null ? null : { tree, conflicts: [] };
  }

  return {
    ...history,
    look: (prefixes) => around('look', () => look(prefixes)),
    fetch: (wants) => around('fetch', () => fetch(wants)),
    obtain: (oid) => around('fetch', () => obtain(oid)),
    contentsAt: (commit, paths) => knownContents(reader, commit, paths),
    listFiles: (commit, paths) => knownFiles(reader, commit, paths),
    readBlobs: (oids, bytesMax = 1024 * 1024) => reader.blobs(oids, bytesMax),
    async readText(commit, path) {
      const found = (await entriesAt(reader, (await reader.commit(commit)).tree, [path])).get(path);
      if (found === undefined || !found.mode.startsWith('100')) return null;
      return (await reader.blobs([found.oid], 1024 * 1024))[0]?.toString('utf8') ?? null;
    },
    commit: reader.commit,
    tag: (oid) => readTagObject(reader, oid),
    // Unsigned or not is in the object; whose signature it is only ssh-keygen knows.
    async signature(oid) {
      const { kind, bytes } = await reader.raw(oid);
      return unverifiable(kind, bytes) ?? { type: 'invalid', sentence: 'git in memory checks no signatures' };
    },
    changesBetween: memoryChanges({ reader, autoMerge }),
    peel: reader.peel,
    async resolve(name) {
      const refs = name.startsWith('refs/') ? [name] : [`refs/tags/${name}`, `refs/heads/${name}`];
      const named = refs.filter(isRefName).flatMap((ref) => cache.refs.get(ref) ?? []);
      const abbreviated = /^[0-9a-f]{4,40}$/.test(name) ? [...store.oids()].filter((oid) => oid.startsWith(name)) : [];
      for (const oid of [...named, ...abbreviated]) {
        const commit = await reader.peel(oid);
        if (commit !== null) return commit;
      }
      return null;
    },
    writeCommits: (drafts) => around('write', () => writeCommits(drafts)),
    writeTag: (text) => around('write', () => store.rawTag(text)),
    writeRestore: (input) =>
      around('write', async () => {
        const found = await entriesAt(reader, (await reader.commit(input.source)).tree, input.paths);
        const edits = input.paths.map((path) => [assertTreePath(path), found.get(path) ?? null] as const);
        return await write([input.parent], new Map(edits), input);
      }),
    writeCopies: (input) =>
      around('write', async () => {
        const from = input.copies.map((copy) => copy.from);
        const found = await entriesAt(reader, (await reader.commit(input.source)).tree, from);
        const edits = new Map(await draftEdits(input.parent, input.texts));
        for (const copy of input.copies) {
          const entry = found.get(copy.from) ?? null;
          if (entry === null || entry.mode.startsWith('100')) edits.set(assertFilePath(copy.to), entry);
        }
        return await write([input.parent], edits, input);
      }),
    writeMerge: (input) =>
      around('write', async () => {
        if (await history.isAncestor(input.ours, input.theirs)) return input.theirs;
        if (await history.isAncestor(input.theirs, input.ours)) return input.ours;
        const tree = await mergedTree(input.ours, input.theirs);
        if (tree === null) return null;
        return await store.commit({ ...input, parents: [input.ours, input.theirs], tree });
      }),
    push: (updates, { atomic = false } = {}) =>
      around('push', () => memoryPush({ remote, cache, isAncestor: history.isAncestor }, updates, atomic)),
    removeRestore: (ref, expected) =>
      around('push', async () => {
        assertRestore(ref);
        const now = remote.refs.get(ref) ?? null;
        if (now !== null && now !== expected) return { type: 'moved' };
        const why = now === null ? null : remote.remove(ref);
        return why === null ? { type: 'accepted' } : { type: 'refused', message: why };
      }),
    exportTree: (commit, folder, options = {}) => memoryExport(reader, exports, commit, folder, options),
    diff: (from, to, paths, bytesMax) => memoryDiff(reader, from, to, paths, bytesMax),
    close: async () => undefined,
  };
}
