// Reads of an in-memory store in the shape that the adapter's own walks use, with the Faults that native git would
// give.

import type { ObjectReader } from '../../engine/git/object-reader.ts';
import type { Tree } from '../../engine/git/objects.ts';
import { Fault } from '../../engine/ports/fault.ts';
import type { CommitFacts } from '../../engine/ports/git.ts';
import type { MemoryStore, StoredObject } from './memory-store.ts';

/** Objects never change and are shared by stores, and so are the forms in which they are read. */
const knownFacts = new WeakMap<StoredObject, CommitFacts>();
const knownTrees = new WeakMap<StoredObject, Tree>();

export function memoryReader(store: MemoryStore): ObjectReader {
  function read<Type extends StoredObject['type']>(oid: string, type: Type): Extract<StoredObject, { type: Type }> {
    const found = store.kept(oid)?.object;
    if (found !== undefined && isType(found, type)) return found;
    throw new Fault('object-missing', `the ${type} ${oid} is not in the git cache`, {
      retry: 'later',
      hint: 'fetch it first',
    });
  }

  function commit(oid: string): CommitFacts {
    const found = read(oid, 'commit');
    const known = knownFacts.get(found);
    if (known !== undefined) return known;
    const { type: _, ...rest } = found;
    const facts = { oid, ...rest };
    knownFacts.set(found, facts);
    return facts;
  }

  function tree(oid: string): Tree {
    const found = read(oid, 'tree');
    const known = knownTrees.get(found);
    if (known !== undefined) return known;
    const entries = new Map([...found.entries].map(([name, entry]) => [name, { name, ...entry }]));
    const made = { entries, odd: null };
    knownTrees.set(found, made);
    return made;
  }

  return {
    commit: async (oid) => commit(oid),
    tree: async (oid) => tree(oid),
    commits: async (oids) => oids.map(commit),
    trees: async (oids) => oids.map(tree),
    // It has everything in memory.
    listed: () => {},
    async blobs(oids, bytesMax) {
      return oids.map((oid) => {
        const { bytes } = read(oid, 'blob');
        if (bytes.length <= bytesMax) return Buffer.from(bytes);
        throw new Fault('remote-too-large', `a blob has ${bytes.length} bytes`, { retry: 'never', hint: 'read less' });
      });
    },
    info: async (oids) =>
      oids.map((oid) => {
        const found = store.kept(oid)?.object;
        if (found === undefined) return null;
        return { oid, kind: found.type, size: found.type === 'blob' ? found.bytes.length : 0 };
      }),
    async raw(oid) {
      const found = await store.read(oid);
      if (found !== null) return { kind: found.type, bytes: await store.raw(oid) };
      throw new Fault('object-missing', `${oid} is not in the git cache`, { retry: 'later', hint: 'fetch it first' });
    },
    async peel(oid) {
      const found = await store.read(oid);
      if (found?.type === 'tag') return found.object;
      return found?.type === 'commit' ? oid : null;
    },
  };
}

function isType<Type extends StoredObject['type']>(
  found: StoredObject,
  type: Type,
): found is Extract<StoredObject, { type: Type }> {
  return found.type === type;
}
