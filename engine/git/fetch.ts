// Brings what the remote has into the cache: by the names of refs that have it, because that works with every server.
// Local refs below refs/origin/ follow by force: what may be force-pushed is the controller's policy, and a cache
// that refused to follow could not even show it. Tags are fetched only when they are named.

import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../ports/fault.ts';
import { markDamaged, removeStaleLocks } from './cache.ts';
import { REMOTE } from './environment.ts';
import type { Git, GitEnding } from './exec.ts';
import { gitFault, isLockTrouble } from './failure.ts';
import { assertOid, assertRefName, trackingName } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import { saysShallow } from './shallow.ts';
import type { Tracking } from './tracking.ts';
import { transfer } from './transfer.ts';

type FetchPlace = {
  readonly git: Git;
  readonly reader: ObjectReader;
  readonly tracking: Tracking;
  readonly directory: string;
  readonly shown: string;
  readonly secrets: readonly string[];
  /** Without any progress. */
  readonly timeoutMs: number;
  readonly bytesMax: number;
  /** A transfer makes no progress, and another is tried beside it; afterwards, that one of them is through. */
  readonly onSlow: (sentence: string) => void;
  readonly onThrough: (sentence: string) => void;
  readonly onShallow: () => void;
};

/**
 * From here on objects are asked for by id: git compares each name with every ref of the remote (77 s for 10,000
 * tags, 0.4 s by id), and refs of tags would slow each later fetch down (180 ms instead of 27).
 */
const MANY_REFS = 300;

/** Answers whether anything had to be fetched. */
export async function fetchObjects(place: FetchPlace, wants: ReadonlyMap<string, string>): Promise<boolean> {
  const missing = new Map<string, string>();
  for (const [ref, oid] of wants) {
    assertOid(oid);
    if (place.tracking.isComplete(oid)) continue;
    // A whole answer of a look may be handed on, and HEAD is in it.
    if (ref !== 'HEAD') assertRefName(ref);
    missing.set(ref, oid);
  }
  if (missing.size === 0) return false;

  const byId = missing.size >= MANY_REFS && (await fetchById(place, missing));
  if (!byId) await fetchByName(place, missing);

  const oids = [...new Set(missing.values())];
  const found = await place.reader.info(oids);
  if (found.some((info) => info === null)) throw movedMeanwhile(place);
  place.tracking.addComplete(oids);
  return true;
}

async function fetchByName(place: FetchPlace, missing: ReadonlyMap<string, string>): Promise<void> {
  const refspecs = [...missing.keys()].map((ref) => `+${ref}:${trackingName(ref)}\n`);
  let ending = await runFetch(place, refspecs);
  if (ending.code !== 0 && isLockTrouble(ending.stderr)) {
    // Another process of ours was quicker, a killed one left a lock, or `a` stands where `a/b` is to be.
    removeStaleLocks(place.directory, Date.now());
    await dropNamesInTheWay(place, [...missing.keys()]);
    ending = await runFetch(place, refspecs);
  }
  if (ending.code !== 0) throw fetchFault(place, ending);
}

/** False when the server does not hand out objects by id (protocol version 0), and must be asked by name. */
async function fetchById(place: FetchPlace, missing: ReadonlyMap<string, string>): Promise<boolean> {
  const ending = await runFetch(
    place,
    [...new Set(missing.values())].map((oid) => `${oid}\n`),
  );
  if (ending.code !== 0) {
    const fault = fetchFault(place, ending);
    if (fault.code === 'ref-moved') return false;
    throw fault;
  }
  for (const [ref, oid] of missing) if (ref.startsWith('refs/heads/')) place.tracking.note(ref, oid);
  return true;
}

/** What no ref names. Servers of protocol version 2 give what they still have to anyone who asks for it by id. */
export async function obtainObject(place: FetchPlace, oid: string): Promise<boolean> {
  assertOid(oid);
  const ending = await runFetch(place, [`${oid}\n`]);
  if (ending.code === 0) {
    place.tracking.addComplete([oid]);
    return true;
  }
  const fault = fetchFault(place, ending);
  // Not every server says no in words that git knows.
  if (fault.code === 'ref-moved' || fault.code === 'object-missing' || fault.code === 'git-failed') return false;
  throw fault;
}

async function runFetch(place: FetchPlace, refspecs: readonly string[]): Promise<GitEnding> {
  const { git, directory, timeoutMs, bytesMax, shown } = place;
  const args = [
    'fetch',
    // What it says of its progress is how we know that it makes any.
    '--progress',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-show-forced-updates',
    '--refmap=',
    '--stdin',
  ];
  removeStaleTransfers(directory, Date.now());
  const before = incomingBytes(directory);
  const overflow = () => incomingBytes(directory) - before > bytesMax;
  let isSlow = false;
  const ending = await transfer(
    (hooks) =>
      git.run([...args, REMOTE], {
        ...hooks,
        input: refspecs.join(''),
        timeoutMs: Number.POSITIVE_INFINITY,
        overflow,
      }),
    {
      limitMs: timeoutMs,
      onSlow(bytes) {
        isSlow = true;
        place.onSlow(`the transfer from ${shown} makes no progress after ${bytes} bytes: it is tried again beside it`);
      },
    },
  );
  if (saysShallow(ending.stderr)) place.onShallow();
  if (isSlow && ending.code === 0) place.onThrough(`the transfer from ${shown} is through`);
  return ending;
}

/** The packs that are being received, before git has judged them. */
function incomingBytes(directory: string): number {
  let bytes = 0;
  for (const file of incoming(directory)) bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

function incoming(directory: string): readonly string[] {
  const folder = path.join(directory, 'objects', 'pack');
  return readdirSync(folder)
    .filter((name) => name.startsWith('tmp_'))
    .map((name) => path.join(folder, name));
}

/** What a transfer that was given up has left behind. Another process may work in this cache: its file grows. */
function removeStaleTransfers(directory: string, nowMs: number): void {
  for (const file of incoming(directory)) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined && nowMs - found.mtimeMs > STALE_TRANSFER_MS) rmSync(file, { force: true });
  }
}

const STALE_TRANSFER_MS = 3_600_000;

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
