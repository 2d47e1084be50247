// A tree with some paths set or taken away, as git does it: folders appear with their first file and vanish with
// their last.

import type { MemoryStore, StoredEntry } from './memory-store.ts';

/** Path to its new entry, or null to take it away; '' replaces the whole tree. */
export type TreeEdits = ReadonlyMap<string, StoredEntry | null>;

export async function editTree(store: MemoryStore, tree: string | null, edits: TreeEdits): Promise<string> {
  const whole = edits.get('');
  if (whole !== undefined) return whole?.oid ?? (await store.tree(new Map()));
  const edited = await edit(
    store,
    tree,
    [...edits].map(([path, entry]) => ({ parts: path.split('/'), entry })),
  );
  return edited ?? (await store.tree(new Map()));
}

type Edit = { readonly parts: readonly string[]; readonly entry: StoredEntry | null };

/** Null when nothing is left. */
async function edit(store: MemoryStore, tree: string | null, edits: readonly Edit[]): Promise<string | null> {
  const entries = new Map(tree === null ? [] : await entriesOf(store, tree));
  const below = new Map<string, Edit[]>();
  for (const { parts, entry } of edits) {
    const [name = '', ...rest] = parts;
    if (rest.length > 0) {
      const others = below.get(name) ?? [];
      below.set(name, [...others, { parts: rest, entry }]);
    } else if (entry === null) entries.delete(name);
    else entries.set(name, entry);
  }
  for (const [name, inner] of below) {
    const before = entries.get(name);
    const oid = await edit(store, before?.mode === '40000' ? before.oid : null, inner);
    if (oid !== null) entries.set(name, { mode: '40000', oid });
    else if (before?.mode === '40000') entries.delete(name);
  }
  return entries.size === 0 ? null : await store.tree(entries);
}

async function entriesOf(store: MemoryStore, tree: string): Promise<ReadonlyMap<string, StoredEntry>> {
  const found = await store.read(tree);
  return found?.type === 'tree' ? found.entries : new Map();
}
