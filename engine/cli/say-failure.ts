// A failure in words, for standard error: what, then what to do about it; for wrong usage the right one.

import type { Failure } from './failure.ts';
import { type Look, paint } from './paint.ts';
import { dim, hanging, type Line, styled } from './text/line.ts';

/** `usage` and `examples` stand below wrong usage. */
export type RightUsage = { readonly usage: string; readonly examples: readonly string[]; readonly help: string };

export function sayFailure(failure: Failure, look: Look, right: RightUsage | null = null): string {
  const lines: Line[] = [hanging(2, styled('bad', 'tidegate: '), failure.message)];
  if (failure.hint !== '') lines.push(hanging(2, dim('  '), failure.hint));
  if (right !== null) {
    lines.push(hanging(2, dim('usage: '), right.usage));
    for (const example of right.examples.slice(0, 1)) lines.push(hanging(2, dim('such as: '), example));
    lines.push(hanging(2, dim('more: '), right.help));
  }
  const stack = failure.stack === null ? [] : failure.stack.split('\n').map((text) => hanging(4, dim(text)));
  return paint([...lines, ...stack], look);
}
