// What ledgers say of each other: each commit names the tips of two neighbours as its writer saw them. A neighbour
// that is not there any more, or is behind what was seen, was deleted or set back by a person, also where this
// process never saw the lost part. Nobody is accused on the word of one list of refs: a remote reads them one after
// the other while others push. And nobody who is there is accused of a commit that cannot be shown: anyone who may
// push one ledger could stop all others by inventing one.

import { readSeen, type Seen } from '../../ledger/commit.ts';
import { Fault } from '../../ports/fault.ts';
import type { GitRepository } from '../../ports/git.ts';
import { isShown } from './ledger-evidence.ts';
import { contains, isLasting } from './ledger-tips.ts';
import { isHere } from './missing-commits.ts';

type PeersAsked = {
  /** The remote's refs as they are now; the objects of those that are wanted are here. */
  readonly refs: ReadonlyMap<string, string>;
  /** The ledgers' refs, by environment. */
  readonly wanted: ReadonlyMap<string, string>;
  /** Tips that this controller has seen to be accepted itself, by ref. What those say has been heard. */
  readonly known: ReadonlyMap<string, string>;
  /** Environments that have been read before: of any other, what was heard long ago counts as well. */
  readonly read: ReadonlyMap<string, unknown>;
};

/**
 * `accuser` says, in its newest commit `by`, that the ledger `accused` of this environment was at `oid`; it is at
 * `now`.
 */
export type Accusation = {
  readonly accuser: string;
  readonly by: string;
  /** The first commit that was heard to say so: those after it pass it on. */
  readonly firstBy: string;
  readonly accused: string;
  readonly environment: string;
  readonly oid: string;
  readonly now: string | null;
  /** Somebody has such a commit of that ledger. */
  readonly shown: boolean;
};

/** Fewer would take a hiccup of the network for an answer; while it is asked again, nothing is decided. */
const ANSWER_TRIES_MAX = 3;

export class Peers {
  readonly #git: GitRepository;
  /** By ref, the tip whose words were last heard. */
  readonly #heard = new Map<string, string>();
  readonly #unanswered = new Map<string, number>();
  #standing: readonly Accusation[] = [];

  constructor(git: GitRepository) {
    this.#git = git;
  }

  /** Hears what is new, and looks again at what stands. */
  async hear(asked: PeersAsked): Promise<void> {
    const standing: Accusation[] = [];
    const restated = new Set(
      this.#standing.filter(({ accuser, by }) => asked.refs.get(accuser) !== by).map(({ accuser }) => accuser),
    );
    for (const accusation of this.#standing) {
      const kept = await this.#again(accusation, asked);
      if (kept !== null) standing.push(kept);
    }
    const [fresh, heard] = await this.#fresh(asked, restated);
    await this.#confirm(asked.refs, fresh);
    for (const accusation of fresh) {
      standing.push({ ...accusation, shown: await this.#isShown(accusation) });
    }
    this.#standing = standing;
    // Last: a fault before this leaves all of it to be heard by the next look.
    for (const [ref, oid] of heard) this.#heard.set(ref, oid);
  }

  /** What is wrong with a ledger by what ledgers say of each other; null where nothing is. */
  damageOf(ref: string): string | null {
    const lost = this.#standing.find(({ accused, now, shown }) => accused === ref && (shown || now === null));
    if (lost !== undefined) return sayLost(lost);
    const invented = this.#standing.find(({ accuser, now, shown }) => accuser === ref && !shown && now !== null);
    return invented === undefined ? null : sayInvented(invented);
  }

  /** A tip that accuses is not noted as heard: the next life of this controller has to hear it as well. */
  isAccusing(ref: string): boolean {
    return this.#standing.some(({ accuser }) => accuser === ref);
  }

  async #again(accusation: Accusation, { refs, known }: PeersAsked): Promise<Accusation | null> {
    const { accuser, by, accused, oid } = accusation;
    if (refs.get(accuser) !== by) return null;
    const now = refs.get(accused) ?? null;
    if (now === accusation.now) {
      return accusation.shown || !(await isHere(this.#git, oid)) ? accusation : { ...accusation, shown: true };
    }
    if (!(await this.#isLost(now, oid, known.get(accused)))) return null;
    return { ...accusation, now, shown: await this.#isShown(accusation) };
  }

  /**
   * A remote that gives no answer to this question and answers all others must not keep every ledger from being read.
   */
  async #isShown({ oid, environment }: Accusation): Promise<boolean> {
    try {
      return await isShown(this.#git, oid, environment);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      const tries = (this.#unanswered.get(oid) ?? 0) + 1;
      this.#unanswered.set(oid, tries);
      if (tries < ANSWER_TRIES_MAX) throw cause;
      return false;
    }
  }

  /** `restated`: ledgers that accused somebody and have moved since, no matter who moved them. */
  async #fresh(
    { refs, wanted, known, read }: PeersAsked,
    restated: ReadonlySet<string>,
  ): Promise<readonly [readonly Accusation[], ReadonlyMap<string, string>]> {
    const found: Accusation[] = [];
    const heard = new Map<string, string>();
    const isWider = [...wanted].some(([environment, ref]) => !read.has(environment) && !known.has(ref));
    for (const accuser of wanted.values()) {
      const by = refs.get(accuser);
      const isOld = known.get(accuser) === by || this.#heard.get(accuser) === by;
      if (by === undefined || (isOld && !isWider && !restated.has(accuser))) continue;
      heard.set(accuser, by);
      for (const { environment, oid } of await this.#wordsOf(by)) {
        const accused = wanted.get(environment);
        // One of each is enough: anyone who is wrong in one is not asked for more.
        if (accused === undefined || found.some((other) => other.accuser === accuser && other.accused === accused))
          continue;
        const now = refs.get(accused) ?? null;
        if (!(await this.#isLost(now, oid, known.get(accused)))) continue;
        if (this.#standing.some((other) => other.accuser === accuser && other.by === by && other.oid === oid)) continue;
        const before = this.#standing.find((other) => other.accuser === accuser && other.oid === oid);
        found.push({ accuser, by, firstBy: before?.firstBy ?? by, accused, environment, oid, now, shown: false });
      }
    }
    return [found, heard];
  }

  /** `known`: what we saw there ourselves. Where that is gone, it is told without the help of others. */
  async #isLost(now: string | null, seen: string, known: string | undefined): Promise<boolean> {
    if (now === seen || known === seen) return false;
    if (now === null) return known === undefined;
    if (await contains(this.#git, now, seen)) return false;
    return known === undefined || contains(this.#git, now, known);
  }

  async #wordsOf(oid: string): Promise<readonly Seen[]> {
    try {
      return readSeen((await this.#git.commit(oid)).message);
    } catch (cause) {
      // What is wrong with it is said where it is read itself; it must not keep the others from being read.
      if (cause instanceof Fault && isLasting(cause)) return [];
      throw cause;
    }
  }

  async #confirm(refs: ReadonlyMap<string, string>, fresh: readonly Accusation[]): Promise<void> {
    if (fresh.length === 0) return;
    const lost = [...new Set(fresh.map(({ accused }) => accused))];
    const again = await this.#git.look(lost);
    const moved = lost.find((ref) => again.refs.get(ref) !== refs.get(ref));
    if (moved === undefined) return;
    throw new Fault('ref-moved', `${moved} changed meanwhile`, { retry: 'now', hint: 'look again' });
  }
}

function sayLost({ accuser, firstBy: by, accused, oid, now, shown }: Accusation): string {
  const witness = `${accuser} names it in ${short(by)}`;
  const what =
    now === null
      ? `the ledger ${accused} was deleted on the remote: ${short(oid)} was there, and ${witness}`
      : `the ledger ${accused} was rewritten on the remote: ${short(now)} does not contain ${short(oid)}, and ${witness}`;
  const back = `put it back with \`git push <remote> ${short(oid)}:${accused}\` from a clone that has it`;
  const nobody = shown ? '' : '; nobody could show that commit here';
  return `${what}${nobody}; ${back}, or, if it never was there, ${takeBack(accuser)} (docs/restore.md)`;
}

function sayInvented({ accuser, firstBy: by, accused, oid }: Accusation): string {
  return (
    `the ledger ${accuser} says in its commit ${short(by)} that ${accused} was at ${short(oid)}, and nobody can show such a ` +
    `commit of that ledger: neither the remote nor this clone has it; if it never was there, ${takeBack(accuser)}; ` +
    `if it was, put it back with \`git push <remote> ${short(oid)}:${accused}\` from a clone that has it (docs/restore.md)`
  );
}

/** Only the tip's words count: one commit on top that does not repeat them is enough, and nothing is rewritten. */
function takeBack(accuser: string): string {
  const commit = "$(git commit-tree -p FETCH_HEAD -m 'not so' 'FETCH_HEAD^{tree}')";
  return `take those words back with \`git fetch <remote> ${accuser} && git push <remote> ${commit}:${accuser}\``;
}

function short(oid: string): string {
  return oid.slice(0, 12);
}
