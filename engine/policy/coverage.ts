// Where an endless pattern of stretches covers time, looked at in chunks of fixed size that are computed once each. A
// search for the next or the last change goes chunk by chunk, five years from where it starts; beyond that only the
// instants at which something one-off begins or ends, or a rule comes again, are looked at, and five years from each,
// a hundred years at most. What has not come by then does not come.

import type { Instant } from '../base/instant.ts';
import { clipped, containing, type Interval, mergeIntervals, subtracted } from './interval.ts';

export type Coverage = {
  /** Merged, and cut off at the chunk's ends, which are no changes. */
  stretches(chunk: number): readonly Interval[];
  /** Instants at which something one-off begins or ends, in order. */
  readonly marks: readonly Instant[];
  /** When something may come again at or after an instant, however far ahead; null where nothing does. */
  readonly comesAgain: (from: Instant) => Instant | null;
  /** From which chunk on it stays covered, or uncovered, for good: found once, and true for all later chunks. */
  readonly still: { inside: number; outside: number };
};

/** `since` and `until` are null where it has always been so, and stays so for good. */
type Covered = { readonly inside: boolean; readonly since: Instant | null; readonly until: Instant | null };

/** Smaller chunks cost more at their seams, larger ones compute what nobody asks for. */
const CHUNK_MS = 128 * 86_400_000;
/** 1,920 days. Shorter, and a leap day is not found from the day after the last one. */
const HORIZON_CHUNKS = 15;
/** So many times five years: anyone who searches further for what never comes waits for nothing. */
const JUMPS_MAX = 20;
/** How far a search reaches at least. */
export const HORIZON_MS = HORIZON_CHUNKS * CHUNK_MS;
/** What is kept of one pattern; a search to both sides fits. */
const KEPT_MAX = 96;

/** All stretches that touch `[from, to)`, in any order, overlapping or reaching out of it. */
export type Within<Each extends Interval> = (from: Instant, to: Instant) => readonly Each[];

export function coverageOf(
  within: Within<Interval>,
  marks: readonly Instant[],
  comesAgain: Coverage['comesAgain'] = () => null,
): Coverage {
  return {
    stretches: kept((chunk) => {
      const from = chunk * CHUNK_MS;
      return clipped(mergeIntervals(within(from, from + CHUNK_MS)), from, from + CHUNK_MS);
    }),
    marks: [...marks].sort((a, b) => a - b),
    comesAgain,
    still: { inside: Number.POSITIVE_INFINITY, outside: Number.POSITIVE_INFINITY },
  };
}

/** The same, computed once for each chunk. */
export function keptWithin<Each extends Interval>(within: Within<Each>): Within<Each> {
  const ofChunk = kept((chunk) => within(chunk * CHUNK_MS, (chunk + 1) * CHUNK_MS));
  return (from, to) => {
    const found: Each[] = [];
    const first = chunkOf(from);
    for (let chunk = first; chunk * CHUNK_MS < to; chunk++) {
      for (const stretch of ofChunk(chunk)) {
        // One that began in an earlier chunk was met there.
        const isMet = chunk > first && stretch.start < chunk * CHUNK_MS;
        if (!isMet && stretch.start < to && stretch.end > from) found.push(stretch);
      }
    }
    return found;
  };
}

/** Covered by the first and not by the second. */
export function coverageWithout(first: Coverage, second: Coverage): Coverage {
  return {
    stretches: kept((chunk) => subtracted(first.stretches(chunk), second.stretches(chunk))),
    marks: [...first.marks, ...second.marks].sort((a, b) => a - b),
    comesAgain: (from) => sooner(first.comesAgain(from), second.comesAgain(from)),
    still: { inside: Number.POSITIVE_INFINITY, outside: Number.POSITIVE_INFINITY },
  };
}

export function coveredAt(coverage: Coverage, at: Instant): Covered {
  const inside = isCovered(coverage, at);
  return { inside, since: lastChange(coverage, at, inside), until: nextChange(coverage, at, inside) };
}

export function isCovered(coverage: Coverage, at: Instant): boolean {
  return containing(coverage.stretches(chunkOf(at)), at) !== undefined;
}

/** The first instant after `at` at which it is no longer as it is there. */
export function nextChange(coverage: Coverage, at: Instant, inside: boolean): Instant | null {
  const side = inside ? 'inside' : 'outside';
  const first = chunkOf(at);
  if (first > coverage.still[side]) return null;
  let chunk = first;
  for (let jumps = 0; jumps <= JUMPS_MAX; jumps += 1) {
    for (const last = chunk + HORIZON_CHUNKS; chunk <= last; chunk++) {
      const end = (chunk + 1) * CHUNK_MS;
      const from = Math.max(at, chunk * CHUNK_MS);
      const stretches = coverage.stretches(chunk);
      const here = containing(stretches, from);
      // A chunk's first moment may itself be the change, `at` never is.
      if ((here !== undefined) !== inside) return from;
      const change = inside ? here?.end : stretches.find(({ start }) => start > from)?.start;
      if (change !== undefined && change < end) return change;
    }
    const from = chunk * CHUNK_MS;
    const next = sooner(coverage.marks.find((each) => each >= from) ?? null, coverage.comesAgain(from));
    if (next === null) break;
    chunk = chunkOf(next);
  }
  coverage.still[side] = Math.min(coverage.still[side], first);
  return null;
}

/**
 * The last instant at which it is uncovered, where nothing covers it again from then on; null where it goes on, or
 * has ended before `now`.
 */
export function lastEnd(coverage: Coverage, now: Instant): Instant | null {
  const beyond = Math.max(now, coverage.marks.at(-1) ?? now);
  const { inside, since, until } = coveredAt(coverage, beyond);
  return !inside && until === null && since !== null && since > now ? since : null;
}

/** The last instant at or before `at` at which it became as it is there. */
function lastChange(coverage: Coverage, at: Instant, inside: boolean): Instant | null {
  let chunk = chunkOf(at);
  for (;;) {
    for (const last = chunk - HORIZON_CHUNKS; chunk >= last; chunk--) {
      const start = chunk * CHUNK_MS;
      const to = Math.min(at + 1, start + CHUNK_MS);
      const stretches = coverage.stretches(chunk);
      const here = containing(stretches, to - 1);
      if ((here !== undefined) !== inside) return to;
      const change = inside ? here?.start : stretches.findLast(({ end }) => end < to)?.end;
      if (change !== undefined && change > start) return change;
    }
    const mark = coverage.marks.findLast((each) => each <= (chunk + 1) * CHUNK_MS);
    if (mark === undefined) return null;
    chunk = Math.min(chunk, chunkOf(mark));
  }
}

function sooner(one: Instant | null, other: Instant | null): Instant | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

function chunkOf(at: Instant): number {
  return Math.floor(at / CHUNK_MS);
}

function kept<Value>(compute: (chunk: number) => Value): (chunk: number) => Value {
  const known = new Map<number, Value>();
  return (chunk) => {
    const found = known.get(chunk);
    if (found !== undefined) return found;
    if (known.size >= KEPT_MAX) known.clear();
    const made = compute(chunk);
    known.set(chunk, made);
    return made;
  };
}
