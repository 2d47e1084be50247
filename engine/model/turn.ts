// When an answer changes by time alone. Every face asks here: `why`, `when`, `test`, `simulate`, `status`, the
// calendar and the controller that sleeps until then. The parts of an answer say when they change; when the whole
// does is found by asking the whole again at those instants, since one part may close before another opens.

import type { Instant } from '../base/instant.ts';

type Status = 'allowed' | 'waiting' | 'denied';

/** As much of an answer as is needed to know when it changes. */
export type Part = {
  readonly status: Status;
  readonly until: Instant | null;
  /** From when on time alone makes it a no that stays; left out where it does not. */
  readonly endsAt?: Instant | undefined;
};

/** Rules that take turns for longer are a mistake of their author. */
const HORIZON_MS = 400 * 86_400_000;
/** Where changes are rare the search goes on beyond: a rule may come once in seven years. */
const RARE_LOOKS_MAX = 100;
/** More looks cost more than the answer is worth. */
const LOOKS_MAX = 1_000;

/**
 * The earliest instant at which all parts together can give another answer. An answer that waits goes on waiting
 * until the last of those that wait has changed, and for good where one of them never does; unless another part ends
 * before.
 */
export function turnOf(parts: readonly Part[]): Part {
  const denied = parts.filter(({ status }) => status === 'denied');
  const waiting = parts.filter(({ status }) => status === 'waiting');
  const endsAt = soonest(parts.map((part) => part.endsAt ?? null));
  const ends = endsAt === null ? {} : { endsAt };
  if (denied.length > 0) return { status: 'denied', until: latest(denied), ...ends };
  if (waiting.length > 0) return { status: 'waiting', until: soonest([latest(waiting), endsAt]), ...ends };
  return { status: 'allowed', until: soonest(parts.map(({ until }) => until)), ...ends };
}

export type Turn = {
  /**
   * The first instant at which the status differs; null where time alone never changes it, or where the search ended.
   */
  readonly until: Instant | null;
  /** What it is from then on; null where `until` is. */
  readonly becomes: Status | null;
  /** Where the search ended without an answer; null where it did not have to. */
  readonly lookedTo: Instant | null;
};

/** From look to look, each at the earliest instant that the one before could change at. */
export function turnFrom(now: Instant, first: Part, look: (at: Instant) => Part): Turn {
  let at = first.until;
  for (let looks = 1; at !== null; looks += 1) {
    const lookedTo = endOfSearch(now, at, looks);
    if (lookedTo !== null) return { until: null, becomes: null, lookedTo };
    const then = look(at);
    if (then.status !== first.status) return { until: at, becomes: then.status, lookedTo: null };
    // A part that names no later instant than the one it was asked at would be asked for ever.
    if (then.until !== null && then.until <= at) return { until: null, becomes: null, lookedTo: at };
    at = then.until;
  }
  return { until: null, becomes: null, lookedTo: null };
}

/** How far was looked, where the next look, at `at`, would be one too many; null where it is not. */
export function endOfSearch(now: Instant, at: Instant, looks: number): Instant | null {
  if (looks > LOOKS_MAX) return at;
  return looks > RARE_LOOKS_MAX && at > now + HORIZON_MS ? now + HORIZON_MS : null;
}

function soonest(instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((instant): instant is Instant => instant !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

/** Null where one of them never changes: then they never change together. */
function latest(parts: readonly Part[]): Instant | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const { until } of parts) {
    if (until === null) return null;
    last = Math.max(last, until);
  }
  return last;
}
