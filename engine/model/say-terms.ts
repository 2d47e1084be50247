// Gates in words that a person understands who has nothing but plain git: one sentence for each thing that decides.

import { formatDuration } from '../base/duration.ts';
import type { Follow, PolicyConfig } from './config.ts';
import type { GateTerms } from './gate-terms.ts';
import { wantsSigned } from './must-sign.ts';
import type { RuleConfig, Span } from './rule.ts';

export function sayTerms(terms: GateTerms | null): readonly string[] {
  if (terms === null) return ['this environment was removed'];
  const { stages, secrets, paths, rollbackBy, changes, signatures, people, teams, supersede } = terms;
  return [
    sayFollow(terms.follow),
    ...(supersede === 'every' ? ['every version goes in turn'] : ['a newer version replaces one that waits']),
    ...(terms.policies.length === 0
      ? ['no gate is set for the environment (`policies: []`)']
      : terms.policies.flatMap(sayPolicy)),
    ...stages.flatMap((stage) =>
      stage.policies.flatMap(sayPolicy).map((said) => `before the stage ${stage.name}: ${said}`),
    ),
    ...named(
      'stages that may be skipped: ',
      stages.filter(({ skippable }) => skippable).map(({ name }) => name),
    ),
    ...named('further inputs: ', paths),
    ...named('secrets: ', secrets),
    ...(rollbackBy === null ? [] : [`${list(rollbackBy)} may roll back`]),
    ...(changes === null
      ? []
      : [`changes of gates are accepted by ${changes.count} of ${list(changes.by)}${sayAuthor(changes.author)}`]),
    ...(wantsSigned({ signatures }) ? ['what people say must be signed'] : []),
    ...Object.entries(teams).map(([name, members]) => `${name}: ${members.length === 0 ? 'nobody' : list(members)}`),
    ...named('people: ', Object.keys(people)),
  ];
}

export function sayFollow(follow: Follow): string {
  switch (follow.type) {
    case 'branch':
      return `follows ${follow.branch === null ? 'the default branch' : `branch ${follow.branch}`}`;
    case 'tags':
      return `follows tags ${follow.pattern}${follow.on.length === 0 ? '' : ` on ${list(follow.on)}`}${follow.prereleases ? ', pre-releases too' : ''}`;
    case 'promoted':
      return `follows what succeeded in ${follow.from}`;
  }
}

function sayPolicy({ name, rules, override }: PolicyConfig): readonly string[] {
  const lifted =
    override === null
      ? []
      : [
          `${name} may be lifted by ${override.people > 1 ? `${override.people} of ` : ''}${list(override.by)} for ${formatDuration(override.expiresMs)}`,
        ];
  return [...rules.map((rule) => `${name}: ${sayRule(rule)}`), ...lifted];
}

export function sayRule(rule: RuleConfig): string {
  switch (rule.type) {
    case 'window': {
      const open =
        rule.allow.length === 0 ? 'always open' : `open ${rule.allow.map(({ span }) => saySpan(span)).join(', and ')}`;
      const closed = [
        ...rule.deny.map(({ span, except }) => `${saySpan(span)}${sayExcept(except)}`),
        ...rule.holidays.map(({ place, except }) => `on public holidays of ${place}${sayExcept(except)}`),
      ];
      return closed.length === 0 ? open : `${open}; closed ${closed.join(', and ')}`;
    }
    case 'train':
      return `leaves ${rule.departures.map(saySpan).join(', and ')}${rule.freezeMs === null ? '' : `; ${list(rule.frozenKinds)} must be offered ${formatDuration(rule.freezeMs)} before`}`;
    case 'approval': {
      const groups = [
        ...rule.require.map(({ count, from }) => `${count} of ${from}`),
        ...rule.paths.map(({ count, from, match }) => `${count} of ${from} for ${match}`),
      ];
      const expires = rule.expiresMs === null ? '' : `; an approval holds ${formatDuration(rule.expiresMs)}`;
      return `approved by ${groups.join(' and ')}${sayAuthor(rule.author)}${expires}`;
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
    case 'signature':
      return `${rule.of === 'either' ? 'commit or tag' : rule.of} signed by ${list(rule.by)}`;
    case 'downgrade':
      return 'no older version';
    case 'limit':
      return `at most ${rule.runsMax} runs per ${typeof rule.per === 'string' ? rule.per : formatDuration(rule.per.ms)}`;
    case 'lock':
      return `holds the lock ${rule.name}`;
    case 'when':
      return `only when ${rule.expression.replace(/\s+/g, ' ').trim()}`;
  }
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function saySpan(span: Span): string {
  switch (span.type) {
    case 'weekly':
      return `${span.days.map((day) => DAYS[day - 1] ?? '').join(' ')} ${clock(span.fromMinute)}-${clock(span.toMinute)} ${span.timezone}`;
    case 'dated':
      return `from ${span.from} to ${span.to} ${span.timezone}`;
    case 'recurring':
      return `${span.rrule} from ${span.first} for ${formatDuration(span.durationMs)} ${span.timezone}`;
  }
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function sayExcept(except: readonly string[]): string {
  return except.length === 0 ? '' : ` (but for ${list(except)})`;
}

function sayAuthor(author: 'excluded' | 'counts'): string {
  return author === 'excluded' ? ', without whoever made the change' : ', whoever made the change counts too';
}

function named(before: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${before}${list(names)}`];
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
