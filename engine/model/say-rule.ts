// One rule of a policy in words, for people who have nothing but plain git. Whatever decides is said: where two rules
// differ, so do their sentences, because people accept a change by them. Only what explains, reminds or announces is
// left out.

import { formatDuration } from '../base/duration.ts';
import type { PolicyConfig } from './config.ts';
import type { RuleConfig, Span, UserVerification } from './rule.ts';

export function sayPolicy({ name, rules, override }: PolicyConfig): readonly string[] {
  return [
    ...rules.map((rule) => `${name}: ${sayRule(rule)}`),
    ...(override === null ? [] : [`${name}${sayOverride(override)}`]),
  ];
}

function sayOverride({ by, people, author, reason, expiresMs, rules }: NonNullable<PolicyConfig['override']>): string {
  return [
    rules === null ? '' : `: its ${list(rules)}`,
    ` may be lifted by ${people > 1 ? `${people} of ` : ''}${list(by)} for ${formatDuration(expiresMs)}`,
    reason === 'required' ? ', with a reason' : '',
    author === 'excluded' ? ', not by those who made the change' : '',
  ].join('');
}

export function sayRule(rule: RuleConfig): string {
  switch (rule.type) {
    case 'window':
      return sayWindow(rule);
    case 'train': {
      const frozen =
        rule.cutoffMs === null
          ? ''
          : `; ${list(rule.frozenKinds)} must be offered ${formatDuration(rule.cutoffMs)} before`;
      return `leaves ${rule.departures.map(saySpan).join(', and ')}${frozen}${sayZone(rule.timezone, rule.departures)}`;
    }
    case 'approval': {
      const groups = [
        ...rule.require.map(({ count, from }) => `${count} of ${from}`),
        ...rule.paths.map(({ count, from, match }) => `${count} of ${from} for ${match}`),
      ];
      const expires = rule.expiresMs === null ? '' : `; an approval holds ${formatDuration(rule.expiresMs)}`;
      return `needs a yes by ${groups.join(' and ')}${sayAuthor(rule.author)}${expires}${sayVerified(rule.userVerification)}`;
    }
    case 'soak':
      return `healthy in ${rule.environment} for ${formatDuration(rule.forMs)}`;
    case 'checks': {
      const evidence = Object.entries(rule.evidence).map(([kind, checks]) => `${list(checks)} for ${kind}`);
      const values = rule.values.map(({ name, operator, bound }) => `${name} ${operator} ${bound}`);
      return `checks ${[...rule.require, ...values, ...evidence].join(', ')}`;
    }
    case 'deployers':
      return `only ${list(rule.by)} may deploy`;
    case 'signature': {
      const signed = rule.of === 'either' ? 'commit or tag' : rule.of;
      return `${signed} signed by ${list(rule.by)}${sayVerified(rule.userVerification)}`;
    }
    case 'downgrade':
      return 'no older version';
    case 'limit': {
      const per = typeof rule.per === 'string' ? rule.per : formatDuration(rule.per.ms);
      return `at most ${rule.runsMax} runs per ${per} (${rule.timezone})`;
    }
    case 'lock':
      return `holds the lock ${rule.name}`;
    case 'when':
      return `only when ${rule.expression.replace(/\s+/g, ' ').trim()}`;
  }
}

function sayWindow(rule: Extract<RuleConfig, { type: 'window' }>): string {
  const { allow, deny, holidays, onWindowClose, timezone } = rule;
  const open = allow.length === 0 ? 'always open' : `open ${allow.map(({ span }) => saySpan(span)).join(', and ')}`;
  const closed = [
    ...deny.map(({ span, except }) => `${saySpan(span)}${sayExcept(except)}`),
    ...holidays.map(({ place, except, timezone: zone }) => {
      return `on public holidays of ${place} (${zone})${sayExcept(except)}`;
    }),
  ];
  return [
    open,
    closed.length === 0 ? '' : `; closed ${closed.join(', and ')}`,
    onWindowClose === 'finish' ? '' : '; a run still going when it closes stops before its next stage',
    sayZone(timezone, [...allow, ...deny].map(({ span }) => span).concat()),
  ].join('');
}

/** The zone that its sentences are in, where no span says it. */
function sayZone(timezone: string, spans: readonly Span[]): string {
  return spans.some((span) => span.timezone === timezone) ? '' : `; times in ${timezone}`;
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function saySpan(span: Span): string {
  switch (span.type) {
    case 'weekly':
      return `${sayDays(span.days)} ${clock(span.fromMinute)}-${clock(span.toMinute)} ${span.timezone}`;
    case 'dated':
      return `from ${span.from} to ${span.to} ${span.timezone}`;
    case 'recurring': {
      const days = span.wholeDays === undefined ? '' : `, ${span.wholeDays} of them local days`;
      return `${span.rrule} from ${span.first} for ${formatDuration(span.durationMs)}${days} ${span.timezone}`;
    }
  }
}

/** `Mon-Fri`, `Mon Wed`: three days and more that follow each other are said by their ends. */
function sayDays(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  const spans: number[][] = [];
  for (const day of sorted) {
    const last = spans.at(-1);
    if (last !== undefined && last.at(-1) === day - 1) last.push(day);
    else spans.push([day]);
  }
  const named = (day: number | undefined) => (day === undefined ? '' : (DAYS[day - 1] ?? ''));
  return spans
    .map((span) => (span.length > 2 ? `${named(span[0])}-${named(span.at(-1))}` : span.map(named).join(' ')))
    .join(' ');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function sayExcept(except: readonly string[]): string {
  return except.length === 0 ? '' : ` (but for ${list(except)})`;
}

function sayVerified(verification: UserVerification): string {
  return verification === 'required' ? '; by a security key that asks its owner for a PIN or finger' : '';
}

export function sayAuthor(author: 'excluded' | 'counts'): string {
  return author === 'excluded' ? ', not counting those who made the change' : ', counting those who made the change';
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
