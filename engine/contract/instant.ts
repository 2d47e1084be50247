// Instants in JSON: ISO 8601 in UTC.

import { formatInstant, type Instant } from '../base/instant.ts';
import { orNull, type Shape } from './shape.ts';

export const instantShape = { type: 'string', format: 'date-time', pattern: 'Z$' } as const;
export const instantOrNull = orNull(instantShape);

export type InstantJson = Shape<typeof instantShape>;

export function instantJson(at: Instant): InstantJson {
  return formatInstant(at);
}

export function instantJsonOrNull(at: Instant | null): InstantJson | null {
  return at === null ? null : formatInstant(at);
}
