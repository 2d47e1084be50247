// The `files` target: a version's files as an immutable directory `releases/<release>`, made current by one atomic
// rename of the symlink `current`. Readers see the old release or the new one, never none and never half of one; a
// crash at any point leaves one of the two, and what it left behind is swept by the next run. Never touches what it
// did not make: a `current` that is no symlink, another's place, or an epoch newer than its own, is refused.

import fs from 'node:fs/promises';
import path from 'node:path';
import type { Performer, WorkContext, WorkEnding } from '../../ports/runner.ts';
import { type Claim, checkAround, claimPlace, switchUnderClaim } from './claim.ts';
import { copyRelease, Refusal, removeTree, syncDirectory } from './copy.ts';
import type { Release } from './kind.ts';

/** Everything of ours that is not finished: swept when seen, invisible to `ls`. */
const UNFINISHED = '.tidegate-unfinished-';

/** A relative `to` is below the state folder. */
export const perform: Performer<Release> = async (work, place, context) => {
  try {
    return await putInPlace(work, place.directory, context);
  } catch (error) {
    if (error instanceof Refusal) return { outcome: 'failed', sentence: error.message };
    throw error;
  }
};

async function putInPlace(
  work: Release,
  exported: string,
  { signal, say, stateDirectory, repository }: WorkContext,
): Promise<WorkEnding> {
  checkName(work.release);
  const root = rootOf(work.to, path.resolve(stateDirectory));
  const claim: Claim = { epoch: work.epoch, owner: work.owner === undefined ? null : { ...work.owner, repository } };
  checkAround(root, claim);
  const source = await sourceOf(work.from, exported, root);
  const releases = path.join(root, 'releases');
  await fs.mkdir(releases, { recursive: true });
  const before = await currentRelease(root);
  claimPlace(root, claim);
  await sweep(root, releases);

  const release = path.join(releases, work.release);
  if (await exists(release)) {
    say(`releases/${work.release} is there already, whole`);
  } else {
    const unfinished = path.join(releases, `${UNFINISHED}${work.release}`);
    const copied = await copyRelease(source, unfinished, signal);
    await fs.rename(unfinished, release);
    await syncDirectory(releases);
    say(`copied ${copied.files} files (${copied.bytes} bytes) to releases/${work.release}`);
  }

  signal.throwIfAborted();
  if (before === work.release) {
    say(`current points to releases/${work.release} already`);
  } else {
    const link = path.join(root, `${UNFINISHED}current`);
    await fs.symlink(path.join('releases', work.release), link);
    switchUnderClaim(root, claim, work.release, link);
    await syncDirectory(root);
    say(`current: ${before === null ? 'nothing' : `releases/${before}`} -> releases/${work.release}`);
  }
  await removeOldReleases(root, releases, work, before, say);
  const already = before === work.release ? 'was in place already' : 'is in place';
  return { outcome: 'succeeded', sentence: `${work.release} ${already} in ${root}` };
}

function checkName(release: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9._+@-]{0,199}$/.test(release)) return;
  throw new Refusal(`${JSON.stringify(release)} cannot be the name of a release directory`);
}

function rootOf(to: string, stateDirectory: string): string {
  if (path.isAbsolute(to)) return path.normalize(to).replace(/(.)\/$/, '$1');
  const root = path.resolve(stateDirectory, to);
  if (isBelow(root, stateDirectory)) return root;
  throw new Refusal(`\`to: ${to}\` leaves the state folder; write an absolute path for a place outside of it`);
}

/** The folder in the export, by its real name: a symlink on the way must not lead out of the version's tree. */
async function sourceOf(from: string, exported: string, root: string): Promise<string> {
  const tree = await fs.realpath(exported);
  let source: string;
  try {
    source = await fs.realpath(path.resolve(tree, from));
  } catch {
    throw new Refusal(`the version has no folder ${from}`);
  }
  if (source !== tree && !isBelow(source, tree)) throw new Refusal(`${from} leads out of the version's tree`);
  if (!(await fs.stat(source)).isDirectory()) throw new Refusal(`${from} is no folder in this version`);
  if (root === source || isBelow(root, source))
    throw new Refusal(`${root} lies in the folder that is to be copied to it`);
  return source;
}

function isBelow(inner: string, outer: string): boolean {
  return inner.startsWith(outer.endsWith(path.sep) ? outer : `${outer}${path.sep}`);
}

/** The release that `current` points to, or null when there is no `current` yet or it points to something else. */
async function currentRelease(root: string): Promise<string | null> {
  const current = path.join(root, 'current');
  const there = await fs.lstat(current).catch(absent);
  if (there === null) return null;
  if (!there.isSymbolicLink()) {
    throw new Refusal(`${current} is there and is no symlink of Tidegate's: move it away, then it can be replaced`);
  }
  const target = await fs.readlink(current);
  return path.dirname(target) === 'releases' ? path.basename(target) : null;
}

async function sweep(root: string, releases: string): Promise<void> {
  for (const folder of [root, releases]) {
    for (const name of await fs.readdir(folder)) {
      if (name.startsWith(UNFINISHED)) await removeTree(path.join(folder, name));
    }
  }
}

/** Keeps the newest by when they were last put in place; the current one and the one before it always. */
async function removeOldReleases(
  root: string,
  releases: string,
  work: Release,
  before: string | null,
  say: (line: string) => void,
): Promise<void> {
  try {
    const now = new Date();
    if (before !== work.release) await fs.utimes(path.join(releases, work.release), now, now);
    const names = (await fs.readdir(releases)).filter((name) => !name.startsWith('.'));
    const dated = await Promise.all(
      names.map(async (name) => ({ name, at: (await fs.lstat(path.join(releases, name))).mtimeMs })),
    );
    const others = dated.filter(({ name }) => name !== work.release).sort((a, b) => b.at - a.at);
    const previous = before === null || before === work.release ? others[0]?.name : before;
    const spare = others.filter(({ name }) => name !== previous);
    for (const { name } of spare.slice(Math.max(0, work.keep - 1 - (previous === undefined ? 0 : 1)))) {
      // Gone from sight first and at once: what has the name of a release is whole, always.
      const unfinished = path.join(releases, `${UNFINISHED}${name}`);
      await fs.rename(path.join(releases, name), unfinished);
      await removeTree(unfinished);
      say(`removed releases/${name}`);
    }
  } catch (error) {
    // The version is in place; that is what was asked. The next run tries again.
    say(`old releases in ${root} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function exists(directory: string): Promise<boolean> {
  const there = await fs.lstat(directory).catch(absent);
  if (there === null) return false;
  if (there.isDirectory()) return true;
  throw new Refusal(`${directory} is there and is no folder of Tidegate's: move it away`);
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
