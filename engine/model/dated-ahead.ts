// How far ahead of this machine's clock a word of a person may be dated. The one who wrote it had another clock: too
// little here, and an honest word is passed over until this clock has caught up; too much, and one dated ahead
// outlasts its expiry.

import type { Instant } from '../base/instant.ts';

const AHEAD_MS_MAX = 5 * 60_000;

/** A little ahead is a clock that is a little off; far ahead is one that would make the word last for ever. */
export function isDatedAhead(at: Instant, now: Instant): boolean {
  return now < believedFrom(at);
}

/** When a word of this date begins to count. */
export function believedFrom(at: Instant): Instant {
  return at - AHEAD_MS_MAX;
}
