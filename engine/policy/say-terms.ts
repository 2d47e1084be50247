// Gates in words that a person understands who has nothing but plain git: one sentence for each thing that decides.
// People accept a change by these sentences, so whatever changes the digest changes one of them.

import type { Follow, Login, Person } from '../model/config.ts';
import type { GateTerms } from '../model/gate-terms.ts';
import { wantsSigned } from '../model/must-sign.ts';
import { list, sayAuthor } from './say-parts.ts';
import { sayPolicy } from './say-policy.ts';

export function sayTerms(terms: GateTerms | null): readonly string[] {
  if (terms === null) return ['this environment was removed'];
  const { stages, secrets, paths, rollbackBy, changes, signatures, people, teams, queue } = terms;
  return [
    sayFollow(terms.follow),
    ...(queue === 'all' ? ['every version goes in turn'] : ['a newer version replaces one that waits']),
    ...(terms.policies.length === 0
      ? ['no gate is set for the environment (`policies: []`)']
      : terms.policies.flatMap(sayPolicy)),
    ...stages.flatMap((stage) =>
      stage.policies.flatMap(sayPolicy).map((said) => `before the stage ${stage.name}: ${said}`),
    ),
    ...named(
      'stages that deploy: ',
      stages.filter(({ touches }) => touches).map(({ name }) => name),
    ),
    ...named(
      'stages that may be skipped: ',
      stages.filter(({ skippable }) => skippable).map(({ name }) => name),
    ),
    ...named('further inputs: ', paths),
    ...named('secrets: ', secrets),
    terms.onFailure === 'rollback'
      ? 'a run that fails is rolled back'
      : 'a run that fails is left for a person to look at',
    ...(terms.confirm ? ['commands that change this environment ask to type the words'] : []),
    ...(rollbackBy === null ? [] : [`${list(rollbackBy)} may roll back`]),
    ...(changes === null
      ? []
      : [`changes of gates are accepted by ${changes.count} of ${list(changes.by)}${sayAuthor(changes.author)}`]),
    ...(wantsSigned({ signatures }) ? ['what people say must be signed'] : []),
    ...sorted(teams).map(([name, members]) => {
      return `team ${name}: ${members.length === 0 ? 'nobody' : list(members.toSorted())}`;
    }),
    ...sorted(people).map(([name, person]) => `${name} is ${sayPerson(person)}`),
    ...terms.keys.toSorted().map((key) => `signing key: ${key}`),
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

function sayPerson({ emails, github, gitlab }: Person): string {
  return [...emails.toSorted(), ...sayLogin('github', github), ...sayLogin('gitlab', gitlab)].join(', ') || 'nobody';
}

function sayLogin(forge: string, login: Login | null): readonly string[] {
  if (login === null) return [];
  return [`${forge} ${login.login}${login.id === null ? '' : ` (number ${login.id})`}`];
}

function sorted<Value>(values: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}

function named(before: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${before}${list(names)}`];
}
