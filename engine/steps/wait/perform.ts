// The `wait` step: time passes, and it can be cut short by a stop.

import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../../base/duration.ts';
import type { Performer } from '../../ports/runner.ts';
import type { Wait } from './kind.ts';

/** Longest single timer of the platform, 24 days and a bit. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export const perform: Performer<Wait> = async (work, _place, { signal, say }) => {
  say(`waiting ${formatDuration(work.waitMs)}`);
  for (let left = work.waitMs; left > 0; left -= TIMER_MS_MAX) {
    await delay(Math.min(left, TIMER_MS_MAX), undefined, { signal });
  }
  return { outcome: 'succeeded', sentence: `waited ${formatDuration(work.waitMs)}` };
};
