// How many questions are answered at once, and how many may wait. A question costs a look at the remote: a crowd must
// cost the remote no more than a few people do. Beyond that the answer is an honest "not now".

import { Fault } from '../ports/fault.ts';

const AT_ONCE_MAX = 2;
const WAITING_MAX = 32;

export function openTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX) {
        throw new Fault('remote-limited', 'too many questions at once', {
          retry: 'later',
          hint: 'ask again in a moment',
        });
      }
      // The one that ends hands the turn on: `busy` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else busy += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
