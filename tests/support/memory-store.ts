// One in-memory object database on isomorphic-git: typed reads, writes, and copies of all that an object reaches. Parsed
// objects are remembered, because a simulated life reads the same ones thousands of times.

import isomorphic, { type TreeEntry as IsomorphicEntry, type ReadObjectResult } from 'isomorphic-git';
import { cleanPerson, plainMessage, wholeSeconds } from '../../engine/git/commit-words.ts';
import type { GitPerson } from '../../engine/ports/git.ts';
import { type MemoryFs, memoryFs } from './memory-fs.ts';

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
  blob(content: string | Uint8Array): Promise<string>;
  tree(entries: ReadonlyMap<string, StoredEntry>): Promise<string>;
  commit(commit: NewCommit): Promise<string>;
  tag(name: string, object: string, at: number, made?: TagWords): Promise<string>;
  /** The object's own bytes, for what reads headers. */
  raw(oid: string): Promise<Buffer>;
  /** Learns of what isomorphic-git itself wrote here (a merge makes trees). */
  adopt(oid: string): Promise<void>;
  /** Takes over everything that `oid` reaches from another store. */
  copy(from: MemoryStore, oid: string): Promise<void>;
};

const GITDIR = '/repository.git';

export function memoryStore(): MemoryStore {
  const fs = memoryFs();
  const known = new Map<string, StoredObject>();
  const base = { fs: fs as never, gitdir: GITDIR };
  const ready = isomorphic.init({ ...base, bare: true });

  async function put(oid: string): Promise<string> {
    if (!known.has(oid)) known.set(oid, parse(await isomorphic.readObject({ ...base, oid, format: 'parsed' })));
    return oid;
  }

  function keep(oid: string, object: StoredObject): string {
    known.set(oid, object);
    return oid;
  }

  const store: MemoryStore = {
    fs,
    gitdir: GITDIR,
    read: async (oid) => known.get(oid) ?? null,
    oids: () => known.keys(),
    async blob(content) {
      await ready;
      const bytes = Buffer.from(content);
      return keep(await isomorphic.writeBlob({ ...base, blob: bytes }), { type: 'blob', bytes });
    },
    async tree(entries) {
      await ready;
      const tree = [...entries].map(
        ([path, { mode, oid }]): IsomorphicEntry => ({ path, oid, mode: longMode(mode), type: typeOf(mode) }),
      );
      return await put(await isomorphic.writeTree({ ...base, tree }));
    },
    async commit({ tree, parents, message, author, committer = author, at }) {
      await ready;
      const signed = (person: GitPerson) => {
        return { ...cleanPerson(person), timestamp: wholeSeconds(at), timezoneOffset: 0 };
      };
      const commit = {
        tree,
        parent: [...parents],
        message: plainMessage(message),
        author: signed(author),
        committer: signed(committer),
      };
      return await put(await isomorphic.writeCommit({ ...base, commit }));
    },
    async tag(name, object, at, { tagger = { name: 'Ana', email: 'ana@example.org' }, message = name } = {}) {
      await ready;
      const signed = { ...cleanPerson(tagger), timestamp: wholeSeconds(at), timezoneOffset: 0 };
      return await put(
        await isomorphic.writeTag({
          ...base,
          tag: { object, type: 'commit', tag: name, tagger: signed, message },
        }),
      );
    },
    async raw(oid) {
      const { object } = await isomorphic.readObject({ ...base, oid, format: 'content' });
      return Buffer.from(object as Uint8Array);
    },
    async adopt(oid) {
      for (const open = [oid]; open.length > 0; ) {
        const next = open.pop() ?? '';
        if (known.has(next)) continue;
        await put(next);
        open.push(...reached(known.get(next)));
      }
    },
    async copy(from, oid) {
      await ready;
      for (const open = [oid]; open.length > 0; ) {
        const next = open.pop() ?? '';
        if (known.has(next)) continue;
        const object = await from.read(next);
        if (object === null) throw new Error(`the store to copy from lacks ${next}`);
        await copyFile(from.fs, fs, next);
        known.set(next, object);
        open.push(...reached(object));
      }
    },
  };
  return store;
}

/** The deflated file as it is: objects are immutable, and packing them again would be most of a simulated life. */
async function copyFile(from: MemoryFs, to: MemoryFs, oid: string): Promise<void> {
  const folder = `${GITDIR}/objects/${oid.slice(0, 2)}`;
  const file = `${folder}/${oid.slice(2)}`;
  await to.promises.mkdir(folder).catch(() => undefined);
  await to.promises.writeFile(file, await from.promises.readFile(file));
}

function reached(object: StoredObject | undefined): readonly string[] {
  switch (object?.type) {
    case undefined:
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

function longMode(mode: string): string {
  return mode === '40000' ? '040000' : mode;
}

function typeOf(mode: string): 'blob' | 'tree' | 'commit' {
  return mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
}
