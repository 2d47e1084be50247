// What really happened in a simulated life, as nobody inside of it can know it: every deed with its instant, for the
// table that a person reads and for the checkers. It judges nothing itself; a breach is told to it by a checker.

import { formatInstant } from '../../engine/base/instant.ts';
import type { Timeline } from './timeline.ts';

export type Deed = { readonly at: number; readonly who: string; readonly what: string; readonly why: string };

/**
 * All that is checked, in the order of the chapters of a life. A checker that no mutant is named for proves nothing.
 */
export const CHECKERS = [
  'one-at-a-time',
  'claimed',
  'intent',
  'append-only',
  'repeated',
  'unwarranted',
  'gates',
  'in-force',
  'facts',
  'unanswered',
  'lock',
  'begun-again',
  'invariants',
  'progress',
  'reasons',
  'level',
  'known-good',
  'lost',
  'verify',
  'answers',
] as const;
export type Checker = (typeof CHECKERS)[number];

export type Breach = { readonly at: number; readonly checker: Checker; readonly sentence: string };

export class Witness {
  readonly deeds: Deed[] = [];
  readonly breaches: Breach[] = [];
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  tell(who: string, what: string, why = ''): void {
    this.deeds.push({ at: this.#timeline.now, who, what, why });
  }

  /** The life ends with its first breach: what comes after follows from it. */
  breach(checker: Checker, sentence: string): void {
    this.breaches.push({ at: this.#timeline.now, checker, sentence });
    this.tell('checker', `BREACH of ${checker}`, sentence);
    this.#timeline.isHalted = true;
  }

  /** One line a deed: time, who, what, why. */
  table(): string {
    return this.deeds
      .map(
        ({ at, who, what, why }) => `${formatInstant(at)}  ${who.padEnd(14)}  ${what}${why === '' ? '' : `  (${why})`}`,
      )
      .join('\n');
  }
}
