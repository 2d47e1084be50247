// GitHub's limits, in the time of the clock that a test moves: 5,000 requests an hour, and 80 writes a minute and 500
// an hour by all who act for the account. A test asks afterwards how near they came.

import type { Clock } from '../../../engine/ports/clock.ts';
import type { Json } from './schema.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const A_MINUTE = 80;
const AN_HOUR = 500;

export class LimitModel {
  readonly #clock: Clock;
  /** How many requests an hour; a test may make it small. */
  limit = 5_000;
  /** Whether a refusal by the secondary limit says for how long. */
  saysRetryAfter = true;
  counted = 0;
  readonly writes: number[] = [];
  refusals = 0;
  #usedThisHour = 0;
  #hourEndsMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#hourEndsMs = clock.now() + HOUR_MS;
  }

  /** Null while there is room. */
  refuse(isWrite: boolean): { status: number; data: Json; headers: Record<string, string> } | null {
    this.#turnHour();
    const used = (windowMs: number) => this.writes.filter((at) => at > this.#clock.monotonicMs() - windowMs).length;
    const message = (words: string) => ({ message: words, documentation_url: 'https://docs.github.com/rest' });
    if (this.#usedThisHour >= this.limit) {
      this.refusals += 1;
      return { status: 403, data: message('API rate limit exceeded'), headers: {} };
    }
    if (!isWrite || (used(MINUTE_MS) < A_MINUTE && used(HOUR_MS) < AN_HOUR)) return null;
    this.refusals += 1;
    const headers: Record<string, string> = this.saysRetryAfter ? { 'retry-after': '60' } : {};
    return {
      status: 403,
      data: message('You have exceeded a secondary rate limit. Please wait a few minutes'),
      headers,
    };
  }

  count(isWrite: boolean): void {
    this.#turnHour();
    this.counted += 1;
    this.#usedThisHour += 1;
    if (isWrite) this.writes.push(this.#clock.monotonicMs());
  }

  headers(): Record<string, string> {
    this.#turnHour();
    return {
      'x-ratelimit-limit': String(this.limit),
      'x-ratelimit-remaining': String(Math.max(0, this.limit - this.#usedThisHour)),
      'x-ratelimit-reset': String(Math.ceil(this.#hourEndsMs / 1_000)),
      'x-ratelimit-resource': 'core',
    };
  }

  /** The most writes in any window of this length. */
  peak(windowMs: number): number {
    return Math.max(
      0,
      ...this.writes.map((from) => this.writes.filter((at) => at >= from && at < from + windowMs).length),
    );
  }

  #turnHour(): void {
    const now = this.#clock.now();
    if (now < this.#hourEndsMs) return;
    this.#hourEndsMs = now + HOUR_MS;
    this.#usedThisHour = 0;
  }
}
