// Hours of the day as people write them: `09:00-18:00`, `22:00-06:00`, `00:00-24:00`, several with commas.

import type { Cursor } from '../cursor.ts';

type Minutes = { readonly fromMinute: number; readonly toMinute: number };

/** Minutes from local midnight; `toMinute` is excluded, at most 1440, and on the next day where it is not after
 *  `fromMinute`. */
export function parseHours(text: string, cursor: Cursor): readonly Minutes[] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/.exec(part);
    if (match === null) {
      cursor.error(`\`${part.trim()}\` is no span of hours`, 'write it as "09:00-18:00"');
      return [];
    }
    const [, fromHour, fromMinutes, toHour, toMinutes] = match;
    const fromMinute = minuteOf(fromHour, fromMinutes);
    const toMinute = minuteOf(toHour, toMinutes);
    if (fromMinute === null || toMinute === null || fromMinute === 1_440) {
      cursor.error(`\`${part.trim()}\` names a time that no day has`, 'days go from 00:00 to 24:00');
      return [];
    }
    if (fromMinute === toMinute) {
      cursor.error(`\`${part.trim()}\` begins and ends at the same time`, 'for the whole day write "00:00-24:00"');
      return [];
    }
    return [{ fromMinute, toMinute }];
  });
}

function minuteOf(hour: string | undefined, minute: string | undefined): number | null {
  const minutes = Number(hour) * 60 + Number(minute);
  return Number(minute) < 60 && minutes <= 1_440 ? minutes : null;
}
