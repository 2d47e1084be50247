// A clock that a test moves by hand: nothing passes by itself, and what was asked for comes in the order of its time.

import type { Clock } from '../../engine/ports/clock.ts';

export type HandClock = Clock & {
  /** Lets time pass; callbacks that fall due are called on the way, at their time. */
  advance(ms: number): void;
  /** How long until the next callback; null when none is set. */
  nextInMs(): number | null;
};

export function handClock(startsAt = Date.UTC(2026, 10, 20, 12)): HandClock {
  let elapsedMs = 0;
  const alarms = new Set<{ readonly atMs: number; readonly then: () => void }>();
  const next = () => [...alarms].sort((a, b) => a.atMs - b.atMs)[0];
  return {
    kind: 'real',
    // Whole milliseconds, as a real one tells them.
    now: () => Math.floor(startsAt + elapsedMs),
    monotonicMs: () => elapsedMs,
    after: (delayMs, then) => {
      const alarm = { atMs: elapsedMs + Math.max(0, delayMs), then };
      alarms.add(alarm);
      return () => void alarms.delete(alarm);
    },
    advance(ms) {
      const end = elapsedMs + ms;
      for (let due = next(); due !== undefined && due.atMs <= end; due = next()) {
        alarms.delete(due);
        elapsedMs = Math.max(elapsedMs, due.atMs);
        due.then();
      }
      elapsedMs = end;
    },
    nextInMs: () => {
      const due = next();
      return due === undefined ? null : due.atMs - elapsedMs;
    },
  };
}
