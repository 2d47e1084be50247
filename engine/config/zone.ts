// IANA time zones: the names that Temporal knows. Offsets such as +02:00 are refused: they do not follow daylight
// saving.

import type { Cursor } from './cursor.ts';
import { nearest } from './suggest.ts';

export function checkZone(cursor: Cursor, zone: string): void {
  if (/^[A-Za-z]/.test(zone) && known(zone)) return;
  const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
  const hint = near === null ? 'write an IANA name such as UTC or Europe/Bucharest' : `did you mean \`${near}\`?`;
  cursor.error(`there is no time zone \`${zone}\``, hint);
}

function known(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}
