// Looking at the remote, well or ill. A look that fails is tried again by itself, less and less often, and nobody's
// wish to look comes in between: a remote in trouble is not helped by more questions. One that gives no answer is
// said while it is waited for, and not only when it is given up.

import type { Cancel, Clock } from '../../ports/clock.ts';
import { Fault } from '../../ports/fault.ts';
import { Backoff } from '../effects/backoff.ts';
import { Looks } from './looks.ts';
import type { LookEvent } from './loop-event.ts';

type RemoteWatchParts = {
  readonly clock: Clock;
  readonly random: (() => number) | undefined;
  /** Asks, calls back once the remote has answered, and takes in what it said. */
  readonly look: (onAnswer: () => void) => Promise<void>;
  readonly emit: (event: LookEvent) => void;
};

/** Sooner, and a machine under load is told of remotes that are well; later, and a person looks elsewhere first. */
const SILENCE_MS = 4_000;
/** With jitter and the longest look still well below a minute: so long after it is well the remote is known to be. */
const AGAIN_MS_MAX = 20_000;
/**
 * However long a server asks to be left alone: what a person pushes meanwhile must not wait for an hour, and one
 * question a minute is no load (decision 38).
 */
const ASKED_FOR_MS_MAX = 60_000;

export class RemoteWatch {
  readonly #parts: RemoteWatchParts;
  readonly #looks: Looks;
  readonly #backoff: Backoff;
  #again: Cancel | null = null;
  #isStopped = false;

  constructor(parts: RemoteWatchParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.random, AGAIN_MS_MAX);
    this.#looks = new Looks(() => this.#look());
  }

  get underWay(): boolean {
    return this.#looks.underWay;
  }

  /** The last look failed, and the next one is set. */
  get isIll(): boolean {
    return this.#again !== null;
  }

  /** Resolves after a look that began no sooner than this call; it also begins where the remote is left alone. */
  look(): Promise<void> {
    return this.#looks.look();
  }

  /** As `look`, for callers that do not wait and want it only where the remote is well. */
  soon(): void {
    if (!this.isIll) void this.looked().then(() => this.#parts.emit({ type: 'looked' }));
  }

  /** As `look`, where a fault has been told by then and is nothing else. */
  looked(): Promise<void> {
    return this.look().catch(() => {});
  }

  stop(): void {
    this.#isStopped = true;
    this.#again?.();
    this.#again = null;
  }

  async #look(): Promise<void> {
    const { clock, look, emit } = this.#parts;
    const answered = clock.after(SILENCE_MS, () => emit({ type: 'look-silent', fault: silence() }));
    try {
      await look(answered);
      this.#again?.();
      this.#again = null;
      this.#backoff.succeeded(LOOK);
      emit({ type: 'look-succeeded' });
    } catch (cause) {
      this.#setNext(cause);
      emit({ type: 'failed', what: LOOK, cause });
      throw cause;
    } finally {
      answered();
    }
  }

  #setNext(cause: unknown): void {
    if (this.#isStopped || !(cause instanceof Fault)) return;
    const { clock } = this.#parts;
    const delayMs = this.#backoff.failed(LOOK, clock.monotonicMs());
    const askedForMs = Math.min(cause.afterMs ?? 0, ASKED_FOR_MS_MAX);
    this.#again?.();
    this.#again = clock.after(Math.max(delayMs, askedForMs), () => {
      this.#again = null;
      void this.looked();
    });
  }
}

const LOOK = 'look';

function silence(): Fault {
  const message = `the remote has given no answer for ${SILENCE_MS / 1_000} s`;
  return new Fault('remote-timeout', message, { retry: 'later', hint: 'it is waited for, and then asked again' });
}
