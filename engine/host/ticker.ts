// node-cron where the interval is one that cron can say (whole seconds that divide a minute, whole minutes that divide an
// hour), a chain of timers for every other. Loaded late: the first look is made before any beat.

import type { Ticker } from '../ports/ticker.ts';

export const cronTicker: Ticker = {
  start: (everyMs, jitterMs, beat) => {
    const expression = cronExpression(everyMs);
    return expression === null ? startTimers(everyMs, jitterMs, beat) : startCron(expression, jitterMs, beat);
  },
};

/** Null where cron has no words for it. */
export function cronExpression(everyMs: number): string | null {
  const seconds = everyMs / 1_000;
  if (Number.isInteger(seconds) && seconds >= 1 && 60 % seconds === 0)
    return seconds === 60 ? '0 * * * * *' : `*/${seconds} * * * * *`;
  const minutes = seconds / 60;
  if (Number.isInteger(minutes) && minutes >= 1 && 60 % minutes === 0)
    return minutes === 60 ? '0 0 * * * *' : `0 */${minutes} * * * *`;
  return null;
}

function startCron(expression: string, jitterMs: number, beat: () => void): () => void {
  let stop = () => {};
  let stopped = false;
  import('node-cron').then(
    ({ schedule }) => {
      if (stopped) return;
      const task = schedule(expression, beat, { maxRandomDelay: Math.round(jitterMs), noOverlap: true });
      stop = () => void task.destroy();
    },
    () => {
      if (!stopped) stop = startTimers(60_000, jitterMs, beat);
    },
  );
  return () => {
    stopped = true;
    stop();
  };
}

function startTimers(everyMs: number, jitterMs: number, beat: () => void): () => void {
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
}
