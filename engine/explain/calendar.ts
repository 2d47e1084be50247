// `tidegate calendar`: when something may start in an environment over some days, and what is due there: freezes,
// holidays, maintenance, departures, work that waits. Windows and trains are drawn from the very rules that decide,
// for a change that no exception lets pass; whatever else gates the environment (approvals, checks, …) has no place
// in a calendar.

import { type Instant, sayInstant } from '../base/instant.ts';
import type { PolicyConfig } from '../model/config.ts';
import { policyText } from '../model/gate-terms.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Holidays } from '../model/policy-facts.ts';
import type { ReleaseConfig } from '../model/release-config.ts';
import { sidesOf } from '../model/sides.ts';
import { sayVersion } from '../model/version.ts';
import { closuresWithin } from '../policy/closures.ts';
import type { Interval } from '../policy/interval.ts';
import type { TrainRule } from '../policy/rules/train.ts';
import type { WindowRule } from '../policy/rules/window.ts';
import { type TimelineStretch, timelineOf } from '../policy/timeline.ts';
import { leafName } from './leaves.ts';
import { standingOf } from './standing.ts';
import { whenOf } from './when.ts';

export type { Interval };

export type CalendarEvent = Interval & {
  readonly kind: 'freeze' | 'holiday' | 'closed' | 'maintenance' | 'departure' | 'step' | 'work' | 'suspended';
  /** The policy that says so; null for what no policy does. */
  readonly policy: string | null;
  readonly name: string;
  /** When it is announced; null where it is not. */
  readonly noticeAt: Instant | null;
  /** What else is closed all the while, so that it does not take place; left out where nothing is. */
  readonly held?: string;
};

export type Calendar = {
  readonly name: string;
  /** The zone that its hours are said in: of its first rule, else of the repository. */
  readonly timezone: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Whether any window or train holds it at all. */
  readonly isTimed: boolean;
  /** When all windows and trains are open together. */
  readonly open: readonly Interval[];
  /** In the order of time. */
  readonly events: readonly CalendarEvent[];
};

type Timed = { readonly policy: string; readonly rule: WindowRule | TrainRule };

/**
 * Whole days in the environment's own zone, where today may be another day; `timezone` is for those whose rules name
 * none.
 */
type CalendarDays = {
  readonly first: Temporal.PlainDate | ((timezone: string) => Temporal.PlainDate);
  readonly days: number;
  readonly timezone: string;
  /** What leads to a train, where tidegate.yaml says so. */
  readonly release?: Pick<ReleaseConfig, 'train' | 'steps'> | null;
};

export function calendarOf(
  environment: ObservedEnvironment,
  observed: Observed,
  now: Instant,
  holidays: Holidays,
  { first: given, days, timezone: byDefault, release = null }: CalendarDays,
): Calendar {
  const rules = timedRules(policiesAsked(environment));
  const timezone = rules[0]?.rule.timezone ?? byDefault;
  const first = typeof given === 'function' ? given(timezone) : given;
  const from = first.toZonedDateTime(timezone).epochMilliseconds;
  const to = first.add({ days }).toZonedDateTime(timezone).epochMilliseconds;
  const rows = rules.map(({ policy, rule }): Row => ({ policy, stretches: timelineOf(rule, holidays, from, to) }));
  const open = environment.gates === null ? [] : openTogether(rows, from, to);
  const events = [
    ...rules.flatMap(({ policy, rule }, index) => {
      const row = rows[index]?.stretches ?? [];
      return rule.type === 'train' ? departures(policy, row) : windowEvents(policy, rule, row, holidays, { from, to });
    }),
    ...workEvents(environment, observed, now),
    ...stepEvents(rules, holidays, { first, days, timezone }, release),
  ].map((event) => asItTakesPlace(event, rows, open));
  return {
    name: environment.name,
    timezone,
    from,
    to,
    isTimed: rules.length > 0,
    open,
    events: events
      .filter((event) => event.start < to && event.end > from)
      .sort((a, b) => a.start - b.start || a.end - b.end || (a.name < b.name ? -1 : 1)),
  };
}

/** Of both sides where they differ: both must allow. What means the same on both is drawn once. */
function policiesAsked(environment: ObservedEnvironment): readonly PolicyConfig[] {
  if (environment.gates === null) return [];
  const policies = sidesOf(environment).flatMap((side) => side.policies);
  return [...new Map(policies.map((policy) => [policyText(policy), policy])).values()];
}

function timedRules(policies: readonly PolicyConfig[]): readonly Timed[] {
  return policies.flatMap(({ name, rules }) =>
    rules.flatMap((rule) => (rule.type === 'window' || rule.type === 'train' ? [{ policy: name, rule }] : [])),
  );
}

type Row = { readonly policy: string; readonly stretches: readonly TimelineStretch[] };

/** A train leaves, and maintenance begins, when all other windows and trains are open too: then, or not at all. */
function asItTakesPlace(event: CalendarEvent, rows: readonly Row[], open: readonly Interval[]): CalendarEvent {
  if (event.kind !== 'departure' && event.kind !== 'maintenance') return event;
  const first = open.find(({ start, end }) => start < event.end && end > event.start);
  if (first !== undefined) return { ...event, start: Math.max(event.start, first.start) };
  const closed = rows.flatMap(({ policy, stretches }) => {
    const here = stretches.find(({ start, end }) => start <= event.start && event.start < end);
    return here === undefined || here.open ? [] : [`${policy}: ${here.why ?? 'closed'}`];
  });
  return { ...event, noticeAt: null, held: closed.length > 0 ? [...new Set(closed)].join(', ') : 'closed' };
}

/** What every row has open. */
function openTogether(rows: readonly Row[], from: Instant, to: Instant): readonly Interval[] {
  let open: readonly Interval[] = from < to ? [{ start: from, end: to }] : [];
  for (const { stretches } of rows) {
    const own = stretches.filter((stretch) => stretch.open);
    open = open.flatMap(({ start, end }) =>
      own
        .filter((stretch) => stretch.start < end && stretch.end > start)
        .map((stretch) => ({ start: Math.max(start, stretch.start), end: Math.min(end, stretch.end) })),
    );
  }
  // Neighbours that differ in name only are one opening.
  const joined: Interval[] = [];
  for (const each of open) {
    const last = joined.at(-1);
    if (last?.end === each.start) joined[joined.length - 1] = { start: last.start, end: each.end };
    else joined.push(each);
  }
  return joined;
}

function windowEvents(
  policy: string,
  rule: WindowRule,
  row: readonly TimelineStretch[],
  holidays: Holidays,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): readonly CalendarEvent[] {
  const closures = closuresWithin(rule, holidays, from, to).map(({ start, end, type, reason }): CalendarEvent => {
    const kind = type === 'unknown' ? 'closed' : type;
    return { kind, start, end, policy, name: reason ?? kind, noticeAt: null };
  });
  const named = row.flatMap(({ start, end, open, name }): readonly CalendarEvent[] => {
    if (!open || name === null) return [];
    const noticeMs = rule.allow.find((allow) => allow.name === name)?.noticeMs ?? null;
    const noticeAt = noticeMs === null ? null : start - noticeMs;
    return [{ kind: 'maintenance', start, end, policy, name, noticeAt }];
  });
  return [...closures, ...named];
}

function departures(policy: string, row: readonly TimelineStretch[]): readonly CalendarEvent[] {
  return row
    .filter(({ open }) => open)
    .map(({ start, end }) => ({ kind: 'departure', start, end, policy, name: 'train', noticeAt: null }));
}

/** Counted back on the wall clock from the departures that take place, also after the days that are drawn. */
function stepEvents(
  rules: readonly Timed[],
  holidays: Holidays,
  { first, days, timezone }: { readonly first: Temporal.PlainDate; readonly days: number; readonly timezone: string },
  release: Pick<ReleaseConfig, 'train' | 'steps'> | null,
): readonly CalendarEvent[] {
  const trains = rules.filter(({ policy, rule }) => rule.type === 'train' && policy === release?.train);
  if (release === null || release.steps.length === 0 || trains.length === 0) return [];
  const furthest = Math.max(...release.steps.map(({ daysBefore }) => daysBefore));
  const from = first.toZonedDateTime(timezone).epochMilliseconds;
  const to = first.add({ days: days + furthest + 1 }).toZonedDateTime(timezone).epochMilliseconds;
  const rows = rules.map(({ policy, rule }): Row => ({ policy, stretches: timelineOf(rule, holidays, from, to) }));
  const open = openTogether(rows, from, to);
  return trains.flatMap((train) => {
    const leaving = departures(train.policy, rows[rules.indexOf(train)]?.stretches ?? [])
      .map((event) => asItTakesPlace(event, rows, open))
      .filter(({ held }) => held === undefined);
    return leaving.flatMap(({ start }) =>
      release.steps.map(({ name: step, daysBefore }): CalendarEvent => {
        const there = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(train.rule.timezone);
        const at = there.subtract({ days: daysBefore }).epochMilliseconds;
        const name = `${step}, for the train of ${sayInstant(start, timezone)}`;
        return { kind: 'step', start: at, end: at + 1, policy: train.policy, name, noticeAt: null };
      }),
    );
  });
}

/** What waits for a moment, as it stands now. */
function workEvents(environment: ObservedEnvironment, observed: Observed, now: Instant): readonly CalendarEvent[] {
  const { waiting, candidate } = standingOf(environment, observed, now);
  const events: CalendarEvent[] = [];
  const when =
    waiting === null || candidate === null
      ? undefined
      : whenOf(observed, now, candidate, 'UTC').find(({ name }) => name === environment.name);
  const at = when?.earliest ?? when?.notBefore ?? null;
  if (when !== undefined && candidate !== null && at !== null) {
    const needs = when.needs.map(leafName).join(', ');
    const name = `${sayVersion(candidate)} may go${needs === '' ? '' : `, once ${needs} says yes`}`;
    events.push({ kind: 'work', start: at, end: at + 1, policy: null, name, noticeAt: null });
  }
  for (const suspended of [environment.ledger.state.suspended, observed.repository.state.suspended]) {
    if (suspended === null || (suspended.until !== null && suspended.until <= now)) continue;
    const end = suspended.until ?? Number.POSITIVE_INFINITY;
    const name = `suspended by ${suspended.by}: ${suspended.reason}`;
    events.push({ kind: 'suspended', start: suspended.at, end, policy: null, name, noticeAt: null });
  }
  return events;
}

/** `maintenance: index rebuild (maintenance-window), announced Friday 2026-11-20 02:00 UTC`. */
export function sayEvent({ kind, name, policy, noticeAt, held }: CalendarEvent, timezone: string): string {
  const by = policy === null ? '' : ` (${policy})`;
  const notice = noticeAt === null ? '' : `, announced from ${sayInstant(noticeAt, timezone)}`;
  const not =
    held === undefined ? '' : `: ${kind === 'departure' ? 'does not leave' : 'does not take place'} (${held})`;
  return `${sayName(kind, name)}${by}${notice}${not}`;
}

function sayName(kind: CalendarEvent['kind'], name: string): string {
  if (kind === name || kind === 'work' || kind === 'suspended') return name;
  // A holiday's name begins with the place that keeps it.
  return kind === 'holiday' ? `holiday ${name}` : `${kind}: ${name}`;
}
