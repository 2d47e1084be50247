// `limit`: at most so many deployments begin here in a day, a week, an opening of the window, or any stretch of a given
// length. The run that is asked about never counts. Where it is used up, `until` is the first instant at which one more fits:
// the next local midnight, the window's next change, or the moment the oldest that counts drops out.

import { formatDuration } from '../base/duration.ts';
import { formatInstant, type Instant, sayInstant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { LimitRule } from '../model/rule.ts';
import type { Verdict } from '../model/verdict.ts';
import { leavesOf } from './leaf.ts';
import { dayAround, weekAround } from './local-days.ts';
import { windowState } from './window.ts';

/** What counts: starts from `from` on (null: all). `freeAt`: when one more fits, given the starts that count, newest first. */
type Period = {
  readonly from: Instant | null;
  readonly freeAt: (counted: readonly Instant[]) => Instant | null;
  readonly said: string;
  readonly timezone: string;
};

export function evaluateLimit(rule: LimitRule, policy: PolicyConfig, facts: PolicyFacts): Verdict {
  const { allowed, waiting, denied } = leavesOf(rule, policy);
  const period = periodOf(rule, policy, facts);
  if (period === null) return denied('it counts runs per window, and this policy has no window');
  const counted = facts.starts
    .filter(({ run, at }) => run !== facts.run && (period.from === null || at >= period.from))
    .map(({ at }) => at)
    .sort((a, b) => b - a);
  const seen = {
    runs: `${counted.length} of ${rule.runsMax}`,
    ...(period.from === null ? {} : { from: formatInstant(period.from) }),
  };
  const count = `${counted.length} of ${rule.runsMax} ${rule.runsMax === 1 ? 'run' : 'runs'} began ${period.said}`;
  if (counted.length < rule.runsMax) return allowed(count, seen);
  const freeAt = period.freeAt(counted);
  const next = freeAt === null ? '' : `; the next may begin on ${sayInstant(freeAt, period.timezone)}`;
  const waitsFor = `room for a run in ${facts.environment}`;
  return freeAt === null
    ? denied(`${count}, and there is no next opening`, seen)
    : waiting(`${count}${next}`, [waitsFor], seen, freeAt);
}

function periodOf(rule: LimitRule, policy: PolicyConfig, facts: PolicyFacts): Period | null {
  const { per, timezone } = rule;
  const { now } = facts;
  if (per === 'window') return openingOf(policy, facts);
  if (per === 'day') {
    const { start, end } = dayAround(now, timezone);
    return { from: start, freeAt: () => end, said: `today (${timezone})`, timezone };
  }
  if (per === 'week') {
    const { start, end } = weekAround(now, timezone);
    return { from: start, freeAt: () => end, said: `this week (from Monday, ${timezone})`, timezone };
  }
  return {
    // One that began exactly so long ago no longer counts.
    from: now - per.ms + 1,
    freeAt: (counted) => (counted[rule.runsMax - 1] ?? now) + per.ms,
    said: `in the last ${formatDuration(per.ms)}`,
    timezone,
  };
}

/** The present opening; where an override goes past a closed window, what began since it closed counts instead. */
function openingOf(policy: PolicyConfig, facts: PolicyFacts): Period | null {
  const window = policy.rules.find((each) => each.type === 'window');
  if (window === undefined) return null;
  const { open, since, until } = windowState(window, facts);
  const when = since === null ? '' : ` on ${sayInstant(since, window.timezone)}`;
  const said = open ? `since the window opened${when}` : `since the window closed${when}`;
  return { from: since, freeAt: () => until, said, timezone: window.timezone };
}
