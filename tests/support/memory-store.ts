// One in-memory object database: typed reads, writes, and copies of all that an object reaches. Objects are made here
// and now, by no other thread: the same story has the same order of events. isomorphic-git sees them as files, for
// what it does itself.

import { deflateSync } from 'node:zlib';
import isomorphic, { type ReadObjectResult } from 'isomorphic-git';
import { cleanPerson, plainMessage, wholeSeconds } from '../../engine/git/commit-words.ts';
import type { GitPerson } from '../../engine/ports/git.ts';
import { type MemoryFs, memoryFs } from './memory-fs.ts';
import { commitBytes, framed, oidOf, tagBytes, treeBytes } from './memory-objects.ts';

export type StoredEntry = { readonly mode: string; readonly oid: string };

export type StoredObject =
  | { readonly type: 'blob'; readonly bytes: Uint8Array }
  | { readonly type: 'tree'; readonly entries: ReadonlyMap<string, StoredEntry> }
  | { readonly type: 'tag'; readonly object: string }
  | {
      readonly type: 'commit';
      readonly tree: string;
      readonly parents: readonly string[];
      readonly message: string;
      readonly author: GitPerson;
      readonly committer: GitPerson;
      readonly authoredAt: number;
      readonly committedAt: number;
    };

export type NewCommit = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: GitPerson;
  /** The author, unless somebody else. */
  readonly committer?: GitPerson;
  readonly at: number;
};

export type TagWords = { readonly tagger?: GitPerson; readonly message?: string };

export type MemoryStore = {
  readonly fs: MemoryFs;
  readonly gitdir: string;
  /** Null when it is not here. */
  read(oid: string): Promise<StoredObject | null>;
  /** Ids of all objects here. */
  oids(): Iterable<string>;
  /** Null when it is not here. */
  kept(oid: string): Kept | null;
  /** As `git gc` does with what nothing reaches. */
  drop(oid: string): void;
  blob(content: string | Uint8Array): Promise<string>;
  tree(entries: ReadonlyMap<string, StoredEntry>): Promise<string>;
  commit(commit: NewCommit): Promise<string>;
  /** From the text of its object. */
  rawTag(text: string): Promise<string>;
  tag(name: string, object: string, at: number, made?: TagWords): Promise<string>;
  /** The object's own bytes, for what reads headers. */
  raw(oid: string): Promise<Buffer>;
  /** Learns of what isomorphic-git itself wrote here (a merge makes trees). */
  adopt(oid: string): Promise<void>;
  /** Takes over everything that `oid` reaches from another store. */
  copy(from: MemoryStore, oid: string): Promise<void>;
};

type Kept = { readonly object: StoredObject; readonly kind: string; readonly bytes: Buffer };

const GITDIR = '/repository.git';

export function memoryStore(): MemoryStore {
  const known = new Map<string, Kept>();
  const fs = withObjects(memoryFs(), known);
  const base = { fs: fs as never, gitdir: GITDIR };
  let ready: Promise<void> | null = null;

  function keep(object: StoredObject, bytes: Buffer): string {
    const oid = oidOf(object.type, bytes);
    if (!known.has(oid)) known.set(oid, { object, kind: object.type, bytes });
    return oid;
  }

  return {
    fs,
    gitdir: GITDIR,
    read: async (oid) => known.get(oid)?.object ?? null,
    oids: () => known.keys(),
    kept: (oid) => known.get(oid) ?? null,
    drop: (oid) => void known.delete(oid),
    async blob(content) {
      const bytes = Buffer.from(content);
      return keep({ type: 'blob', bytes }, bytes);
    },
    tree: async (entries) => keep({ type: 'tree', entries: new Map(entries) }, treeBytes(entries)),
    async commit({ tree, parents, message, author, committer = author, at }) {
      const commit = {
        type: 'commit',
        tree,
        parents: [...parents],
        message: plainMessage(message),
        author: cleanPerson(author),
        committer: cleanPerson(committer),
        authoredAt: wholeSeconds(at) * 1_000,
        committedAt: wholeSeconds(at) * 1_000,
      } as const;
      return keep(commit, commitBytes(commit));
    },
    async rawTag(text) {
      const object = /^object ([0-9a-f]{40})\n/.exec(text)?.[1];
      if (object === undefined || !known.has(object)) throw new Error('git would refuse this tag');
      return keep({ type: 'tag', object }, Buffer.from(text));
    },
    async tag(name, object, at, { tagger = { name: 'Ana', email: 'ana@example.org' }, message = name } = {}) {
      return keep({ type: 'tag', object }, tagBytes(name, object, cleanPerson(tagger), at, message));
    },
    async raw(oid) {
      const found = known.get(oid);
      if (found === undefined) throw new Error(`there is no ${oid} here`);
      return found.bytes;
    },
    async adopt(oid) {
      ready ??= isomorphic.init({ ...base, bare: true });
      await ready;
      for (const open = [oid]; open.length > 0; ) {
        const next = open.pop() ?? '';
        if (known.has(next)) continue;
        const object = parse(await isomorphic.readObject({ ...base, oid: next, format: 'parsed' }));
        const { object: bytes } = await isomorphic.readObject({ ...base, oid: next, format: 'content' });
        known.set(next, { object, kind: object.type, bytes: Buffer.from(bytes as Uint8Array) });
        open.push(...reached(object));
      }
    },
    async copy(from, oid) {
      for (const open = [oid]; open.length > 0; ) {
        const next = open.pop() ?? '';
        if (known.has(next)) continue;
        const found = from.kept(next);
        if (found === null) throw new Error(`the store to copy from lacks ${next}`);
        known.set(next, found);
        open.push(...reached(found.object));
      }
    },
  };
}

/** Objects as the loose files that isomorphic-git looks for, made when it does. */
function withObjects(fs: MemoryFs, known: ReadonlyMap<string, Kept>): MemoryFs {
  const folder = `${GITDIR}/objects/`;
  return {
    promises: {
      ...fs.promises,
      readFile: async (name: string, options?: string | { encoding?: string }) => {
        const found = name.startsWith(folder) ? known.get(name.slice(folder.length).replace('/', '')) : undefined;
        if (found === undefined) return fs.promises.readFile(name, options);
        return Uint8Array.from(deflateSync(framed(found.kind, found.bytes)));
      },
    },
  };
}

/** Ids of what an object names. */
export function reached(object: StoredObject): readonly string[] {
  switch (object.type) {
    case 'blob':
      return [];
    case 'tree':
      return [...object.entries.values()].filter(({ mode }) => mode !== '160000').map(({ oid }) => oid);
    case 'tag':
      return [object.object];
    case 'commit':
      return [object.tree, ...object.parents];
  }
}

function parse(found: ReadObjectResult): StoredObject {
  // A blob's parsed form is its bytes, and is called content.
  if (found.type === 'blob' && found.format === 'content') return { type: 'blob', bytes: Buffer.from(found.object) };
  if (found.format !== 'parsed') throw new Error(`asked for a parsed object, got ${found.format}`);
  switch (found.type) {
    case 'blob':
      return { type: 'blob', bytes: Buffer.from(found.object) };
    case 'tree':
      return {
        type: 'tree',
        entries: new Map(found.object.map(({ path, mode, oid }) => [path, { oid, mode: mode.replace(/^0/, '') }])),
      };
    case 'tag':
      return { type: 'tag', object: found.object.object };
    case 'commit': {
      const { tree, parent, message, author, committer } = found.object;
      return {
        type: 'commit',
        tree,
        parents: parent,
        message,
        author: { name: author.name, email: author.email },
        committer: { name: committer.name, email: committer.email },
        authoredAt: author.timestamp * 1_000,
        committedAt: committer.timestamp * 1_000,
      };
    }
  }
}
