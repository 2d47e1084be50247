// Which places' public holidays a set of policies needs, and for which years. Answers look ahead for the next change,
// so a year on either side of what is asked about is needed too.

import type { Instant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import { needsOf } from '../policy/needs.ts';

type HolidaysNeeded = { readonly places: readonly string[]; readonly years: readonly number[] };

/** How far ahead rules look for a change. */
const YEARS_AHEAD = 6;

export function holidaysNeeded(policies: readonly PolicyConfig[], from: Instant, to: Instant): HolidaysNeeded {
  const places = needsOf(policies).holidays;
  const first = yearOf(from) - 1;
  const count = yearOf(to) + YEARS_AHEAD - first + 1;
  return {
    places,
    years: places.length === 0 ? [] : Array.from({ length: count }, (_, index) => first + index),
  };
}

function yearOf(at: Instant): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC').year;
}
