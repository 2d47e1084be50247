// A three-way merge by whole files: what both sides changed differently is a conflict. Coarser than git's merge by
// lines, made by this thread alone, and enough where a file is one line: the simulator merges so.

import type { MemoryStore, StoredEntry } from './memory-store.ts';

/** Null on conflict, and where there is not exactly one base. */
export async function mergeFiles(store: MemoryStore, ours: string, theirs: string): Promise<string | null> {
  const bases = basesOf(store, ours, theirs);
  const [base] = bases;
  if (base === undefined || bases.length > 1) return null;
  const [before, left, right] = [base, ours, theirs].map((commit) => entryOf(store, commit));
  const merged = await merge(store, before ?? null, left ?? null, right ?? null);
  return merged === 'conflict' || merged === null ? null : merged.oid;
}

async function merge(
  store: MemoryStore,
  base: StoredEntry | null,
  ours: StoredEntry | null,
  theirs: StoredEntry | null,
): Promise<StoredEntry | null | 'conflict'> {
  if (same(ours, theirs) || same(base, theirs)) return ours;
  if (same(base, ours)) return theirs;
  if (ours?.mode !== '40000' || theirs?.mode !== '40000') return 'conflict';
  const [before, left, right] = [base, ours, theirs].map((entry) => below(store, entry));
  const merged = new Map<string, StoredEntry>();
  for (const name of [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].sort()) {
    const entry = await merge(store, before?.get(name) ?? null, left?.get(name) ?? null, right?.get(name) ?? null);
    if (entry === 'conflict') return 'conflict';
    if (entry !== null) merged.set(name, entry);
  }
  return merged.size === 0 ? null : { mode: '40000', oid: await store.tree(merged) };
}

function below(store: MemoryStore, entry: StoredEntry | null): ReadonlyMap<string, StoredEntry> {
  const object = entry?.mode === '40000' ? store.kept(entry.oid)?.object : undefined;
  return object?.type === 'tree' ? object.entries : new Map();
}

function same(a: StoredEntry | null, b: StoredEntry | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}

function entryOf(store: MemoryStore, commit: string): StoredEntry | null {
  const object = store.kept(commit)?.object;
  return object?.type === 'commit' ? { mode: '40000', oid: object.tree } : null;
}

/** Common ancestors that are no ancestor of another one. */
function basesOf(store: MemoryStore, ours: string, theirs: string): readonly string[] {
  const left = ancestors(store, ours);
  const common = [...ancestors(store, theirs)].filter((oid) => left.has(oid));
  const covered = new Set(common.flatMap((oid) => parentsOf(store, oid).flatMap((up) => [...ancestors(store, up)])));
  return common.filter((oid) => !covered.has(oid));
}

export function ancestors(store: MemoryStore, from: string): Set<string> {
  const found = new Set<string>();
  for (const open = [from]; open.length > 0; ) {
    const next = open.pop() ?? '';
    if (found.has(next) || store.kept(next) === null) continue;
    found.add(next);
    open.push(...parentsOf(store, next));
  }
  return found;
}

function parentsOf(store: MemoryStore, oid: string): readonly string[] {
  const object = store.kept(oid)?.object;
  return object?.type === 'commit' ? object.parents : [];
}
