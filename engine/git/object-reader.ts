// Typed reads over cat-file, with a bounded memory of commits and trees by id. An id that is not there, or is
// something else than was asked for, is a Fault that names it; nothing here reads a ref.

import { boundedMap } from '../base/bounded-map.ts';
import { Fault } from '../ports/fault.ts';
import type { CommitFacts } from '../ports/git.ts';
import type { CatFile } from './cat-file.ts';
import { assertOid } from './names.ts';
import { parseCommit, parseTag, parseTree, type Tree } from './objects.ts';

export type ObjectReader = {
  commit(oid: string): Promise<CommitFacts>;
  commits(oids: readonly string[]): Promise<readonly CommitFacts[]>;
  tree(oid: string): Promise<Tree>;
  /** One round trip for all that are not remembered. */
  trees(oids: readonly string[]): Promise<readonly Tree[]>;
  /** Somebody has listed a commit of so many files and folders, and will list the next one. */
  listed(entries: number): void;
  blobs(oids: readonly string[], bytesMax: number): Promise<readonly Buffer[]>;
  /** Kind and size, or null when the object is not here. `names`: ids, or revisions that the caller has checked. */
  info(names: readonly string[]): Promise<readonly (ObjectInfo | null)[]>;
  peel(oid: string): Promise<string | null>;
  /** An object as it is. For commits and tags, which are small. */
  raw(oid: string): Promise<{ readonly kind: string; readonly bytes: Buffer }>;
};

type ObjectInfo = { readonly oid: string; readonly kind: string; readonly size: number };

const METADATA_BYTES_MAX = 32 * 1024 * 1024;
/** Of some 180 bytes each: folders of commits that are read one after another, as each run's are. */
const TREE_ENTRIES_REMEMBERED = 20_000;
/** What a folder costs besides its entries, in entries. */
const TREE_OVERHEAD = 3;
/** So many more at most for anyone who lists a large repository whole, which is else read again for every commit. */
const LISTED_ENTRIES_MAX = 100_000;
const COMMITS_REMEMBERED = 2_000;
const TAG_DEPTH_MAX = 8;
/** Scripts and configuration files are read for every run; what is larger is read again. */
const BLOB_REMEMBERED_MAX = 16 * 1024;
const BLOBS_REMEMBERED = 2 * 1024 * 1024;
/** What a blob costs besides its bytes: its id, its buffer, its place. */
const BLOB_OVERHEAD = 400;

export function createObjectReader(catFile: CatFile): ObjectReader {
  const knownTrees = boundedMap<string, Tree>(TREE_ENTRIES_REMEMBERED, ({ entries }) => entries.size + TREE_OVERHEAD);
  let listedMost = 0;
  const knownCommits = boundedMap<string, CommitFacts>(COMMITS_REMEMBERED);

  const knownBlobs = boundedMap<string, Buffer>(BLOBS_REMEMBERED, (bytes) => bytes.length + BLOB_OVERHEAD);

  async function read(oids: readonly string[], kind: string, bytesMax: number): Promise<readonly Buffer[]> {
    for (const oid of oids) assertOid(oid);
    const answers = await catFile.contents(oids, bytesMax);
    return answers.map((answer, index) => {
      const oid = oids[index] ?? '';
      if (answer.type === 'missing') throw missing(oid, kind);
      if (answer.type === 'too-large') throw tooLarge(oid, answer.size, bytesMax);
      if (answer.kind !== kind || answer.bytes === null) throw missing(oid, kind, answer.kind);
      return answer.bytes;
    });
  }

  async function many<Value>(
    oids: readonly string[],
    known: { get(oid: string): Value | undefined; set(oid: string, value: Value): void },
    kind: string,
    parse: (oid: string, bytes: Buffer) => Value | null,
  ): Promise<readonly Value[]> {
    const found = new Map<string, Value>();
    const wanted = new Set<string>();
    for (const oid of oids) {
      const value = known.get(oid);
      if (value === undefined) wanted.add(oid);
      else found.set(oid, value);
    }
    const list = [...wanted];
    const bytes = list.length === 0 ? [] : await read(list, kind, METADATA_BYTES_MAX);
    list.forEach((oid, index) => {
      const value = parse(oid, bytes[index] ?? Buffer.alloc(0));
      if (value === null) throw missing(oid, kind, 'malformed');
      known.set(oid, value);
      found.set(oid, value);
    });
    return oids.map((oid) => {
      const value = found.get(oid);
      if (value === undefined) throw missing(oid, kind);
      return value;
    });
  }

  const trees = (oids: readonly string[]) =>
    many(oids, knownTrees, 'tree', (oid, bytes) => parseTree(bytes, oid.length / 2));
  const commits = (oids: readonly string[]) => many(oids, knownCommits, 'commit', parseCommit);

  async function info(names: readonly string[]): Promise<readonly (ObjectInfo | null)[]> {
    const unknown = names.filter((name) => knownBlobs.get(name) === undefined);
    const answers = unknown.length === 0 ? [] : await catFile.info(unknown);
    const found = new Map(unknown.map((name, index) => [name, answers[index]]));
    return names.map((name) => {
      const bytes = knownBlobs.get(name);
      if (bytes !== undefined) return { oid: name, kind: 'blob', size: bytes.length };
      const answer = found.get(name);
      return answer?.type === 'object' ? { oid: answer.oid, kind: answer.kind, size: answer.size } : null;
    });
  }

  /** Those remembered, and the rest in one question. The caller must not change what it is given. */
  async function readBlobs(oids: readonly string[], bytesMax: number): Promise<readonly Buffer[]> {
    const blobs = new Map<string, Buffer>();
    for (const oid of oids) {
      const bytes = knownBlobs.get(oid);
      if (bytes !== undefined) blobs.set(oid, bytes);
    }
    const unknown = [...new Set(oids)].filter((oid) => !blobs.has(oid));
    const fresh = unknown.length === 0 ? [] : await read(unknown, 'blob', bytesMax);
    unknown.forEach((oid, index) => {
      const bytes = fresh[index] ?? Buffer.alloc(0);
      blobs.set(oid, bytes);
      if (bytes.length <= BLOB_REMEMBERED_MAX) knownBlobs.set(oid, copyOf(bytes));
    });
    return oids.map((oid) => blobs.get(oid) ?? Buffer.alloc(0));
  }

  async function peel(oid: string): Promise<string | null> {
    assertOid(oid);
    if (knownCommits.get(oid) !== undefined) return oid;
    let at = oid;
    for (let depth = 0; depth < TAG_DEPTH_MAX; depth += 1) {
      const [found] = await info([at]);
      if (found?.kind === 'commit') return at;
      if (found?.kind !== 'tag') return null;
      const [bytes] = await read([at], 'tag', METADATA_BYTES_MAX);
      const target = bytes === undefined ? null : parseTag(bytes);
      if (target === null) return null;
      at = target.object;
    }
    return null;
  }

  async function raw(oid: string): Promise<{ readonly kind: string; readonly bytes: Buffer }> {
    assertOid(oid);
    const [answer] = await catFile.contents([oid], METADATA_BYTES_MAX);
    if (answer?.type === 'too-large') throw tooLarge(oid, answer.size, METADATA_BYTES_MAX);
    if (answer?.type !== 'object' || answer.bytes === null) throw missing(oid, 'object');
    return { kind: answer.kind, bytes: answer.bytes };
  }

  return {
    commits,
    trees,
    listed(entries) {
      listedMost = Math.max(listedMost, Math.min(entries, LISTED_ENTRIES_MAX));
      knownTrees.allow(TREE_ENTRIES_REMEMBERED + listedMost);
    },
    info,
    peel,
    raw,
    commit: async (oid) => only(await commits([oid])),
    tree: async (oid) => only(await trees([oid])),
    async blobs(oids, bytesMax) {
      // Sizes first: a blob above the bound is then never streamed at all.
      for (const oid of oids) assertOid(oid);
      const sizes = await info(oids);
      sizes.forEach((found, index) => {
        if (found !== null && found.size > bytesMax) throw tooLarge(oids[index] ?? '', found.size, bytesMax);
      });
      return await readBlobs(oids, bytesMax);
    },
  };
}

/**
 * What is read is a view of a larger buffer, which would be kept for its sake; and so would a copy be that came from
 * the pool of small buffers (64 KiB each): a few hundred small files then hold as many times 64 KiB.
 */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function only<Value>(values: readonly Value[]): Value {
  const [value] = values;
  if (value === undefined) throw new Error('one question, one answer');
  return value;
}

function missing(oid: string, kind: string, found?: string): Fault {
  const what =
    found === undefined ? `the ${kind} ${oid} is not in the git cache` : `${oid} is a ${found}, not a ${kind}`;
  return new Fault('object-missing', what, { retry: 'later', hint: 'fetch it from the remote first' });
}

function tooLarge(oid: string, size: number, bytesMax: number): Fault {
  return new Fault('remote-too-large', `the object ${oid} has ${size} bytes, more than the limit of ${bytesMax}`, {
    retry: 'never',
    hint: 'keep large files out of what Tidegate reads',
  });
}
