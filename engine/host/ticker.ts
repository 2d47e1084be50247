// The pulse of polling: one timer after the other, on the monotonic clock. Polling follows no calendar, and a machine
// whose wall clock is set, or that slept, must go on looking: cron expressions were tried, and fall silent then
// (decision 28).

import type { Ticker } from '../ports/ticker.ts';

export const timerTicker: Ticker = {
  start(everyMs, jitterMs, beat) {
    let timer: NodeJS.Timeout;
    const next = () => {
      timer = setTimeout(
        () => {
          next();
          beat();
        },
        everyMs + Math.random() * jitterMs,
      );
    };
    next();
    return () => clearTimeout(timer);
  },
};
