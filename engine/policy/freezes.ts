// Dated freezes of a window as instants: whole local days with both ends included, or local date-times with the end
// excluded. A freeze always wins over opening hours, so where the clocks make its ends cross over it holds between them.

import type { Instant } from '../base/instant.ts';
import type { ClosedSpan } from '../model/rule.ts';
import { type Interval, mergeIntervals } from './interval.ts';
import { instantOfDateTime, startOfDate } from './local-time.ts';

export type Freeze = Interval & { readonly reason: string | null };

export function freezesOf(spans: readonly ClosedSpan[]): readonly Freeze[] {
  return spans.flatMap(({ span, reason }) => {
    if (span.type !== 'dated') return [];
    const { timezone } = span;
    const from = isDateTime(span.from) ? instantOfDateTime(span.from, timezone) : startOfDate(span.from, timezone);
    const to = isDateTime(span.to) ? instantOfDateTime(span.to, timezone) : startOfDate(span.to, timezone, 1);
    return { start: Math.min(from, to), end: Math.max(from, to), reason };
  });
}

/** The stretches in which some freeze holds; freezes that touch are one stretch. */
export function frozenStretches(freezes: readonly Freeze[]): readonly Interval[] {
  return mergeIntervals(freezes);
}

/** The reasons given for whatever freezes any moment of a stretch, each once, in the order written; null when none is. */
export function freezeReason(freezes: readonly Freeze[], from: Instant, to: Instant): string | null {
  const given = freezes
    .filter(({ start, end }) => start < to && end > from)
    .flatMap(({ reason }) => (reason === null ? [] : [reason]));
  return given.length > 0 ? [...new Set(given)].join(', ') : null;
}

function isDateTime(text: string): boolean {
  return text.includes('T');
}
