// What closes a window: its `deny` spans and its public holidays, as stretches with their reasons. They always win
// over opening hours. Whatever cannot be known (holidays of a year that nobody looked up, a rule that cannot be read)
// closes.

import type { Instant } from '../base/instant.ts';
import type { Change, Holidays } from '../model/policy-facts.ts';
import type { ClosedSpan, HolidaySpan, RuleOf } from '../model/rule.ts';
import type { Interval } from './interval.ts';
import { instantOfLocal, localMs, type Offsets } from './local-time.ts';
import { type OffsetsOf, offsetsAround, spanWithin, touches } from './spans.ts';

type WindowRule = RuleOf<'window'>;

export type Closure = Interval & {
  readonly type: 'freeze' | 'holiday' | 'unknown';
  /** In its author's words, or the holiday's name with its place; null where nobody gave one. */
  readonly reason: string | null;
  /** Kinds of change that it lets pass. */
  readonly except: readonly string[];
};

const DAY_MS = 86_400_000;

/** All that touch `[from, to)`, in the order of the rule, whatever they let pass. */
export function closuresWithin(
  rule: Pick<WindowRule, 'deny' | 'holidays'>,
  holidays: Holidays,
  from: Instant,
  to: Instant,
  offsetsOf: OffsetsOf = offsetsAround(from, to),
): readonly Closure[] {
  return [
    ...rule.deny.flatMap((closed) => freezes(closed, from, to, offsetsOf)),
    ...rule.holidays.flatMap((span) => publicHolidays(span, holidays[span.place] ?? [], from, to, offsetsOf)),
  ];
}

/** Lets pass a change every commit of which is of an excepted kind. What is not known, or is no change, is held. */
export function letsPass({ except }: { readonly except: readonly string[] }, change: Change | null): boolean {
  if (except.length === 0 || change === null || change.kinds.length === 0) return false;
  return change.kinds.every((kind) => except.includes(kind));
}

function freezes(closed: ClosedSpan, from: Instant, to: Instant, offsetsOf: OffsetsOf): readonly Closure[] {
  const { span, reason, except } = closed;
  const stretches = spanWithin(span, from, to, offsetsOf);
  if (stretches === null)
    return [{ start: from, end: to, type: 'unknown', reason: 'its rule cannot be computed', except }];
  // Where clocks make its ends cross over, it holds between them: closed is the side to err on.
  return stretches.map(({ start, end }) => ({
    start: Math.min(start, end),
    end: Math.max(start, end),
    type: 'freeze',
    reason,
    except,
  }));
}

function publicHolidays(
  span: HolidaySpan,
  known: Holidays[string],
  from: Instant,
  to: Instant,
  offsetsOf: OffsetsOf,
): readonly Closure[] {
  const offsets = offsetsOf(span.timezone);
  const found: Closure[] = [];
  for (let year = yearOf(from, offsets); year <= yearOf(to, offsets); year++) {
    const days = known.filter(({ date }) => date.startsWith(`${year}-`));
    if (days.length === 0) found.push(unknownYear(span, year, offsets));
    for (const { date, name } of days) {
      const reason = `${span.place}: ${name}`;
      found.push({ ...localDays(date, localMs(date) + DAY_MS, offsets), type: 'holiday', reason, except: span.except });
    }
  }
  return found.filter((each) => touches(each, from, to));
}

/** Every place has holidays every year, so a year without one was never looked up. */
function unknownYear({ place, except }: HolidaySpan, year: number, offsets: Offsets): Closure {
  const reason = `the public holidays of ${place} in ${year} are not known`;
  return { ...localDays(`${year}-01-01`, localMs(`${year + 1}-01-01`), offsets), type: 'unknown', reason, except };
}

function localDays(first: string, endMs: number, offsets: Offsets): Interval {
  return { start: instantOfLocal(localMs(first), offsets), end: instantOfLocal(endMs, offsets) };
}

function yearOf(at: Instant, offsets: Offsets): number {
  const offset = offsets.findLast(({ from }) => from <= at) ?? offsets[0];
  return Temporal.Instant.fromEpochMilliseconds(at + offset.offsetMs).toZonedDateTimeISO('UTC').year;
}
