// The ledgers as they really are on the remote, push by push. Read here without the engine's cache or its idea of
// what is new; only the form of a line is taken from it.

import { decodeLines } from '../../engine/ledger/lines.ts';
import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import type { MemoryStore, StoredObject } from '../support/memory-store.ts';

export type Landed = { readonly at: number; readonly seq: number; readonly record: LedgerRecord };

export const LEDGER_PREFIX = 'refs/heads/tidegate/';

export class LedgerTruth {
  /** What has ever landed, by environment, in the order of the ledger. */
  readonly landed = new Map<string, Landed[]>();
  /** Environments whose ledger a person has deleted or rewritten. */
  readonly spoilt = new Set<string>();
  readonly #spoiltAt = new Map<string, number>();
  readonly #store: MemoryStore;
  readonly #tips = new Map<string, string>();

  /** `store`: where nothing is ever thrown away. */
  constructor(store: MemoryStore) {
    this.#store = store;
  }

  of(environment: string): readonly Landed[] {
    return this.landed.get(environment) ?? [];
  }

  /** A ref has moved. Answers what is new, or how the ledger was broken. */
  moved(environment: string, oid: string, at: number): readonly Landed[] | { readonly broken: string } {
    const before = this.#tips.get(environment) ?? null;
    const files = ledgerFiles(this.#store, oid);
    if (before !== null) {
      const lost = this.#lostBetween(before, oid, files);
      if (lost !== null) return { broken: lost };
    }
    const old = before === null ? new Map<string, string>() : ledgerFiles(this.#store, before);
    const known = this.landed.get(environment) ?? [];
    const lastSeq = known.at(-1)?.seq ?? 0;
    const fresh = [...files]
      .filter(([path, blob]) => path.endsWith('.jsonl') && old.get(path) !== blob)
      .flatMap(([, blob]) => linesOf(this.#store, blob))
      .filter(({ seq }) => seq > lastSeq)
      .map(({ seq, record }) => ({ at, seq, record }))
      .sort((a, b) => a.seq - b.seq);
    this.landed.set(environment, [...known, ...fresh]);
    this.#tips.set(environment, oid);
    return fresh;
  }

  /** What a person did to a ref is the beginning of another story. */
  rewritten(environment: string, oid: string | null, at: number): void {
    this.spoilt.add(environment);
    this.#spoiltAt.set(environment, at);
    if (oid === null) this.#tips.delete(environment);
    else this.#tips.set(environment, oid);
  }

  /** When a person last rewrote it; null for never. */
  spoiltAt(environment: string): number | null {
    return this.#spoiltAt.get(environment) ?? null;
  }

  /** Records that have landed and that the ref as it is now does not have. */
  missing(environment: string, oid: string | null): readonly string[] {
    const files = oid === null ? new Map<string, string>() : ledgerFiles(this.#store, oid);
    const there = new Set(
      [...files]
        .filter(([path]) => path.endsWith('.jsonl'))
        .flatMap(([, blob]) => linesOf(this.#store, blob).map(({ record }) => record.id)),
    );
    return this.of(environment).flatMap(({ record }) => (there.has(record.id) ? [] : [record.id]));
  }

  #lostBetween(before: string, after: string, files: ReadonlyMap<string, string>): string | null {
    if (!reaches(this.#store, after, before)) return `${after.slice(0, 7)} does not contain ${before.slice(0, 7)}`;
    const names = new Set([...files.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)));
    const gone = [...ledgerFiles(this.#store, before).keys()].find(
      (path) => path.endsWith('.jsonl') && !names.has(path.slice(path.lastIndexOf('/') + 1)),
    );
    return gone === undefined ? null : `${gone} is gone`;
  }
}

export function reaches(store: MemoryStore, from: string, wanted: string): boolean {
  const seen = new Set<string>();
  for (const open = [from]; open.length > 0; ) {
    const next = open.pop() ?? '';
    if (next === wanted) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const object = store.kept(next)?.object;
    if (object?.type === 'commit') open.push(...object.parents);
  }
  return false;
}

/** Path to blob of everything at a commit. */
export function ledgerFiles(store: MemoryStore, commit: string): ReadonlyMap<string, string> {
  const object = store.kept(commit)?.object;
  if (object?.type !== 'commit') return new Map();
  const known = knownFiles.get(object);
  if (known !== undefined) return known;
  const files = new Map<string, string>();
  const walk = (oid: string, prefix: string): void => {
    const tree = store.kept(oid)?.object;
    if (tree?.type !== 'tree') return;
    for (const [name, entry] of tree.entries) {
      if (entry.mode === '40000') walk(entry.oid, `${prefix}${name}/`);
      else files.set(`${prefix}${name}`, entry.oid);
    }
  };
  walk(object.tree, '');
  knownFiles.set(object, files);
  return files;
}

/** Objects never change. */
const knownFiles = new WeakMap<StoredObject, ReadonlyMap<string, string>>();
const knownLines = new WeakMap<StoredObject, ReturnType<typeof decodeLines>['lines']>();

export function textAt(store: MemoryStore, commit: string, path: string): string | null {
  const blob = store.kept(ledgerFiles(store, commit).get(path) ?? '')?.object;
  return blob?.type === 'blob' ? new TextDecoder().decode(blob.bytes) : null;
}

function linesOf(store: MemoryStore, blob: string) {
  const object = store.kept(blob)?.object;
  if (object?.type !== 'blob') return [];
  const known = knownLines.get(object);
  if (known !== undefined) return known;
  const { lines } = decodeLines(new TextDecoder().decode(object.bytes));
  knownLines.set(object, lines);
  return lines;
}
