// Claims on their way to the remote: beside the loop, so that no environment waits for another's. One push carries the
// claims that are due; where hundreds come at once, the first pushes are small, so that work begins while the rest claim. Never
// more are claimed than can be kept: the rest wait until some of those have ended.

import { REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import type { Plan } from '../../model/plan.ts';
import type { LedgerRecord } from '../../model/record.ts';
import type { Fault } from '../../ports/fault.ts';
import type { Bound } from '../ledger/ledger.ts';
import type { Basis } from '../ledger/ledger-entry.ts';

/** What the remote must accept before anything rests on it; `bound`: what of the whole repository stands or falls with it.
 *  `decidedOn`: while it waits for its turn others may write, and then it is decided anew. */
export type Claim = {
  readonly records: readonly LedgerRecord[];
  readonly bound: Bound | null;
  readonly decidedOn: Basis;
};

/** `fault`: what the remote said of the others, where they were not merely overtaken. */
export type Claimed = { readonly accepted: ReadonlySet<string>; readonly fault: Fault | null };

export type ClaimsOptions = {
  readonly push: (claims: ReadonlyMap<string, Claim>) => Promise<Claimed>;
  /** How many more leases could be kept. */
  readonly room: () => number;
  readonly onPushed: (claims: ReadonlyMap<string, Claim>, { accepted, fault }: Claimed) => void;
  /** These had no room, and have it now: what they claim is decided anew, since time has passed. */
  readonly onRoom: (environments: readonly string[]) => void;
  readonly onFault: (environments: readonly string[], cause: unknown) => void;
};

/** A push costs about ten milliseconds and one more for each ref: the first few start soon, the rest share the cost. Twenty
 *  claims are more than a hundred objects, which a server keeps as one pack instead of a file each. */
const FIRST_BATCH = 20;
const GROWTH = 64;

export class Claims {
  readonly #options: ClaimsOptions;
  readonly #queue = new Map<string, Claim>();
  readonly #underWay = new Set<string>();
  /** Without room; longest first. */
  readonly #parked = new Set<string>();
  #pushing = false;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#underWay.size;
  }

  has(environment: string): boolean {
    return this.#underWay.has(environment);
  }

  add(claims: ReadonlyMap<string, Claim>): void {
    for (const [environment, claim] of claims) {
      this.#underWay.add(environment);
      this.#queue.set(environment, claim);
      this.#parked.delete(environment);
    }
    if (!this.#pushing) this.#pushAll();
  }

  /** Leases may have been let go. */
  freed(): void {
    if (this.#parked.size === 0 || this.#pushing) return;
    const names = [...this.#parked].slice(0, Math.max(0, this.#options.room()));
    for (const name of names) this.#parked.delete(name);
    if (names.length > 0) this.#options.onRoom(names);
  }

  #pushAll(): void {
    this.#pushing = true;
    // It tells its faults batch by batch; what still comes here is a defect of ours.
    this.#pushBatches()
      .catch((cause: unknown) => this.#options.onFault([...this.#underWay], cause))
      .finally(() => {
        this.#pushing = false;
        // Some may have come after the last look at the queue.
        if (this.#queue.size > 0) this.#pushAll();
        else this.freed();
      });
  }

  /** Never rejects: a fault is told for its own batch, and the next one is tried. */
  async #pushBatches(): Promise<void> {
    for (let size = FIRST_BATCH; this.#queue.size > 0; size *= GROWTH) {
      const room = this.#options.room();
      if (room <= 0) {
        this.#park();
        return;
      }
      const batch = new Map([...this.#queue].slice(0, Math.min(size, room)));
      for (const environment of batch.keys()) this.#queue.delete(environment);
      try {
        const claimed = await this.#options.push(batch);
        this.#done(batch);
        this.#options.onPushed(batch, claimed);
        if (claimed.fault !== null) this.#options.onFault([], claimed.fault);
      } catch (cause) {
        this.#done(batch);
        this.#options.onFault([...batch.keys()], cause);
      }
    }
  }

  #park(): void {
    for (const environment of this.#queue.keys()) {
      this.#parked.add(environment);
      this.#underWay.delete(environment);
    }
    this.#queue.clear();
  }

  #done(batch: ReadonlyMap<string, Claim>): void {
    for (const environment of batch.keys()) this.#underWay.delete(environment);
  }
}

/** Records of the environment, and those of the whole repository. */
export function apart({ append }: Plan): readonly [LedgerRecord[], LedgerRecord[]] {
  const of = (isWide: boolean) =>
    append.flatMap(({ environment, record }) => ((environment === REPOSITORY_LEDGER) === isWide ? [record] : []));
  return [of(false), of(true)];
}
