// Who is to be told what, because a rule asks for it: due now, or later. Shown by `why` and `plan`; sending is not
// done here.

import type { Instant } from '../base/instant.ts';
import type { Notice } from '../model/verdict.ts';

export function dueNotices(notices: readonly Notice[], now: Instant): readonly Notice[] {
  return notices.filter(({ at }) => at <= now);
}

/** `to be told now: leads: v1.4.2 waits for approval since 4 h`. */
export function sayTold({ to, sentence }: Notice): string {
  return `to be told now${to.length === 0 ? '' : `: ${to.join(', ')}`}: ${sentence}`;
}
