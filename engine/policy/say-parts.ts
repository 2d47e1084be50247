// Parts of rules in words, for people who have nothing but plain git. What decides is said: where two rules differ,
// so do their sentences.

import { formatDuration } from '../base/duration.ts';
import type { Span, UserVerification } from '../model/rule.ts';

/** The zone that its sentences are in, where no span says it. */
export function sayZone(timezone: string, spans: readonly Span[]): string {
  return spans.some((span) => span.timezone === timezone) ? '' : `; times in ${timezone}`;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function saySpan(span: Span): string {
  switch (span.type) {
    case 'weekly':
      return `${sayDays(span.days)} ${clock(span.fromMinute)}-${clock(span.toMinute)} ${span.timezone}`;
    case 'dated':
      return `from ${span.from} to ${span.to} ${span.timezone}`;
    case 'recurring': {
      const days = span.wholeDays === undefined ? '' : `, ${span.wholeDays} of them local days`;
      return `${span.rrule} from ${span.first} for ${formatDuration(span.durationMs)}${days} ${span.timezone}`;
    }
  }
}

/** `Mon-Fri`, `Mon Wed`: three days and more that follow each other are said by their ends. */
function sayDays(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const spans: number[][] = [];
  for (const day of sorted) {
    const last = spans.at(-1);
    if (last !== undefined && last.at(-1) === day - 1) last.push(day);
    else spans.push([day]);
  }
  const named = (day: number | undefined) => (day === undefined ? '' : (DAYS[day - 1] ?? ''));
  return spans
    .map((span) => (span.length > 2 ? `${named(span[0])}-${named(span.at(-1))}` : span.map(named).join(' ')))
    .join(' ');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

export function sayExcept(except: readonly string[]): string {
  return except.length === 0 ? '' : ` (but for ${list(except)})`;
}

export function sayVerified(verification: UserVerification): string {
  return verification === 'required' ? '; by a security key that asks its owner for a PIN or finger' : '';
}

export function sayAuthor(author: 'excluded' | 'counts'): string {
  return author === 'excluded' ? ', not counting those who made the change' : ', counting those who made the change';
}

export function list(names: readonly string[]): string {
  return names.join(', ');
}
