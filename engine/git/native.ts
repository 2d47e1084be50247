// The Git port on native git: a bare cache on disk, one helper process for reading, and a process for each fetch,
// write and push. This file only wires; each operation lives in a file of its own. One instance serves one remote.

import path from 'node:path';
import { GIT_FOR_BATCH_COMMANDS, isGitAtLeast } from '../model/git-versions.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository } from '../ports/git.ts';
import type { Log } from '../ports/log.ts';
import { createAnswerPatience } from './answer-patience.ts';
import { cacheFormat, ensureCache, markDamaged, rebuildCache } from './cache.ts';
import { type CatFile, createCatFile } from './cat-file.ts';
import { changesBetween } from './changes.ts';
import { contentsAt, entriesAt, listFiles } from './contents.ts';
import { unifiedDiff } from './diff.ts';
import { gitEnvironment, remoteLogin, withoutForeignToken } from './environment.ts';
import { createGit, type Git } from './exec.ts';
import { exportTree } from './export.ts';
import { fetchObjects, obtainObject } from './fetch.ts';
import { type GitSettings, readGitSettings } from './git-settings.ts';
import { createHistory } from './history.ts';
import { createLook } from './look.ts';
import { isOid } from './names.ts';
import { createObjectReader, type ObjectReader } from './object-reader.ts';
import { push, removeRestore } from './push.ts';
import { parseRemoteUrl, type RemoteUrl } from './remote-url.ts';
import { resolveName } from './resolve.ts';
import { withShallow } from './shallow.ts';
import { signatureOf } from './signature.ts';
import { readTagObject } from './tag-object.ts';
import { readTracking, type Tracking } from './tracking.ts';
import { createTurns } from './turns.ts';
import { createUpkeep } from './upkeep.ts';
import { autoMerge, type Writer, writeCommits, writeCopies, writeMerge, writeRestore, writeTag } from './write.ts';

type GitLimits = {
  /** The most that one look, and one push, is waited for. */
  readonly timeoutMs: number;
  /** The most that a fetch may be without any progress. */
  readonly fetchTimeoutMs: number;
  /** The most that a look may answer. */
  readonly lookBytesMax: number;
  readonly refsMax: number;
  /** The most that a fetch may bring. */
  readonly fetchBytesMax: number;
  readonly exportFilesMax: number;
  readonly exportBytesMax: number;
};

export type NativeGitOptions = {
  readonly url: string;
  /** The address that the environment's token is for, where `url` is another one. */
  readonly tokenFor?: string;
  /** The bare cache; made when it is missing. */
  readonly directory: string;
  /** On top of the process's own environment, for git. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<GitLimits>;
  /**
   * Anyone who opens it asks again where an answer takes long, so that a connection that has died is given up early.
   */
  readonly triesAgain?: boolean;
  /** Told of transfers that make no progress: they may last. */
  readonly log?: Pick<Log, 'info' | 'warn'>;
};

const MEBIBYTE = 1024 * 1024;
const LIMITS: GitLimits = {
  timeoutMs: 30_000,
  fetchTimeoutMs: 900_000,
  lookBytesMax: 64 * MEBIBYTE,
  refsMax: 200_000,
  fetchBytesMax: 8 * 1024 * MEBIBYTE,
  exportFilesMax: 200_000,
  exportBytesMax: 2 * 1024 * MEBIBYTE,
};
/** A line that has died is noticed within a quarter of a minute. */
const SSH = 'ssh -oBatchMode=yes -oConnectTimeout=10 -oServerAliveInterval=5 -oServerAliveCountMax=2';
const BLOB_BYTES_MAX = MEBIBYTE;
const READ_TIMEOUT_MS = 120_000;

export async function openNativeGit(options: NativeGitOptions): Promise<GitRepository> {
  const directory = path.resolve(options.directory);
  const given = parseRemoteUrl(options.url);
  const everything = { ...process.env, ...options.env };
  const inherited = withoutForeignToken(everything, given, options.tokenFor ?? options.url);
  const login = remoteLogin(inherited, given);
  const secrets = login === null ? [] : [login.password, encodeURIComponent(login.password)];
  ensureCache(directory);
  const env: Record<string, string> = { ...gitEnvironment(inherited, given, directory) };
  const probe = createGit(directory, env);
  const settings = await readGitSettings(probe, env, secrets);
  await probe.close();
  if (!settings.sshIsChosen) env['GIT_SSH_COMMAND'] = SSH;

  const git = createGit(directory, env);
  const limits = { ...LIMITS, ...options.limits };
  const log = options.log ?? { info: () => {}, warn: () => {} };
  const place = {
    git,
    directory,
    settings,
    limits,
    secrets,
    log,
    triesAgain: options.triesAgain === true,
    remote: effectiveRemote(given, settings),
  };
  try {
    return wire(place, await openCache(place));
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'repository-damaged') throw cause;
    // Once: a cache is only a copy, and a new one is a fetch away.
    rebuildCache(directory);
    return wire(place, await openCache(place));
  }
}

type Place = {
  readonly git: Git;
  readonly directory: string;
  readonly settings: GitSettings;
  readonly limits: GitLimits;
  readonly secrets: readonly string[];
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly triesAgain: boolean;
  readonly remote: RemoteUrl;
};

type Cache = { readonly catFile: CatFile; readonly reader: ObjectReader; readonly tracking: Tracking };

async function openCache(place: Place): Promise<Cache> {
  const catFile = createCatFile(place.git, {
    batchCommand: isGitAtLeast(place.settings.version, GIT_FOR_BATCH_COMMANDS),
    timeoutMs: READ_TIMEOUT_MS,
    onDamage: () => markDamaged(place.directory),
  });
  const reader = createObjectReader(catFile);
  try {
    return { catFile, reader, tracking: await readTracking(place.git, reader) };
  } catch (cause) {
    catFile.restart();
    throw cause;
  }
}

/** After `url.<base>.insteadOf`: what is looked at in process must be what git would talk to. */
function effectiveRemote(given: RemoteUrl, settings: GitSettings): RemoteUrl {
  const effective = parseRemoteUrl(settings.effectiveUrl);
  return effective.url === given.url ? given : effective;
}

function wire(place: Place, cache: Cache): GitRepository {
  const { git, directory, limits, secrets, remote } = place;
  const { reader, tracking, catFile } = cache;
  const history = createHistory(git, reader);
  const upkeep = createUpkeep(git, directory, tracking.flush, catFile.renew);
  const fetches = createTurns();
  const writes = createTurns();
  const lookPatience = createAnswerPatience(limits.timeoutMs, place.triesAgain);
  const pushPatience = createAnswerPatience(limits.timeoutMs, place.triesAgain);
  const bounds = {
    patience: lookPatience,
    bytesMax: limits.lookBytesMax,
    refsMax: limits.refsMax,
    shown: remote.shown,
    secrets,
  };
  const look = createLook(git, remote, place.settings, bounds);
  let oidLength = cacheFormat(directory) === 'sha256' ? 64 : 40;
  let isShallow = false;
  let isFirstFetch = tracking.refsAtOpen === 0;

  /** The remote decides about SHA-1 or SHA-256; a cache of the other kind cannot hold its objects. */
  function followFormat(wants: ReadonlyMap<string, string>): void {
    const [oid] = wants.values();
    if (oid === undefined || oid.length === oidLength || !isOid(oid)) return;
    catFile.restart();
    rebuildCache(directory, oid.length === 64 ? 'sha256' : 'sha1');
    oidLength = oid.length;
    isFirstFetch = true;
  }

  const fetching = {
    git,
    reader,
    tracking,
    directory,
    shown: remote.shown,
    secrets,
    onSlow: (sentence: string) => place.log.warn(sentence),
    onThrough: (sentence: string) => place.log.info(sentence),
    onShallow: () => {
      isShallow = true;
    },
  };
  const fetch = (wants: ReadonlyMap<string, string>) =>
    fetches.take(async () => {
      followFormat(wants);
      const brought = await fetchObjects(
        { ...fetching, timeoutMs: limits.fetchTimeoutMs, bytesMax: limits.fetchBytesMax },
        wants,
      );
      if (!brought) return;
      upkeep.fetched(isFirstFetch);
      isFirstFetch = false;
    });

  const write = <Written>(work: (writer: Writer) => Promise<Written>) =>
    writes.take(async () => {
      const written = await work({ git, reader, oidLength });
      upkeep.wrote();
      return written;
    });

  const judge = { reader, autoMerge: (ours: string, theirs: string) => autoMerge(git, ours, theirs) };

  const pushPlace = {
    git,
    secrets,
    fetch,
    shown: remote.shown,
    patience: pushPatience,
    look: look.look,
    isAncestor: history.isAncestor,
    accepted: tracking.note,
  };

  const repository: GitRepository = {
    ...history,
    look: look.look,
    fetch,
    obtain: (oid) =>
      fetches.take(async () => {
        // Of the other kind of object id there is none here, and asking for it would make a cache of that kind.
        if (isOid(oid) && oid.length !== oidLength) return false;
        return obtainObject({ ...fetching, timeoutMs: limits.fetchTimeoutMs, bytesMax: limits.fetchBytesMax }, oid);
      }),
    contentsAt: (commit, paths) => contentsAt(reader, commit, paths),
    listFiles: (commit, paths) => listFiles(reader, commit, paths),
    readBlobs: (oids, bytesMax = BLOB_BYTES_MAX) => reader.blobs(oids, bytesMax),
    readText: (commit, name) => readText(reader, commit, name),
    commit: reader.commit,
    changesBetween: (from, to, paths, most) => changesBetween(git, judge, from, to, paths, most),
    tag: (oid) => readTagObject(reader, oid),
    signature: (oid, allowedSigners) => signatureOf(git, reader, oid, allowedSigners),
    peel: reader.peel,
    async resolve(name) {
      // A tag that we pushed ourselves is known before the cache's ref says so.
      await tracking.flush();
      return await resolveName(reader, name);
    },
    writeCommits: (drafts) =>
      write(async (writer) => {
        const oids = await writeCommits(writer, drafts);
        tracking.addComplete(oids);
        return oids;
      }),
    writeTag: (text) => write((writer) => writeTag(writer, text)),
    writeRestore: (input) => write((writer) => writeRestore(writer, input)),
    writeCopies: (input) => write((writer) => writeCopies(writer, input)),
    writeMerge: (input) => write((writer) => writeMerge(writer, history.isAncestor, input)),
    push: (updates, { atomic = false, told = [] } = {}) => push(pushPlace, updates, atomic, told),
    removeRestore: (ref, expected) => removeRestore(pushPlace, ref, expected),
    exportTree: (commit, target, chosen = {}) =>
      exportTree(reader, commit, target, chosen, { filesMax: limits.exportFilesMax, bytesMax: limits.exportBytesMax }),
    diff: (from, to, paths, bytesMax) => unifiedDiff(git, from, to, paths, bytesMax),
    async close() {
      look.close();
      await tracking.flush();
      catFile.restart();
      await git.close();
    },
  };
  return withShallow(repository, () => isShallow, remote.shown);
}

async function readText(reader: ObjectReader, commit: string, name: string): Promise<string | null> {
  const { tree } = await reader.commit(commit);
  const found = (await entriesAt(reader, tree, [name])).get(name);
  if (found === undefined || !found.mode.startsWith('100')) return null;
  const [bytes] = await reader.blobs([found.oid], BLOB_BYTES_MAX);
  return bytes?.toString('utf8') ?? null;
}
