// What somebody may change of the gates, as values: one change each, loosening and tightening alike.

import type { Random } from './random.ts';
import type { EnvironmentModel, Gate, RepositoryModel } from './repository-model.ts';
import { gateOf } from './script.ts';

type Where = {
  readonly environment: string;
  readonly luck: Random;
  readonly near: number;
  /** As it was in the beginning. */
  readonly first: RepositoryModel;
};
type Changed = { readonly model: RepositoryModel; readonly what: string };

export function changed(model: RepositoryModel, where: Where): Changed {
  const { environment, luck } = where;
  const own = model.environments[environment];
  if (own === undefined) return { model, what: 'nothing' };
  const kinds = [dropGate, dropGate, addGate, loosen, loosen, replaceGate, ofTeams, ofTeams, ofPipeline, ofChanges];
  return luck.pick([...kinds, ofFollow, ofQueue])(model, own, where);
}

type Kind = (model: RepositoryModel, own: EnvironmentModel, where: Where) => Changed;

const dropGate: Kind = (model, own, where) => {
  const dropped = own.gates.length === 0 ? null : where.luck.pick(own.gates);
  const gates = own.gates.filter((gate) => gate !== dropped);
  return { model: withOwn(model, where, { ...own, gates }), what: `drop ${dropped ?? 'nothing'}` };
};

const addGate: Kind = (model, own, where) => {
  const type = where.luck.pick(['window', 'freeze', 'approval', 'limit'] as const);
  const name = `${where.environment}-${type}`;
  const gates = [...new Set([...own.gates, name])];
  const next = withGate(model, name, gateOf(type, where.luck, where.near, where.environment));
  return { model: withOwn(next, where, { ...own, gates }), what: `set ${name}` };
};

const loosen: Kind = (model, own, { luck }) => {
  if (own.gates.length === 0) return { model, what: 'nothing' };
  const name = luck.pick(own.gates);
  const gate = model.gates[name];
  if (gate === undefined) return { model, what: 'nothing' };
  return { model: withGate(model, name, looser(gate, luck)), what: `loosen ${name}` };
};

function looser(gate: Gate, luck: Random): Gate {
  switch (gate.type) {
    case 'window':
      return { ...gate, days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 24 };
    case 'approval':
      return luck.chance(0.5) ? { ...gate, count: 1 } : { ...gate, expiresMs: null };
    case 'soak':
      return { ...gate, forMs: 60_000 };
    case 'limit':
      return { ...gate, runs: gate.runs + 5 };
    default:
      return { ...gate, override: { expiresMs: 240 * 60_000, people: 1 } };
  }
}

/** Another kind under the same name. */
const replaceGate: Kind = (model, own, { luck, near, environment }) => {
  const plain = own.gates.filter((name) => name !== 'shared-lock');
  if (plain.length === 0) return { model, what: 'nothing' };
  const name = luck.pick(plain);
  const type = luck.pick(['window', 'freeze', 'approval', 'limit'] as const);
  return { model: withGate(model, name, gateOf(type, luck, near, environment)), what: `make ${name} another` };
};

const ofTeams: Kind = (model, _own, { luck, first }) => {
  const { crew } = model.teams;
  switch (luck.pick(['add', 'lead', 'drop', 'leave', 'restore'] as const)) {
    case 'add': {
      const people = [...new Set([...model.people, 'eve'])];
      const joined = [...new Set([...crew, 'eve'])];
      return { model: { ...model, people, teams: { ...model.teams, crew: joined } }, what: 'let eve into the crew' };
    }
    case 'lead': {
      const leads = [...new Set([...model.teams.leads, luck.pick(model.people)])];
      return { model: { ...model, teams: { ...model.teams, leads } }, what: 'make another lead' };
    }
    case 'drop': {
      const left = crew.filter((name) => name !== 'dan');
      return { model: { ...model, teams: { ...model.teams, crew: left } }, what: 'take dan out of the crew' };
    }
    case 'leave': {
      const left = (names: readonly string[]) => names.filter((name) => name !== 'dan');
      const teams = { leads: left(model.teams.leads), crew: left(model.teams.crew) };
      return { model: { ...model, people: left(model.people), teams }, what: 'say that dan has left' };
    }
    case 'restore':
      return { model: { ...model, people: first.people, teams: first.teams }, what: 'put people as they were' };
  }
};

const ofPipeline: Kind = (model, own, { luck }) => {
  const { pipeline } = model;
  if (luck.chance(0.5))
    return {
      model: { ...model, pipeline: { ...pipeline, skippable: !pipeline.skippable } },
      what: 'skip tests or not',
    };
  const known = own.gates.filter((name) => /window|freeze|approval/.test(name));
  const gates = pipeline.gates.length > 0 || known.length === 0 ? [] : [luck.pick(known)];
  return { model: { ...model, pipeline: { ...pipeline, gates } }, what: 'change the gates of the stage' };
};

const ofChanges: Kind = (model, _own, { luck }) => {
  const by = luck.pick(['leads', 'crew'] as const);
  const author = luck.pick(['excluded', 'counts'] as const);
  const changes = luck.chance(0.4) ? null : { by, count: 1, author };
  return { model: { ...model, changes }, what: 'change who accepts changes' };
};

const ofFollow: Kind = (model, own, where) => {
  const { luck, environment, first } = where;
  const before = first.environments[environment]?.follow ?? own.follow;
  const follow = luck.pick([{ type: 'branch' } as const, { type: 'tags' } as const, before]);
  return { model: withOwn(model, where, { ...own, follow }), what: `follow ${follow.type}` };
};

const ofQueue: Kind = (model, own, where) => {
  const supersede = own.supersede === 'latest' ? ('all' as const) : ('latest' as const);
  return { model: withOwn(model, where, { ...own, supersede }), what: `queue ${supersede}` };
};

function withOwn(model: RepositoryModel, { environment }: Where, own: EnvironmentModel): RepositoryModel {
  return { ...model, environments: { ...model.environments, [environment]: own } };
}

function withGate(model: RepositoryModel, name: string, gate: Gate): RepositoryModel {
  return { ...model, gates: { ...model.gates, [name]: gate } };
}
