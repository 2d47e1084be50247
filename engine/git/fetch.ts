// Brings what the remote has into the cache: by the names of refs that have it, because that works with every server.
// Local refs below refs/origin/ follow by force: what may be force-pushed is the controller's policy, and a cache that
// refused to follow could not even show it. Tags are fetched only when they are named.

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../ports/fault.ts';
import { markDamaged, removeStaleLocks } from './cache.ts';
import { REMOTE } from './environment.ts';
import type { Git, GitEnding } from './exec.ts';
import { gitFault, isLockTrouble } from './failure.ts';
import { assertOid, assertRefName, trackingName } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Tracking } from './tracking.ts';

export type FetchPlace = {
  readonly git: Git;
  readonly reader: ObjectReader;
  readonly tracking: Tracking;
  readonly directory: string;
  readonly shown: string;
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  readonly bytesMax: number;
};

/** Above this many names the refs are written as one transaction, and packed afterwards. */
const MANY_REFS = 500;

/** Answers whether anything had to be fetched. */
export async function fetchObjects(place: FetchPlace, wants: ReadonlyMap<string, string>): Promise<boolean> {
  const missing = new Map<string, string>();
  for (const [ref, oid] of wants) {
    assertOid(oid);
    if (place.tracking.isComplete(oid)) continue;
    assertRefName(ref);
    missing.set(ref, oid);
  }
  if (missing.size === 0) return false;

  let ending = await runFetch(place, missing);
  if (ending.code !== 0 && isLockTrouble(ending.stderr)) {
    // Another process of ours was quicker, a killed one left a lock, or `a` stands where `a/b` is to be.
    removeStaleLocks(place.directory, Date.now());
    await dropNamesInTheWay(place, [...missing.keys()]);
    ending = await runFetch(place, missing);
  }
  if (ending.code !== 0) throw fetchFault(place, ending);

  const oids = [...new Set(missing.values())];
  const found = await place.reader.info(oids);
  if (found.some((info) => info === null)) throw movedMeanwhile(place);
  place.tracking.addComplete(oids);
  if (missing.size >= MANY_REFS) await place.git.run(['pack-refs', '--all']);
  return true;
}

function runFetch(place: FetchPlace, missing: ReadonlyMap<string, string>): Promise<GitEnding> {
  const args = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-show-forced-updates', '--refmap='];
  if (missing.size >= MANY_REFS) args.push('--atomic');
  const refspecs = [...missing.keys()].map((ref) => `+${ref}:${trackingName(ref)}\n`);
  return place.git.run([...args, '--stdin', REMOTE], {
    input: refspecs.join(''),
    timeoutMs: place.timeoutMs,
    overflow: () => incomingBytes(place.directory) > place.bytesMax,
  });
}

/** The pack that is being received, before git has judged it. */
function incomingBytes(directory: string): number {
  const folder = path.join(directory, 'objects', 'pack');
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    if (name.startsWith('tmp_')) bytes += statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

async function dropNamesInTheWay(place: FetchPlace, refs: readonly string[]): Promise<void> {
  const listed = await place.git.run(['for-each-ref', '--format=%(refname)', 'refs/origin/']);
  const wanted = refs.map(trackingName);
  const inTheWay = listed.stdout
    .toString('utf8')
    .split('\n')
    .filter((name) => name !== '' && wanted.some((want) => want.startsWith(`${name}/`) || name.startsWith(`${want}/`)));
  if (inTheWay.length === 0) return;
  const input = inTheWay.map((name) => `delete ${name}\n`).join('');
  await place.git.run(['update-ref', '--stdin', '--no-deref'], { input });
}

function fetchFault(place: FetchPlace, ending: GitEnding): Fault {
  const fault = gitFault(ending, {
    what: `fetch from ${place.shown}`,
    secrets: place.secrets,
    timeoutMs: place.timeoutMs,
  });
  if (fault.code === 'repository-damaged') markDamaged(place.directory);
  return fault;
}

function movedMeanwhile(place: FetchPlace): Fault {
  return new Fault('ref-moved', `${place.shown} changed between the look and the fetch`, {
    retry: 'now',
    hint: 'look again: a ref was moved or rewritten meanwhile',
  });
}
