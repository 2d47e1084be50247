// Window rules in one line each, so that a table of them can be read: `mon-fri 09:00-18:00`, `2026-12-19..2027-01-04
// (why)`.

import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../../engine/base/duration.ts';
import type { PolicyConfig } from '../../../engine/model/config.ts';
import type { ClosedSpan, OpenSpan, RuleConfig, Span } from '../../../engine/model/rule.ts';
import type { Verdict } from '../../../engine/model/verdict.ts';
import type { WindowRule } from '../../../engine/policy/rules/window.ts';
import { evaluateWindow, type WindowState, windowState } from '../../../engine/policy/window.ts';
import { facts } from '../../support/policy-facts.ts';

export const BUCHAREST = 'Europe/Bucharest';
export const ANGELES = 'America/Los_Angeles';
export const HOWE = 'Australia/Lord_Howe';
export const HOURS = ['mon-fri 09:00-18:00'];

/** What a window is at a moment, since when and until when; instants with the offset that clocks there show. */
export type WindowRow = readonly [
  title: string,
  zone: string,
  allow: readonly string[],
  deny: readonly string[],
  now: string,
  state: 'open' | 'closed',
  since: string | null,
  until: string | null,
];

const PLACE = { file: 'policies/test.yaml', line: 1, column: 1 };
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** One test for each row. */
export function testWindows(tables: Readonly<Record<string, readonly WindowRow[]>>): void {
  for (const [name, rows] of Object.entries(tables)) {
    describe(name, () => {
      test.each(rows)('%s', (_title, zone, allow, deny, now, state, since, until) => {
        const found = stateOf(windowRule(zone, allow, deny), at(now));
        const say = (instant: number | null) =>
          instant === null ? null : Temporal.Instant.fromEpochMilliseconds(instant).toString({ timeZone: zone });
        expect({ state: found.open ? 'open' : 'closed', since: say(found.since), until: say(found.until) }).toEqual({
          state,
          since: say(since === null ? null : at(since)),
          until: say(until === null ? null : at(until)),
        });
      });
    });
  }
}

export function windowRule(
  zone: string,
  allow: readonly string[],
  deny: readonly string[] = [],
  onWindowClose: WindowRule['onWindowClose'] = 'finish',
): WindowRule {
  return {
    type: 'window',
    place: PLACE,
    timezone: zone,
    allow: allow.map((text) => opened(spanOf(zone, text))),
    deny: deny.map((text) => freeze(zone, text)),
    holidays: [],
    onWindowClose,
  };
}

export function policyOf(name: string, ...rules: readonly RuleConfig[]): PolicyConfig {
  return { name, place: PLACE, rules, override: null };
}

/** What a window with these facts says, in a policy of this name. */
export function verdictOf(rule: WindowRule, name: string, now: number): Verdict {
  return evaluateWindow(rule, policyOf(name, rule), facts({ now }));
}

export function stateOf(rule: WindowRule, now: number): WindowState {
  return windowState(rule, facts({ now }));
}

export function at(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds;
}

export function opened(span: Span): OpenSpan {
  return { span, noticeMs: null, name: null, calendar: null };
}

export function closed(span: Span, reason: string | null = null): ClosedSpan {
  return { span, reason, except: [], calendar: null };
}

/**
 * One span in a line: `mon-fri 09:00-18:00`, `2026-12-19..2027-01-04`, or `FREQ=MONTHLY;BYDAY=1SU @02:00 +4h from
 * 2026-01-06` (the whole day and no first day unless it says so). `[UTC] ` before it names another zone than the
 * rule's.
 */
export function spanOf(ruleZone: string, text: string): Span {
  const [, zone = ruleZone, rest = ''] = /^(?:\[(\S+)\] )?(.*)$/.exec(text) ?? [];
  if (rest.startsWith('FREQ=')) return recurring(zone, rest);
  const dates = /^(\S+)\.\.(\S+)$/.exec(rest);
  return dates === null
    ? weekly(zone, rest)
    : { type: 'dated', timezone: zone, from: dates[1] ?? '', to: dates[2] ?? '' };
}

function recurring(timezone: string, text: string): Span {
  const [, rrule = '', start = '00:00', lasts = '1d', from = '2000-01-01'] =
    /^(\S+)(?: @(\S+))?(?: \+(\S+))?(?: from (\S+))?$/.exec(text) ?? [];
  return { type: 'recurring', timezone, rrule, first: `${from}T${start}`, durationMs: parseDuration(lasts) ?? 0 };
}

function weekly(zone: string, text: string): Span {
  const [days = '', hours = ''] = text.split(' ');
  const [from = '', to = ''] = hours.split('-');
  return {
    type: 'weekly',
    timezone: zone,
    days: days
      .split(',')
      .filter((part) => part !== '')
      .flatMap(dayNumbers),
    fromMinute: minutes(from),
    toMinute: minutes(to),
  };
}

function dayNumbers(text: string): readonly number[] {
  const [first = '', last = first] = text.split('-');
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from < 0 || to < from) throw new Error(`not days: ${text}`);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index + 1);
}

function minutes(text: string): number {
  const [hour, minute] = text.split(':').map(Number);
  if (hour === undefined || minute === undefined) throw new Error(`not a time of day: ${text}`);
  return hour * 60 + minute;
}

/**
 * A span, then its reason in brackets and `!` with the kinds that pass, where it has them: `2026-12-24..2026-12-26
 * (party) !fix`.
 */
export function freeze(zone: string, text: string): ClosedSpan {
  const [, span = '', reason = null, except = ''] = /^(.*?)(?: \((.*)\))?(?: !(\S+))?$/.exec(text) ?? [];
  return { ...closed(spanOf(zone, span), reason), except: except === '' ? [] : except.split(',') };
}
