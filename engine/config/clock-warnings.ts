// Hours of a window, or moments of a freeze, that the change to or from daylight saving time skips or repeats. They are no
// mistake: a time that does not exist is taken as many minutes later as the clock jumps, one that exists twice is taken the
// first time (RFC 5545). But people are surprised, so `tidegate check` says so for the year ahead.

import type { Instant } from '../base/instant.ts';
import type { Problem } from '../base/problem.ts';
import type { Config } from '../model/config.ts';
import type { WindowRule } from '../model/rule.ts';

const YEAR_MS = 366 * 86_400_000;

type Change = {
  readonly zone: string;
  /** The local times that are skipped or repeated: start included, end not. */
  readonly from: Temporal.PlainDateTime;
  readonly to: Temporal.PlainDateTime;
  readonly skipped: boolean;
};

export function clockWarnings(config: Config, now: Instant): readonly Problem[] {
  const changes = new Map<string, readonly Change[]>();
  const found: Problem[] = [];
  for (const policy of Object.values(config.policies)) {
    for (const rule of policy.rules) {
      if (rule.type !== 'window') continue;
      const known = changes.get(rule.timezone) ?? changesWithin(rule.timezone, now);
      changes.set(rule.timezone, known);
      for (const change of known) found.push(...edgesWithin(rule, change).map((edge) => warning(rule, edge, change)));
    }
  }
  return found;
}

function changesWithin(zone: string, now: Instant): readonly Change[] {
  const found: Change[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds > now + YEAR_MS) return found;
    const before = next.subtract({ nanoseconds: 1 });
    const shiftNs = next.offsetNanoseconds - before.offsetNanoseconds;
    const after = next.toPlainDateTime();
    const other = after.subtract({ nanoseconds: shiftNs });
    if (shiftNs > 0) found.push({ zone, from: other, to: after, skipped: true });
    if (shiftNs < 0) found.push({ zone, from: after, to: other, skipped: false });
    at = next;
  }
}

function edgesWithin(rule: WindowRule, change: Change): readonly Temporal.PlainDateTime[] {
  const date = change.from.toPlainDate();
  const midnight = date.toPlainDateTime();
  const edges = rule.allow.flatMap(({ span }) => {
    if (span.type !== 'weekly') return [];
    const { days, fromMinute, toMinute } = span;
    const opens = days.includes(date.dayOfWeek) ? [fromMinute] : [];
    // A span over midnight closes on the day after the one that is named.
    const closesOn = toMinute > fromMinute ? date.dayOfWeek : ((date.dayOfWeek + 5) % 7) + 1;
    return [...opens, ...(days.includes(closesOn) ? [toMinute] : [])].map((minute) =>
      midnight.add({ minutes: minute }),
    );
  });
  const freezes = rule.deny
    .flatMap(({ span }) => (span.type === 'dated' ? [span.from, span.to] : []))
    .filter((moment) => moment.includes('T'));
  const all = [...edges, ...freezes.map((moment) => Temporal.PlainDateTime.from(moment))];
  const texts = new Set(all.filter((edge) => within(edge, change)).map(String));
  return [...texts].map((text) => Temporal.PlainDateTime.from(text));
}

function within(edge: Temporal.PlainDateTime, { from, to }: Change): boolean {
  return Temporal.PlainDateTime.compare(edge, from) >= 0 && Temporal.PlainDateTime.compare(edge, to) < 0;
}

function warning(rule: WindowRule, edge: Temporal.PlainDateTime, change: Change): Problem {
  const time = edge.toPlainTime().toString({ smallestUnit: 'minute' });
  const taken = edge.toZonedDateTime(change.zone, { disambiguation: 'compatible' });
  const how = change.skipped ? 'does not exist' : 'comes twice';
  const meant = change.skipped
    ? `it is taken as ${taken.toPlainTime().toString({ smallestUnit: 'minute' })}`
    : `the first one counts (${taken.offset})`;
  const message = `${time} ${how} on ${edge.toPlainDate().toString()} in ${change.zone}, when the clocks change`;
  return { ...rule.place, severity: 'warning', message, hint: `${meant}; choose another time to be clear` };
}
