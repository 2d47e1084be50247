// What ledgers say of each other: each commit names the tips of two neighbours as its writer saw them. A neighbour that is not
// there any more, or is behind what was seen, was deleted or set back by a person, also where this process never saw the lost part.
// Nobody is accused on the word of one list of refs: a remote reads them one after the other while others push.

import { readSeen } from '../ledger/commit.ts';
import { Fault } from '../ports/fault.ts';
import type { GitRepository } from '../ports/git.ts';
import { contains, isLasting } from './ledger-tips.ts';

type PeersAsked = {
  readonly git: GitRepository;
  /** The remote's refs as they are now; the objects of those that are wanted are here. */
  readonly refs: ReadonlyMap<string, string>;
  /** The ledgers' refs, by environment. */
  readonly wanted: ReadonlyMap<string, string>;
  /** Tips that were seen to be accepted, by ref. What those say has been heard. */
  readonly known: ReadonlyMap<string, string>;
  /** Environments that have been read before: of any other, what was heard long ago counts as well. */
  readonly read: ReadonlyMap<string, unknown>;
};

/** By ref, the tips that others have seen there and that are gone. Empty where all is well. */
export async function lostTips({ git, refs, wanted, known, read }: PeersAsked): Promise<ReadonlyMap<string, string>> {
  const lost = new Map<string, string>();
  const isWider = [...wanted].some(([environment, ref]) => !read.has(environment) && !known.has(ref));
  for (const ref of wanted.values()) {
    const oid = refs.get(ref);
    if (oid === undefined || (known.get(ref) === oid && !isWider)) continue;
    for (const seen of readSeen(await messageOf(git, oid))) {
      const other = wanted.get(seen.environment);
      if (other === undefined || lost.has(other)) continue;
      if (await isLost(git, refs.get(other), seen.oid, known.get(other))) lost.set(other, seen.oid);
    }
  }
  await confirm(git, refs, [...lost.keys()]);
  return lost;
}

/** `known`: what we saw there ourselves. Where that is gone, it is told without the help of others. */
async function isLost(git: GitRepository, now: string | undefined, seen: string, known: string | undefined) {
  if (now === seen || known === seen) return false;
  if (now === undefined) return known === undefined;
  if (await contains(git, now, seen)) return false;
  return known === undefined || contains(git, now, known);
}

async function messageOf(git: GitRepository, oid: string): Promise<string> {
  try {
    return (await git.commit(oid)).message;
  } catch (cause) {
    // What is wrong with it is said where it is read itself; it must not keep the others from being read.
    if (cause instanceof Fault && isLasting(cause)) return '';
    throw cause;
  }
}

async function confirm(git: GitRepository, refs: ReadonlyMap<string, string>, lost: readonly string[]): Promise<void> {
  if (lost.length === 0) return;
  const again = await git.look(lost);
  const moved = lost.find((ref) => again.refs.get(ref) !== refs.get(ref));
  if (moved === undefined) return;
  throw new Fault('ref-moved', `${moved} changed meanwhile`, { retry: 'now', hint: 'look again' });
}
