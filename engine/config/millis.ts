// Durations in configuration, once their schema has let them through.

import { parseDuration } from '../base/duration.ts';

/** Milliseconds; what is left out is the default, and so is a sum beyond what a number can hold. */
export function millis(value: string | undefined, byDefault: number): number {
  return value === undefined ? byDefault : (parseDuration(value) ?? byDefault);
}
