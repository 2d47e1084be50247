// `--from` and `--to` as people type them: an instant, or a whole day in a zone, of which both ends are included.

import type { Instant } from '../../base/instant.ts';
import { instantOf } from '../context.ts';
import type { Given } from '../declaration.ts';
import { usage } from '../failure.ts';

type TypedSpan = { readonly from: Instant | null; readonly to: Instant | null };

/** Null where nothing was typed. */
export function typedSpan(given: Given, timezone: string): TypedSpan {
  const [from, to] = [given.text('from'), given.text('to')];
  return {
    from: from === null ? null : startOf('--from', from, timezone, 0),
    to: to === null ? null : startOf('--to', to, timezone, 1),
  };
}

/** Of what was typed and what it is otherwise; an end before its start is a slip. */
export function span(from: Instant, to: Instant): { readonly from: Instant; readonly to: Instant } {
  if (from < to) return { from, to };
  throw usage('--from is not before --to', 'give the earlier one as --from');
}

function startOf(option: string, text: string, timezone: string, daysLater: number): Instant {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return instantOf(text, option);
  try {
    return Temporal.PlainDate.from(text).add({ days: daysLater }).toZonedDateTime(timezone).epochMilliseconds;
  } catch {
    throw usage(`${option} ${text} is no day`, 'write it as 2026-11-21, or an instant as 2026-11-21T20:00:00Z');
  }
}
