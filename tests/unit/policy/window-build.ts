// Window rules in one line each, so that a table of them can be read: `mon-fri 09:00-18:00`, `2026-12-19..2027-01-04 (why)`.

import type { FreezeSpan, PolicyConfig, RuleConfig, WindowRule, WindowSpan } from '../../../engine/model/config.ts';

const PLACE = { file: 'policies/test.yaml', line: 1, column: 1 };
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function windowRule(
  zone: string,
  allow: readonly string[],
  deny: readonly string[] = [],
  running: WindowRule['running'] = 'finish',
): WindowRule {
  return { type: 'window', place: PLACE, timezone: zone, allow: allow.map(span), deny: deny.map(freeze), running };
}

export function policyOf(name: string, ...rules: readonly RuleConfig[]): PolicyConfig {
  return { name, place: PLACE, rules, override: null };
}

export function at(text: string): number {
  return Temporal.Instant.from(text).epochMilliseconds;
}

function span(text: string): WindowSpan {
  const [days = '', hours = ''] = text.split(' ');
  const [from = '', to = ''] = hours.split('-');
  return {
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

function freeze(text: string): FreezeSpan {
  const match = /^(\S+)\.\.(\S+?)(?: \((.*)\))?$/.exec(text);
  if (match === null) throw new Error(`not a freeze: ${text}`);
  const [, from = '', to = '', reason = null] = match;
  return { from, to, reason };
}
