// What a window says of itself: open or closed, since when, why, until when, and whom an exception lets pass. Every
// moment is said in the zone of the rule, which is named with it.

import { type Instant, sayInstant, sayWeekday } from '../base/instant.ts';
import type { Change } from '../model/policy-facts.ts';
import type { RuleOf } from '../model/rule.ts';
import type { Closure } from './closures.ts';
import { coveredAt, HORIZON_MS } from './coverage.ts';
import type { Interval } from './interval.ts';
import { orList } from './leaf.ts';
import type { WindowModel } from './window-model.ts';

type WindowRule = RuleOf<'window'>;

type State = { readonly open: boolean; readonly since: Instant | null; readonly until: Instant | null };

/** More is not read in a sentence; a stretch of many closures is known by its first. */
const REASONS_MAX = 4;
/** How far past now reasons are collected: a stretch that never ends has as many as one likes. */
const LOOK_MS = 400 * 86_400_000;

export function sayWindow(
  rule: WindowRule,
  model: WindowModel,
  state: State,
  now: Instant,
  change: Change | null,
): string {
  const said = state.open ? sayOpen(rule, model, state) : sayClosed(rule, model, state, now);
  return `${said}${sayExceptions(rule, model, now, change)}`;
}

/** The reasons given, each once, in the order of the rule; null when there are none. */
export function closureReasons(closures: readonly Closure[]): string | null {
  const frozen = closures.filter(({ type }) => type === 'freeze');
  // The name of a holiday within a freeze explains nothing that the freeze does not.
  const telling = closures.filter(
    (each) => each.type !== 'holiday' || !frozen.some(({ start, end }) => start <= each.start && each.end <= end),
  );
  const reasons = [...new Set(telling.flatMap(({ reason }) => reason ?? []))];
  if (reasons.length === 0) return null;
  const shown = reasons.slice(0, REASONS_MAX).join(', ');
  return reasons.length > REASONS_MAX ? `${shown} and ${reasons.length - REASONS_MAX} more` : shown;
}

/** `open until Friday 2026-11-27 18:00 Europe/Bucharest`, and why, where something else than its hours ends it. */
function sayOpen(rule: WindowRule, model: WindowModel, { until }: State): string {
  if (until === null) return 'open, and nothing ahead closes it';
  const closing = stretchOf(model, until);
  const then = closing === null ? '' : `, then ${closing.word}${inBrackets(closing.reasons)}`;
  return `open until ${sayInstant(until, rule.timezone)}${then}`;
}

/**
 * `closed since Friday 18:00 Europe/Bucharest; opens Monday 2026-11-23 09:00 Europe/Bucharest`, or what closes it by
 * its reason and end.
 */
function sayClosed(rule: WindowRule, model: WindowModel, state: State, now: Instant): string {
  const zone = rule.timezone;
  const opens = state.until === null ? sayNever(rule, model, now) : `opens ${sayInstant(state.until, zone)}`;
  const unknown = here(model.closures(now, now + 1), now).find(({ type }) => type === 'unknown');
  if (unknown !== undefined) return `closed, because ${unknown.reason}${state.until === null ? '' : `; ${opens}`}`;
  const closing = stretchOf(model, now);
  if (closing !== null) {
    const until = closing.end === null ? '' : ` until ${sayInstant(closing.end, zone)}`;
    const isEnd = closing.end !== null && closing.end === state.until;
    return `${closing.word}${until}${inBrackets(closing.reasons)}${isEnd ? '' : `; ${opens}`}`;
  }
  const since = state.since === null ? 'closed' : `closed since ${sayNear(state.since, zone, now)}`;
  const between = state.until === null ? undefined : firstBetween(model, now, state.until);
  const after = between === undefined ? '' : `, after ${NOUNS[between.type]}${inBrackets(between.reason)}`;
  return `${since}; ${opens}${after}`;
}

/** Holidays that nobody looked up close whole years: then it is not known whether it opens. */
function sayNever(rule: WindowRule, model: WindowModel, now: Instant): string {
  const ahead = rule.holidays.length > 0 ? model.closures(now, now + HORIZON_MS) : [];
  const unknown = ahead.find(({ type }) => type === 'unknown');
  return unknown === undefined ? 'never opens again' : `no opening is known: ${unknown.reason}`;
}

const NOUNS = { freeze: 'a freeze', holiday: 'a holiday', unknown: 'what is not known' } as const;

type Stretch = { readonly word: string; readonly end: Instant | null; readonly reasons: string | null };

/** All that closes it from `at` on without a moment in between; null where nothing but its hours does. */
function stretchOf(model: WindowModel, at: Instant): Stretch | null {
  const covered = coveredAt(model.closed, at);
  if (!covered.inside) return null;
  const from = Math.max(covered.since ?? at, at - LOOK_MS);
  const closures = model.closures(from, Math.min(covered.until ?? at + LOOK_MS, at + LOOK_MS));
  const word = closures.some(({ type }) => type === 'freeze')
    ? 'frozen'
    : here(closures, at).some(({ type }) => type === 'unknown')
      ? 'closed'
      : 'closed for a holiday';
  return { word, end: covered.until, reasons: closureReasons(closures) };
}

function firstBetween(model: WindowModel, from: Instant, to: Instant): Closure | undefined {
  const ahead = model.closures(from + 1, Math.min(to, from + LOOK_MS)).filter(({ start }) => start > from);
  return ahead.find(({ type }) => type !== 'holiday') ?? ahead[0];
}

/** Who passes what holds others now, and who would pass what holds this change. */
function sayExceptions(rule: WindowRule, model: WindowModel, now: Instant, change: Change | null): string {
  if (![...rule.deny, ...rule.holidays].some(({ except }) => except.length > 0)) return '';
  const passed = here(model.passed(now, now + 1), now);
  if (passed.length > 0) {
    const what = closureReasons(passed) ?? 'a freeze';
    return `; ${what} lets this pass: every commit is ${orList(change?.kinds ?? [])}`;
  }
  const kinds = [...new Set(here(model.closures(now, now + 1), now).flatMap(({ except }) => except))];
  if (kinds.length === 0) return '';
  const unknown = change === null ? ', but what this one changes is not known' : '';
  return `; a change of nothing but ${orList(kinds)} may pass${unknown}`;
}

function here<Each extends Interval>(intervals: readonly Each[], at: Instant): readonly Each[] {
  return intervals.filter(({ start, end }) => start <= at && at < end);
}

/** A weekday alone says which day it was as long as it cannot have come round again. */
const WEEKDAY_IS_PLAIN_MS = 6 * 86_400_000;

/** `Monday 09:00 Europe/Bucharest`: with the date where the weekday alone could be another one. */
export function sayNear(at: Instant, timezone: string, now: Instant): string {
  return Math.abs(now - at) < WEEKDAY_IS_PLAIN_MS ? sayWeekday(at, timezone) : sayInstant(at, timezone);
}

function inBrackets(reason: string | null): string {
  return reason === null ? '' : ` (${reason})`;
}
