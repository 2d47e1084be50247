// A remote in memory, and the hand on it from outside: people who commit, tag, rewrite and refuse. It judges pushes
// as `git receive-pack` does: each ref by its expected id, all or none when atomic, its own rule last.

import type { PushUpdate } from '../../engine/ports/git.ts';
import type { Story, StoryFile } from './git-repositories.ts';
import { STORY_TIME } from './git-repositories.ts';
import { type MemoryStore, memoryStore, type StoredEntry, type TagWords } from './memory-store.ts';
import { editTree } from './memory-tree.ts';

export type RefusalRule = { readonly to: string; readonly words: string };

export type MemoryRemote = {
  readonly store: MemoryStore;
  readonly refs: Map<string, string>;
  /** What no ref named for so long that it was thrown away. */
  readonly forgotten: Set<string>;
  /** The branch that HEAD names, whether it exists or not. */
  head: string;
  /** What its `Date` header would be ahead of our clock. */
  skewMs: number;
  commit(files: Readonly<Record<string, StoryFile>>, story?: Story): Promise<string>;
  merge(branch: string, parents: readonly string[], files?: Readonly<Record<string, StoryFile>>): Promise<string>;
  annotatedTag(name: string, commit: string, words?: TagWords): Promise<string>;
  setRef(name: string, oid: string | null): Promise<void>;
  readRef(name: string): Promise<string | null>;
  refusePushes(rule: RefusalRule | null): Promise<void>;
  /** Null for each accepted update, else why not. */
  receive(updates: readonly PushUpdate[], atomic: boolean): ReadonlyMap<string, string | null>;
  /** Why not, or null. */
  remove(ref: string): string | null;
};

export function memoryRemote(): MemoryRemote {
  const store = memoryStore();
  const refs = new Map<string, string>();
  let rule: RefusalRule | null = null;

  function refusal({ ref, expected }: PushUpdate): string | null {
    if ((refs.get(ref) ?? null) !== expected) return 'stale info';
    return rule !== null && ref.includes(rule.to) ? rule.words : null;
  }

  return {
    store,
    refs,
    forgotten: new Set(),
    head: 'refs/heads/main',
    skewMs: 0,
    async commit(files, story = {}) {
      const branch = `refs/heads/${story.branch ?? 'main'}`;
      const parent = story.parent ?? refs.get(branch);
      const base = parent === undefined ? null : await store.read(parent);
      const edits = new Map<string, StoredEntry | null>();
      for (const [path, file] of Object.entries(files)) edits.set(path, await entryOf(store, file));
      const oid = await store.commit({
        tree: await editTree(store, base?.type === 'commit' ? base.tree : null, edits),
        parents: parent === undefined ? [] : [parent],
        message: story.message ?? 'a change',
        author: story.author ?? ANA,
        ...(story.committer === undefined ? {} : { committer: story.committer }),
        at: story.at ?? STORY_TIME,
      });
      refs.set(branch, oid);
      return oid;
    },
    async merge(branch, parents, files = {}) {
      const first = await store.read(parents[0] ?? '');
      if (first?.type !== 'commit') throw new Error('a merge needs a first parent');
      const edits = new Map<string, StoredEntry | null>();
      for (const [path, file] of Object.entries(files)) edits.set(path, await entryOf(store, file));
      const tree = await editTree(store, first.tree, edits);
      const oid = await store.commit({ tree, parents, message: 'Merge', author: ANA, at: STORY_TIME });
      refs.set(`refs/heads/${branch}`, oid);
      return oid;
    },
    async annotatedTag(name, commit, words) {
      const oid = await store.tag(name, commit, STORY_TIME, words);
      refs.set(`refs/tags/${name}`, oid);
      return oid;
    },
    async setRef(name, oid) {
      if (oid === null) refs.delete(name);
      else refs.set(name, oid);
    },
    readRef: async (name) => refs.get(name) ?? null,
    async refusePushes(next) {
      rule = next;
    },
    remove(ref) {
      if (rule !== null && ref.includes(rule.to)) return rule.words;
      refs.delete(ref);
      return null;
    },
    receive(updates, atomic) {
      const answers = new Map(updates.map((update) => [update.ref, refusal(update)]));
      const isSpoilt = atomic && [...answers.values()].some((why) => why !== null);
      for (const { ref, oid } of updates) {
        if (isSpoilt && answers.get(ref) === null) answers.set(ref, 'atomic push failed');
        if (answers.get(ref) === null) refs.set(ref, oid);
      }
      return answers;
    },
  };
}

const ANA = { name: 'Ana', email: 'ana@example.org' };

async function entryOf(store: MemoryStore, file: StoryFile): Promise<StoredEntry | null> {
  if (file === null) return null;
  if (typeof file === 'string') return { mode: '100644', oid: await store.blob(file) };
  return { mode: file.mode, oid: file.mode === '160000' ? file.text : await store.blob(file.text) };
}
