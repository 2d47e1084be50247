// What goes wrong and works again: counted for anyone who waits, and said to the person who runs the controller.

import { Fault } from '../../ports/fault.ts';
import type { Log } from '../../ports/log.ts';
import type { Patience } from './patience.ts';
import type { Sayings } from './sayings.ts';

export class Troubles {
  readonly #patience: Patience;
  readonly #sayings: Sayings;
  readonly #log: Log;
  #isEnding = false;

  constructor(patience: Patience, sayings: Sayings, log: Log) {
    this.#patience = patience;
    this.#sayings = sayings;
    this.#log = log;
  }

  /** What fails from here on because everything is being closed is no news. */
  end(): void {
    this.#isEnding = true;
  }

  /** Nothing counts against it any more; `sentence` is said where its failure was. */
  works(what: string, sentence: string | null = null): void {
    this.#patience.works(what);
    if (this.#sayings.works(what) && sentence !== null) this.#log.info(sentence);
  }

  /** Counted and said. */
  report(what: string, cause: unknown): void {
    // A damaged cache is made again when it is opened, so that this life ends; any other fault is only a delay.
    if (!(cause instanceof Fault) || cause.code === 'repository-damaged') {
      this.#patience.fail(cause);
      return;
    }
    if (this.#isEnding) return;
    this.#patience.fault(what, cause);
    // Claims are pushes as well: one that is ill is said once.
    this.#sayings.fault(what === 'claim' ? 'push' : what, cause);
  }

  /** Counted only: it has been said. */
  count(what: string, cause: unknown): void {
    if (cause instanceof Fault) this.#patience.fault(what, cause);
    else this.#patience.fail(cause);
  }
}
