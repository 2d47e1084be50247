// What failed and is decided again after a while, each kind with its own backoff. An end puts off nothing.

import type { Cancel, Clock } from '../../ports/clock.ts';
import { Backoff } from '../effects/backoff.ts';
import type { RetryEvent } from './loop-event.ts';

export class Retries {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #emit: (event: RetryEvent) => void;
  readonly #set = new Map<Cancel, readonly string[]>();
  #isStopped = false;

  constructor(clock: Clock, random: (() => number) | undefined, emit: (event: RetryEvent) => void) {
    this.#clock = clock;
    this.#backoff = new Backoff(random);
    this.#emit = emit;
  }

  get size(): number {
    return this.#set.size;
  }

  /** It is decided again later, whatever else is seen meanwhile. */
  holds(name: string): boolean {
    return [...this.#set.values()].some((names) => names.includes(name));
  }

  later(names: readonly string[], key: string): void {
    if (this.#isStopped) return;
    const cancel = this.#clock.after(this.#backoff.failed(key, this.#clock.monotonicMs()), () => {
      this.#set.delete(cancel);
      this.#emit({ type: 'retry-due', environments: names });
    });
    this.#set.set(cancel, names);
  }

  succeeded(key: string): void {
    this.#backoff.succeeded(key);
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#set.keys()) cancel();
    this.#set.clear();
  }
}
