// A push in memory, with the answers that the native adapter gives after it has read the remote's refs again.

import { assertOid, assertRefName } from '../../engine/git/names.ts';
import { Fault } from '../../engine/ports/fault.ts';
import type { PushResult, PushUpdate } from '../../engine/ports/git.ts';
import type { MemoryCache } from './memory-git.ts';
import type { MemoryRemote } from './memory-remote.ts';

export type MemoryPushPlace = {
  readonly remote: MemoryRemote;
  readonly cache: MemoryCache;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
};

export async function memoryPush(
  place: MemoryPushPlace,
  updates: readonly PushUpdate[],
  atomic: boolean,
): Promise<ReadonlyMap<string, PushResult>> {
  const { remote, cache } = place;
  for (const { ref, expected, oid } of updates) {
    assertRefName(ref);
    assertOid(oid);
    if (expected === null || (!ref.startsWith('refs/tags/') && (await place.isAncestor(expected, oid)))) continue;
    throw new Fault('usage', `${ref} would be rewritten`, { retry: 'never', hint: 'build on what the remote has' });
  }
  for (const { oid } of updates) await remote.store.copy(cache.store, oid);
  const answers = remote.receive(updates, atomic);
  const results = new Map<string, PushResult>();
  for (const { ref, expected, oid } of updates) {
    const now = remote.refs.get(ref) ?? null;
    if (now !== null && (await contains(place, now, oid))) {
      cache.refs.set(ref, now);
      results.set(ref, { type: 'accepted' });
    } else if (now !== expected) results.set(ref, { type: 'moved' });
    else results.set(ref, { type: 'refused', message: answers.get(ref) ?? 'refused' });
  }
  return results;
}

/** Read on the remote's side, as the native adapter does after it has fetched what is there. */
async function contains({ remote }: MemoryPushPlace, tip: string, oid: string): Promise<boolean> {
  for (const open = [tip]; open.length > 0; ) {
    const next = open.pop() ?? '';
    if (next === oid) return true;
    const found = await remote.store.read(next);
    if (found?.type === 'commit') open.push(...found.parents);
  }
  return false;
}
