// Openings that are announced: anyone who uses what will be worked on is told `notice` before it begins. An opening
// that something closes altogether is not announced; one that begins later because of it is announced for when it
// does.

import { formatDuration } from '../base/duration.ts';
import { type Instant, sayInstant } from '../base/instant.ts';
import type { OpenSpan, RuleOf } from '../model/rule.ts';
import type { Notice } from '../model/verdict.ts';
import { type Coverage, isCovered, nextChange } from './coverage.ts';
import { spanWithin } from './spans.ts';

type WindowRule = RuleOf<'window'>;

/** Those whose notice runs now: from `at` on, until the opening. To nobody by name, which means everybody. */
export function announcements(rule: WindowRule, policyName: string, open: Coverage, now: Instant): readonly Notice[] {
  return rule.allow.flatMap((span) =>
    span.noticeMs === null ? [] : ofSpan(span, span.noticeMs, rule, policyName, open, now),
  );
}

function ofSpan(
  { span, name }: OpenSpan,
  noticeMs: number,
  rule: WindowRule,
  policyName: string,
  open: Coverage,
  now: Instant,
): readonly Notice[] {
  const ahead = spanWithin(span, now + 1, now + noticeMs + 1) ?? [];
  return ahead.flatMap(({ start, end }): readonly Notice[] => {
    const opens = start < end && isCovered(open, start) ? start : nextChange(open, start, false);
    if (start >= end || opens === null || opens >= end || opens <= now || opens - noticeMs > now) return [];
    const closes = Math.min(end, nextChange(open, opens, true) ?? end);
    const what = name === null ? 'the window' : name;
    const sentence = `${policyName}: ${what} opens ${sayInstant(opens, rule.timezone)}, for ${formatDuration(closes - opens)}`;
    return [{ kind: 'announce', at: opens - noticeMs, to: [], sentence }];
  });
}
