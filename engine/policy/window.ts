// The window rule: when something may start, as spans that open and spans and holidays that close, which always win.
// Its promise is `until`: the first instant at which the answer differs, never in the past, null when it never
// differs (as far as coverage.ts looks). Must never look at anything but the rule and the facts it is given.

import { formatSecond, type Instant, sayInstant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';
import type { RuleVerdict } from '../model/verdict.ts';
import { announcements } from './announcements.ts';
import { coveredAt, lastEnd, nextChange } from './coverage.ts';
import { ruleVerdict } from './leaf.ts';
import { type WindowModel, windowModel } from './window-model.ts';
import { closureReasons, sayNear, sayWindow } from './window-words.ts';

type WindowRule = RuleOf<'window'>;

export type WindowState = {
  readonly open: boolean;
  /** The instant at which it became so; null when it has always been. */
  readonly since: Instant | null;
  /** The first instant at which it is no longer so; null when it stays for good. */
  readonly until: Instant | null;
  /**
   * Why it is closed now, in its author's words; null while it is open, outside its hours, or where none gave a
   * reason.
   */
  readonly why: string | null;
  /** The first instant after now at which it opens, and at which it closes; null where it never does. */
  readonly nextOpening: Instant | null;
  readonly nextClosing: Instant | null;
};

/** What of the facts a window looks at. */
type WindowFacts = Pick<PolicyFacts, 'now' | 'holidays' | 'evidence'>;

/** A window that will open is waited for; one that never opens again denies. */
export function evaluateWindow(rule: WindowRule, policy: PolicyConfig, facts: PolicyFacts): RuleVerdict {
  const { now, holidays, evidence } = facts;
  const model = windowModel(rule, holidays, evidence.change);
  const { inside: open, since, until } = coveredAt(model.open, now);
  const waits = !open && until !== null;
  return ruleVerdict(rule, policy, {
    status: open ? 'allowed' : waits ? 'waiting' : 'denied',
    said: sayWindow(rule, model, { open, since, until }, now, evidence.change),
    until,
    ...endOf(rule, model, now),
    waitsFor: waits ? [`window ${policy.name}`] : [],
    seen: {
      at: formatSecond(now),
      local: sayInstant(now, rule.timezone),
      ...(waits ? { opens: sayNear(until, rule.timezone, now) } : {}),
    },
    zone: rule.timezone,
    ...(waits ? { opensAt: until } : {}),
    notices: announcements(rule, policy.name, model.open, now),
  });
}

/** From when on it never opens again. What nobody knows, as holidays of a year far ahead, ends nothing. */
function endOf(rule: WindowRule, model: WindowModel, now: Instant): Pick<RuleVerdict, 'endsAt'> {
  const endsAt = rule.holidays.length > 0 && lastEnd(model.hours, now) === null ? null : lastEnd(model.open, now);
  return endsAt === null ? {} : { endsAt };
}

export function windowState(rule: WindowRule, { now, holidays, evidence }: WindowFacts): WindowState {
  const model = windowModel(rule, holidays, evidence.change);
  const { inside: open, since, until } = coveredAt(model.open, now);
  const afterwards = until === null ? null : nextChange(model.open, until, !open);
  return {
    open,
    since,
    until,
    why: open ? null : closureReasons(model.closures(now, now + 1)),
    nextOpening: open ? afterwards : until,
    nextClosing: open ? until : afterwards,
  };
}
