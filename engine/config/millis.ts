// Durations in configuration, once their schema has let them through.

import { parseDuration } from '../base/duration.ts';

/** Timers hold no more than this: a longer one would fire at once. Almost 25 days. */
export const TIMER_MS_MAX = 2_147_483_647;

/** Milliseconds; the default where the key is left out. */
export function millis(value: string | undefined, byDefault: number): number {
  return value === undefined ? byDefault : (parseDuration(value) ?? byDefault);
}
