// Simulated time over real requests: the clock moves to its next alarm only while no request is under way, so that
// nothing times out, and nothing is waited for.

import type { Fetch } from '../../../engine/forge/github/wire.ts';
import type { HandClock } from '../hand-clock.ts';

export type Drive = {
  readonly fetch: Fetch;
  /** Lets time pass until it is settled. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass until it holds. */
  untilTrue(holds: () => boolean): Promise<void>;
};

/** `change`: what a test puts between the adapter and the forge. */
export function drive(clock: HandClock, change: (fetch: Fetch) => Fetch = (fetch) => fetch): Drive {
  let underWay = 0;
  const changed = change(globalThis.fetch);
  const fetch: Fetch = async (input, init) => {
    underWay += 1;
    try {
      return await changed(input, init);
    } finally {
      underWay -= 1;
    }
  };
  async function untilTrue(holds: () => boolean): Promise<void> {
    let idle = 0;
    while (!holds()) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      idle = underWay === 0 ? idle + 1 : 0;
      // Modules are loaded and keys are made between requests as well; that takes some turns of the loop.
      const nextInMs = clock.nextInMs();
      if (idle < 20 || nextInMs === null) continue;
      idle = 0;
      clock.advance(Math.max(1, nextInMs));
    }
  }
  return {
    fetch,
    untilTrue,
    async until(work) {
      let isSettled = false;
      const done = work.finally(() => {
        isSettled = true;
      });
      done.catch(() => undefined);
      await untilTrue(() => isSettled);
      return await done;
    },
  };
}
