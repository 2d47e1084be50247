// The mirrors: what is wanted is told whole, what differs is written when the budget has room, and only the newest of
// it. Each kind goes on by itself, so that a hundred deployments do not hold up one comment. Nobody waits for any of
// it.

import type { Cancel, Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import type { DesiredComment, DesiredDeployment, DesiredStatus, ForgeDesired, Mirrored } from '../../ports/forge.ts';
import type { Client } from './client.ts';
import type { Repository } from './identity.ts';
import { bounded, digestOf } from './marker.ts';
import { type Written, writeComment } from './mirror-comments.ts';
import { needsWrite, type WrittenDeployment, writeDeployment } from './mirror-deployments.ts';
import { statusText, type WrittenStatus, writeStatus } from './mirror-statuses.ts';

const AFTER_TROUBLE_MS = 30_000;
/** What GitHub refuses is tried once more after so long; something may have been put right there. */
const AFTER_REFUSAL_MS = 3_600_000;

/** One kind of mirror. `digest`: of what is wanted; what was refused is not tried again while it is the same. */
type Kind<Desired, Known> = {
  readonly write: (wanted: () => Desired | null, before: Known | null) => Promise<Known | null>;
  readonly isDone: (desired: Desired, known: Known) => boolean;
  readonly digest: (desired: Desired) => string;
};

class Mirror<Desired, Known> {
  readonly #kind: Kind<Desired, Known>;
  readonly #clock: Clock;
  readonly known = new Map<string, Known>();
  readonly troubles = new Map<
    string,
    { readonly sentence: string; readonly digest: string; readonly untilMs: number }
  >();
  #desired: ReadonlyMap<string, Desired> = new Map();
  #isRunning = false;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #isOver = false;
  #cancel: Cancel = () => undefined;

  constructor(kind: Kind<Desired, Known>, clock: Clock) {
    this.#kind = kind;
    this.#clock = clock;
  }

  want(desired: ReadonlyMap<string, Desired>): void {
    this.#desired = desired;
    for (const key of this.known.keys()) if (!desired.has(key)) this.known.delete(key);
    for (const [key, { digest }] of this.troubles) {
      const now = desired.get(key);
      if (now === undefined || this.#kind.digest(now) !== digest) this.troubles.delete(key);
    }
    this.#start();
  }

  get pending(): number {
    return [...this.#desired.keys()].filter((key) => !this.#isSettled(key)).length;
  }

  end(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #start(): void {
    if (this.#isRunning || this.#isOver || this.#clock.monotonicMs() < this.#restUntilMs) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      // More may have been wanted while the last of it was written.
      if (this.#next() !== undefined) this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let key = this.#next(); key !== undefined && !this.#isOver; key = this.#next()) {
      const waitMs = await this.#write(key);
      if (waitMs === null) continue;
      this.#restUntilMs = this.#clock.monotonicMs() + waitMs;
      this.#cancel = this.#clock.after(waitMs, () => this.#start());
      return;
    }
  }

  #next(): string | undefined {
    return [...this.#desired.keys()].find((key) => !this.#isSettled(key) && !this.#isRefused(key));
  }

  #isSettled(key: string): boolean {
    const desired = this.#desired.get(key);
    const known = this.known.get(key);
    return desired === undefined || (known !== undefined && this.#kind.isDone(desired, known));
  }

  #isRefused(key: string): boolean {
    const desired = this.#desired.get(key);
    const trouble = this.troubles.get(key);
    if (desired === undefined || trouble === undefined) return false;
    return trouble.digest === this.#kind.digest(desired) && this.#clock.monotonicMs() < trouble.untilMs;
  }

  /** Null: the next one may be written; else how long to leave GitHub alone. */
  async #write(key: string): Promise<number | null> {
    const wanted = () => this.#desired.get(key) ?? null;
    try {
      const known = await this.#kind.write(wanted, this.known.get(key) ?? null);
      if (known !== null) this.known.set(key, known);
      this.troubles.delete(key);
      return null;
    } catch (cause) {
      // It may have been written: it is looked up before anything is written again.
      this.known.delete(key);
      if (cause instanceof Fault && cause.code === 'remote-unreachable') return AFTER_TROUBLE_MS;
      if (cause instanceof Fault && cause.code === 'remote-limited') return cause.afterMs ?? AFTER_TROUBLE_MS;
      const desired = wanted();
      if (desired === null) return null;
      const untilMs = this.#clock.monotonicMs() + AFTER_REFUSAL_MS;
      // A mistake of ours in a mirror is said, and holds up nothing else.
      const sentence = cause instanceof Error ? cause.message : String(cause);
      this.troubles.set(key, { sentence, digest: this.#kind.digest(desired), untilMs });
      return null;
    }
  }
}

export class Mirrors {
  readonly #comments: Mirror<DesiredComment, Written>;
  readonly #statuses: Mirror<DesiredStatus, WrittenStatus>;
  readonly #deployments: Mirror<DesiredDeployment, WrittenDeployment>;

  constructor(client: Client, repository: Repository, clock: Clock) {
    this.#comments = new Mirror(
      {
        write: (wanted, before) => writeComment(client, repository, wanted, before),
        isDone: ({ body }, { digest }) => digest === digestOf(bounded(body)),
        digest: ({ body }) => digestOf(body),
      },
      clock,
    );
    this.#statuses = new Mirror(
      {
        write: (wanted, before) => writeStatus(client, repository, wanted, before),
        isDone: (desired, { text }) => text === statusText(desired),
        digest: statusText,
      },
      clock,
    );
    this.#deployments = new Mirror(
      {
        write: (wanted, before) => writeDeployment(client, repository, wanted, before),
        isDone: (desired, known) => !needsWrite(desired, known),
        digest: ({ state, commit }) => `${state} ${commit}`,
      },
      clock,
    );
  }

  mirror({ comments, statuses, deployments }: ForgeDesired): Mirrored {
    this.#statuses.want(new Map(statuses.map((one) => [`${one.commit} ${one.context.toLowerCase()}`, one])));
    this.#comments.want(new Map(comments.map((one) => [String(one.number), one])));
    this.#deployments.want(new Map(deployments.map((one) => [one.run, one])));
    return this.standing();
  }

  standing(): Mirrored {
    const parts = [this.#comments, this.#statuses, this.#deployments];
    return {
      comments: [...this.#comments.known].flatMap(([number, { id, digest }]) =>
        id === null ? [] : [{ number: Number(number), id, digest }],
      ),
      pending: parts.reduce((sum, { pending }) => sum + pending, 0),
      troubles: [...new Set(parts.flatMap(({ troubles }) => [...troubles.values()].map(({ sentence }) => sentence)))],
    };
  }

  end(): void {
    for (const part of [this.#comments, this.#statuses, this.#deployments]) part.end();
  }
}
