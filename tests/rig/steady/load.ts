// Commits one after another, as fast as the controller keeps up: one is made when fewer environments than the bound
// have work before them. On the way the faults that are due strike, one at a time, beside the commits.

import type { Random } from '../../simulation/random.ts';
import { pause, waitFor } from '../patience.ts';
import type { Committer } from './committer.ts';
import type { Fault } from './faults.ts';
import type { Standing } from './standing.ts';
import type { SteadyWorld } from './world.ts';

export type LoadParts = {
  readonly world: SteadyWorld;
  readonly committer: Committer;
  readonly standing: Standing;
  readonly random: Random;
  /** At most so many environments have work before them when a commit is made. */
  readonly backlog: number;
  /** Commits a second at most; null: as fast as the controller keeps up. */
  readonly rate: number | null;
  /** No fault lasts longer: a lease of thirty seconds never runs out by one. */
  readonly faultMsMax: number;
  readonly signal: AbortSignal;
  readonly onFault: (name: string) => void;
};

/** A look costs a git and what has moved: so often, and no more. */
const LOOK_MS = 200;
/** Nothing moved for so long: the controller stands still. */
const STILL_MS_MAX = 120_000;

/** Up to that many commits in all. Resolves when the last fault is over. */
export async function load(parts: LoadParts, until: number, due: ReadonlyMap<number, Fault>): Promise<void> {
  const { committer, world, random, backlog, rate, signal } = parts;
  let striking: Promise<void> = Promise.resolve();
  let failure: unknown = null;
  const ahead = new Set<string>();
  const began = { atMs: performance.now(), made: committer.made };
  while (committer.made < until) {
    if (signal.aborted) break;
    if (failure !== null) throw failure;
    await keptUp(parts, ahead, backlog);
    const early = rate === null ? 0 : ((committer.made - began.made) / rate) * 1_000 - (performance.now() - began.atMs);
    if (early > 0) await pause(early);
    const fault = due.get(committer.made);
    if (fault !== undefined) {
      // One at a time, and never late: while it strikes there are commits on their way.
      await striking;
      parts.onFault(fault.name);
      const own = random.stream(`${fault.name} ${committer.made}`);
      const luck = { random: own, lastsMs: own.between(parts.faultMsMax / 4, parts.faultMsMax) };
      striking = fault.strike(world, luck).catch((cause: unknown) => {
        failure = cause ?? new Error('a fault failed');
      });
    }
    for (const name of await committer.commit()) ahead.add(name);
  }
  await striking;
  world.hooks.disarm();
  if (failure !== null) throw failure;
}

/** Everybody runs what the branch says, or has said no to it; what waits for people has had them. */
export async function settled(parts: LoadParts): Promise<boolean> {
  const { world, standing, signal } = parts;
  return waitFor(async () => {
    await looked(parts);
    if (signal.aborted) return true;
    return standing.busy().length === 0 && world.environments.every((name) => !standing.of(name).isHeld);
  }, STILL_MS_MAX);
}

/** As `settled`, and everybody runs the newest version. */
export async function allLive(parts: LoadParts): Promise<boolean> {
  const { world, standing, signal } = parts;
  return waitFor(async () => {
    await looked(parts);
    if (signal.aborted) return true;
    return world.environments.every((name) => standing.of(name).isUpToDate && !standing.of(name).isOpen);
  }, STILL_MS_MAX);
}

async function looked({ committer, standing }: LoadParts): Promise<void> {
  await pause(LOOK_MS);
  await standing.look(committer.newest);
}

async function keptUp(parts: LoadParts, ahead: Set<string>, backlog: number): Promise<void> {
  const { standing } = parts;
  if (ahead.size < backlog / 4) {
    const busy = new Set([...standing.busy(), ...ahead]);
    if (busy.size < backlog) return;
  }
  const hasRoom = await waitFor(async () => {
    await looked(parts);
    ahead.clear();
    return standing.busy().length < backlog;
  }, STILL_MS_MAX);
  if (!hasRoom) throw new Error(`the controller stands still; before it are ${standing.busy().join(', ')}`);
}
