// Days of the week as people write them: `mon-fri`, `sat`, `mon,wed-fri`; `fri-mon` goes over the weekend.

import type { Cursor } from '../cursor.ts';
import { suggestion } from '../suggest.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** ISO numbers, 1 Monday to 7 Sunday, in the order written. */
export function parseDays(text: string, cursor: Cursor): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [first = '', last = first, ...more] = part
      .trim()
      .toLowerCase()
      .split('-')
      .map((day) => day.trim());
    const unknown = [first, last].find((day) => dayNumber(day) === 0);
    if (unknown !== undefined || more.length > 0) {
      const word = unknown ?? part.trim();
      cursor.error(`\`${word}\` is no day of the week`, suggestion(word, DAYS, 'days'));
      return [];
    }
    return fromTo(dayNumber(first), dayNumber(last));
  });
}

function dayNumber(day: string): number {
  return DAYS.findIndex((known) => known === day) + 1;
}

function fromTo(first: number, last: number): readonly number[] {
  const count = ((last - first + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => ((first - 1 + index) % 7) + 1);
}
