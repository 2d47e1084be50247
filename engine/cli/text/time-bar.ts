// When something was under way, as a bar within the time of the whole: what took long, and what waited for what, is
// seen before any number is read.

import type { Instant } from '../../base/instant.ts';

export type Lapse = { readonly from: Instant; readonly to: Instant };

/** Columns of the whole. */
const WIDTH = 24;

/**
 * Blanks up to its beginning, then at least one block: what took no time happened all the same. Nothing where the
 * whole took no time, and of what does not touch it.
 */
export function timeBar({ from, to }: Lapse, whole: Lapse): string {
  const length = whole.to - whole.from;
  if (length <= 0 || to < whole.from || from > whole.to) return '';
  const column = (at: Instant): number =>
    Math.min(WIDTH, Math.max(0, Math.round(((at - whole.from) / length) * WIDTH)));
  const start = Math.min(WIDTH - 1, column(from));
  return ' '.repeat(start) + '█'.repeat(Math.max(1, column(to) - start));
}
