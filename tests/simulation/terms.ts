// What decides in an environment, as the simulator means it: taken from its own model of a commit, never from the
// engine's terms.

import type { EnvironmentModel, Gate, RepositoryModel, Team } from './repository-model.ts';

type Named = readonly (readonly [string, Gate])[];

export type Terms = {
  readonly follow: EnvironmentModel['follow'];
  readonly gates: Named;
  /** Before the stage that deploys. */
  readonly stageGates: Named;
  readonly supersede: EnvironmentModel['supersede'];
  readonly skippable: boolean;
  readonly changes: RepositoryModel['changes'];
  readonly teams: RepositoryModel['teams'];
  readonly people: readonly string[];
};

/** Null where the environment is not there. */
export function termsAt(model: RepositoryModel, environment: string): Terms | null {
  const own = model.environments[environment];
  if (own === undefined) return null;
  const named = (names: readonly string[]): Named =>
    names.flatMap((name) => {
      const gate = model.gates[name];
      return gate === undefined ? [] : [[name, gate] as const];
    });
  const { changes, teams, people, pipeline } = model;
  const { follow, supersede } = own;
  return {
    follow,
    gates: named(own.gates),
    stageGates: named(pipeline.gates),
    supersede,
    skippable: pipeline.skippable,
    changes,
    teams,
    people,
  };
}

export function allGates({ gates, stageGates }: Terms): Named {
  return [...gates, ...stageGates];
}

/** One text for what means the same. */
export function termsKey(terms: Terms | null): string {
  if (terms === null) return 'removed';
  const teams = namedTeams(terms);
  return JSON.stringify({
    ...withoutPeople(terms),
    people: teams.length === 0 ? [] : terms.people.toSorted(),
    teams: teams.map((team) => [team, terms.teams[team].toSorted()]),
  });
}

/** What may differ by itself, each as one text: who changed it last has certainly made some of the difference. */
export function partsOf(terms: Terms | null): ReadonlyMap<string, string> {
  if (terms === null) return new Map();
  const { follow, gates, stageGates, supersede, skippable, changes, teams, people } = terms;
  const parts = { follow, supersede, skippable, changes };
  const each = (kind: string, named: Named) => named.map(([name, gate]) => [`${kind} ${name}`, gate] as const);
  const all: readonly (readonly [string, unknown])[] = [
    ...Object.entries(parts),
    ...each('gate', gates),
    ...each('stage gate', stageGates),
    ...people.map((person) => [`person ${person}`, true] as const),
    ...Object.entries(teams).flatMap(([team, members]) =>
      members.map((member) => [`member ${team} ${member}`, true] as const),
    ),
  ];
  return new Map(all.map(([part, value]) => [part, JSON.stringify(value)]));
}

/** Nothing but people and members was taken away. */
export function isOnlyFewer(before: Terms, after: Terms): boolean {
  const isWithin = (some: readonly string[], all: readonly string[]) => some.every((one) => all.includes(one));
  return (
    JSON.stringify(withoutPeople(before)) === JSON.stringify(withoutPeople(after)) &&
    isWithin(after.people, before.people) &&
    namedTeams(before).every((team) => isWithin(after.teams[team], before.teams[team]))
  );
}

function withoutPeople({ follow, gates, stageGates, supersede, skippable, changes }: Terms) {
  const sorted = (named: Named) => named.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { follow, gates: sorted(gates), stageGates: sorted(stageGates), supersede, skippable, changes };
}

function namedTeams(terms: Terms): readonly Team[] {
  const named = allGates(terms).flatMap(([, gate]): readonly Team[] => [
    ...(gate.type === 'approval' ? (['crew'] as const) : []),
    ...(gate.override === null ? [] : [lifters(gate.override)]),
  ]);
  return [...new Set([...named, ...(terms.changes === null ? [] : [terms.changes.by])])].sort();
}

export function lifters({ people }: { readonly people: number }): Team {
  return people > 1 ? 'crew' : 'leads';
}
