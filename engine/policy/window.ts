// The window rule: opening hours on weekdays in a zone, and dated freezes that win over them.
// Its promise is `until`: the first instant at which the answer differs, never in the past, null when it never differs.
// Must never look at anything but the rule and the instant it is given.

import { formatInstant, type Instant, sayInstant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import type { PolicyFacts } from '../model/policy-facts.ts';
import type { WindowRule } from '../model/rule.ts';
import type { Verdict } from '../model/verdict.ts';
import { type Freeze, freezeReason, freezesOf, frozenStretches } from './freezes.ts';
import { containing, type Interval } from './interval.ts';
import { hoursAt, type WeeklyHours, type WeeklySpan, weeklyHours } from './weekly-hours.ts';

export type WindowState = {
  readonly open: boolean;
  /** The instant at which it became so; null when it has always been. */
  readonly since: Instant | null;
  /** The first instant at which it is no longer so; null when it stays for good. */
  readonly until: Instant | null;
  /** Why a freeze holds now, in its author's words; null when none does, or none gave a reason. */
  readonly reason: string | null;
};

/** A window that will open is waited for; one that never opens again denies. */
export function evaluateWindow(rule: WindowRule, policy: PolicyConfig, facts: PolicyFacts): Verdict {
  const policyName = policy.name;
  const { now } = facts;
  const freezes = freezesOf(rule.deny);
  const state = stateAt(weeklyHours(weeklySpans(rule), rule.timezone), freezes, now);
  const waits = !state.open && state.until !== null;
  const sentence = state.open
    ? sayOpen(rule, freezes, state)
    : sayClosed(rule, freezes, state, containing(frozenStretches(freezes), now), now);
  return {
    status: state.open ? 'allowed' : waits ? 'waiting' : 'denied',
    name: 'window',
    sentence: `${policyName}: ${sentence}`,
    until: state.until,
    waitsFor: waits ? [`window ${policyName}`] : [],
    seen: { at: formatInstant(now), local: sayInstant(now, rule.timezone) },
    overridden: false,
    tell: [],
    children: [],
  };
}

export function windowState(rule: WindowRule, now: Instant): WindowState {
  return stateAt(weeklyHours(weeklySpans(rule), rule.timezone), freezesOf(rule.deny), now);
}

function weeklySpans(rule: WindowRule): readonly WeeklySpan[] {
  return rule.allow.flatMap(({ span }) => (span.type === 'weekly' ? [span] : []));
}

function stateAt(hours: WeeklyHours, freezes: readonly Freeze[], now: Instant): WindowState {
  const stretches = frozenStretches(freezes);
  const { open, since, until } = hoursAt(hours, now);
  if (!open || containing(stretches, now) !== undefined) {
    return {
      open: false,
      since: closedSince(hours, stretches, now),
      until: opensAt(hours, stretches, now),
      reason: freezeReason(freezes, now, now + 1),
    };
  }
  const thawed = stretches.findLast(({ end }) => end <= now)?.end ?? null;
  const freezing = stretches.find(({ start }) => start > now)?.start ?? null;
  return { open: true, since: later(since, thawed), until: sooner(until, freezing), reason: null };
}

/** Steps from the end of a freeze to the next opening and back again. Each step goes forward and leaves a freeze behind,
 *  of which there are finitely many, so it ends. */
function opensAt(hours: WeeklyHours, stretches: readonly Interval[], now: Instant): Instant | null {
  let at = now;
  for (;;) {
    const frozen = containing(stretches, at);
    if (frozen !== undefined) {
      at = frozen.end;
      continue;
    }
    const state = hoursAt(hours, at);
    if (state.open) return at;
    if (state.until === null) return null;
    at = state.until;
  }
}

/** The same steps backwards, looking at the moment just before each. */
function closedSince(hours: WeeklyHours, stretches: readonly Interval[], now: Instant): Instant | null {
  let at = now + 1;
  for (;;) {
    const before = at - 1;
    const frozen = containing(stretches, before);
    if (frozen !== undefined) {
      at = frozen.start;
      continue;
    }
    const state = hoursAt(hours, before);
    if (state.open) return at;
    if (state.since === null) return null;
    at = state.since;
  }
}

/** `open until Friday 2026-11-27 18:00 Europe/Bucharest`, and why, where a freeze is what ends it. */
function sayOpen(rule: WindowRule, freezes: readonly Freeze[], { until }: WindowState): string {
  if (until === null) return 'open, and nothing ahead closes it';
  const frozen = containing(freezes, until) !== undefined;
  const reason = freezeReason(freezes, until, until + 1);
  return `open until ${sayInstant(until, rule.timezone)}${frozen ? `, then frozen${inBrackets(reason)}` : ''}`;
}

/** `closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest`, or the freeze by its reason and end. */
function sayClosed(
  rule: WindowRule,
  freezes: readonly Freeze[],
  state: WindowState,
  frozen: Interval | undefined,
  now: Instant,
): string {
  const zone = rule.timezone;
  const opens = state.until === null ? 'never opens again' : `opens ${sayInstant(state.until, zone)}`;
  if (frozen !== undefined) {
    const reason = inBrackets(freezeReason(freezes, frozen.start, frozen.end));
    return `frozen until ${sayInstant(frozen.end, zone)}${reason}${state.until === frozen.end ? '' : `; ${opens}`}`;
  }
  const since = state.since === null ? 'closed' : `closed since ${saySince(state.since, zone, now)}`;
  const opening = state.until ?? now;
  const between = freezes.find(({ start }) => now < start && start < opening);
  return `${since}; ${opens}${between === undefined ? '' : `, after a freeze${inBrackets(between.reason)}`}`;
}

/** A weekday alone says which day it was as long as it cannot have come round again. */
const WEEKDAY_IS_PLAIN_MS = 6 * 86_400_000;

function saySince(since: Instant, timezone: string, now: Instant): string {
  const said = sayInstant(since, timezone);
  return now - since < WEEKDAY_IS_PLAIN_MS ? said.replace(/ \d{4,}-\d\d-\d\d /, ' ') : said;
}

function inBrackets(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}

function later(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function sooner(a: Instant | null, b: Instant | null): Instant | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}
