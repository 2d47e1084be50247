// Claims on their way to the remote: beside the loop, so that no environment waits for another's. One push carries
// the claims that are due; where hundreds come at once, the first pushes are small, so that work begins while the
// rest claim. Never more are claimed than can be kept: the rest wait until some of those have ended.

import type { Claim, Claimed } from './claim.ts';
import type { ClaimEvent } from './loop-event.ts';

export type ClaimsOptions = {
  readonly push: (claims: ReadonlyMap<string, Claim>) => Promise<Claimed>;
  /** How many more leases could be kept. */
  readonly room: () => number;
  readonly emit: (event: ClaimEvent) => void;
};

/**
 * A push costs about ten milliseconds and one more for each ref: the first few start soon, the rest share the cost.
 * Twenty claims are more than a hundred objects, which a server keeps as one pack instead of a file each.
 */
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
    if (names.length > 0) this.#options.emit({ type: 'claims-have-room', environments: names });
  }

  #pushAll(): void {
    this.#pushing = true;
    // It tells its faults batch by batch; what still comes here is a defect of ours.
    this.#pushBatches()
      .catch((cause: unknown) => this.#failed([...this.#underWay], cause))
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
        this.#options.emit({ type: 'claims-answered', claims: batch, ...claimed });
        if (claimed.fault !== null) this.#options.emit({ type: 'failed', what: 'claim', cause: claimed.fault });
      } catch (cause) {
        this.#done(batch);
        this.#failed([...batch.keys()], cause);
      }
    }
  }

  #failed(environments: readonly string[], cause: unknown): void {
    this.#options.emit({ type: 'claims-failed', environments, cause });
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
