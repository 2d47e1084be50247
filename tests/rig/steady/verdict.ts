// Whether memory grew: the median right after the warm-up against the median at the end, of one life that nobody
// killed. The stretch is cut into tenths by commits, not by time, so that a slow moment weighs no more than a quick
// one.

import type { Sample } from './meter.ts';

export type Tenth = {
  readonly samples: number;
  /** Medians, in bytes. */
  readonly total: number;
  readonly controller: number;
  readonly anonymous: number;
  readonly supervisor: number;
  readonly git: number;
};

export type MemoryVerdict = {
  /** The first is the warm-up. */
  readonly tenths: readonly Tenth[];
  /** The last tenth as a part of the second; null where there are too few samples to say so. */
  readonly growth: number | null;
};

export const GROWTH_MAX = 1.2;
const TENTHS = 10;
/** A median of fewer is a matter of luck. */
const SAMPLES_MIN = 20;

export function judgeMemory(samples: readonly Sample[], commits: number): MemoryVerdict {
  const tenths = Array.from({ length: TENTHS }, (_, at) => {
    const isIn = ({ commits: made }: Sample) =>
      Math.min(TENTHS - 1, Math.floor((made / Math.max(1, commits)) * TENTHS)) === at;
    return tenthOf(samples.filter(isIn));
  });
  const [, first] = tenths;
  const last = tenths.at(-1);
  const isEnough = first !== undefined && last !== undefined && Math.min(first.samples, last.samples) >= SAMPLES_MIN;
  return { tenths, growth: isEnough ? last.total / first.total : null };
}

function tenthOf(samples: readonly Sample[]): Tenth {
  const of = (value: (sample: Sample) => number) => median(samples.map(value));
  return {
    samples: samples.length,
    total: of(({ controller, supervisor, git }) => controller + supervisor + git),
    controller: of(({ controller }) => controller),
    anonymous: of(({ anonymous }) => anonymous),
    supervisor: of(({ supervisor }) => supervisor),
    git: of(({ git }) => git),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1] ?? 0, sorted[Math.floor(middle)] ?? 0];
  return sorted.length === 0 ? 0 : (low + high) / 2;
}
