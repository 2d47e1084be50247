// The configuration repository as the simulator means it: values that files are written from, and that gates are
// judged by independently of the engine. Every commit that a person makes on the default branch has its model here.

import { DEPLOY_PIPELINE, environmentYaml, startingFiles } from '../support/scenario-files.ts';

export type Gate = { readonly override: Override | null } & (
  | {
      readonly type: 'window';
      readonly timezone: string;
      /** ISO numbers. */
      readonly days: readonly number[];
      /** Whole hours of the day; `to` is excluded. */
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'freeze'; readonly timezone: string; readonly from: string; readonly to: string }
  | { readonly type: 'approval'; readonly count: number; readonly expiresMs: number | null }
  | { readonly type: 'soak'; readonly in: string; readonly forMs: number }
  | { readonly type: 'limit'; readonly runs: number; readonly perMs: number }
  | { readonly type: 'lock'; readonly name: string }
  | {
      readonly type: 'maintenance';
      readonly timezone: string;
      readonly days: readonly number[];
      /** A whole hour of the day, and for how many hours from then on. */
      readonly start: number;
      readonly hours: number;
    }
  /** A calendar of that name closes that day. */
  | { readonly type: 'calendar'; readonly name: string; readonly timezone: string; readonly day: string }
  /** What somebody asks for by name, only a lead may ask for. */
  | { readonly type: 'when' }
);

export type Override = { readonly expiresMs: number; readonly people: number };

export type EnvironmentModel = {
  readonly follow:
    | { readonly type: 'branch' }
    | { readonly type: 'tags' }
    | { readonly type: 'promoted'; readonly from: string };
  readonly gates: readonly string[];
  readonly target: 'files' | 'script';
  readonly supersede: 'latest' | 'all';
};

export type Team = 'leads' | 'crew';

export type RepositoryModel = {
  readonly environments: Readonly<Record<string, EnvironmentModel>>;
  readonly gates: Readonly<Record<string, Gate>>;
  readonly people: readonly string[];
  readonly teams: Readonly<Record<Team, readonly string[]>>;
  /** Who accepts changes of gates. */
  readonly changes: { readonly by: Team; readonly count: number; readonly author: 'excluded' | 'counts' } | null;
  /** The one pipeline of all: whether its tests may be skipped, and the gates before its stage that deploys. */
  readonly pipeline: { readonly skippable: boolean; readonly gates: readonly string[] };
  /** What of it cannot be read: everything, or one environment. */
  readonly broken: 'nothing' | 'repository' | { readonly environment: string };
};

export type FileText = Record<string, string | null | { readonly mode: string; readonly text: string }>;

/** Ana leads, and ana and dan are the crew; eve is nobody. */
export const FIRST_PEOPLE: Pick<RepositoryModel, 'people' | 'teams' | 'changes' | 'pipeline'> = {
  people: ['ana', 'dan', 'eve'],
  teams: { leads: ['ana'], crew: ['ana', 'dan'] },
  changes: null,
  pipeline: { skippable: true, gates: [] },
};

export function firstFiles(model: RepositoryModel): FileText {
  const texts = Object.fromEntries(Object.keys(model.environments).map((name) => [name, {}]));
  return { ...startingFiles('world', texts), ...configFiles(model) };
}

/** All files that the model stands for; those that it does not mention any more stay, and hurt nobody. */
export function configFiles(model: RepositoryModel): FileText {
  const { environments, gates, broken } = model;
  const files: FileText = { 'pipelines/deploy.yaml': pipelineYaml(model) };
  const settings = `version: 1\ntimezone: UTC\npoll: 30s\nlease: { renew: 10s, expires: 30s }\n${peopleYaml(model)}\n`;
  files['tidegate.yaml'] = broken === 'repository' ? 'version: [1\n' : settings;
  for (const [name, gate] of Object.entries(gates)) {
    files[`policies/${name}.yaml`] = gateYaml(gate);
    if (gate.type === 'calendar') files[`policies/calendars/${gate.name}.yaml`] = calendarYaml(gate.timezone, gate.day);
  }
  for (const [name, { follow, gates: policies, target, supersede }] of Object.entries(environments)) {
    const isBroken = typeof broken === 'object' && broken.environment === name;
    const text = environmentYaml(name, 'world', {
      follow: followYaml(follow),
      policies: `[${policies.join(', ')}]`,
      target,
      more: [`queue: ${supersede}`],
    });
    files[`environments/${name}/environment.yaml`] = isBroken ? `${text}polices: []\n` : text;
  }
  return files;
}

function pipelineYaml({ pipeline: { skippable, gates } }: RepositoryModel): string {
  const deploy = '  - name: deploy\n';
  return DEPLOY_PIPELINE.replace('skippable: true', `skippable: ${skippable}`).replace(
    deploy,
    gates.length === 0 ? deploy : `${deploy}    policies: [${gates.join(', ')}]\n`,
  );
}

function peopleYaml({ people, teams, changes }: RepositoryModel): string {
  const known = people.map((name) => `${name}: { email: ${name}@example.org }`).join(', ');
  const lines = [
    `people: { ${known} }`,
    `teams: { leads: [${teams.leads.join(', ')}], crew: [${teams.crew.join(', ')}] }`,
  ];
  if (changes !== null)
    lines.push(`changes: { by: [${changes.by}], count: ${changes.count}, author: ${changes.author} }`);
  return lines.join('\n');
}

function followYaml(follow: EnvironmentModel['follow']): string {
  switch (follow.type) {
    case 'branch':
      return '{ branch: main }';
    case 'tags':
      return '{ tags: "v*" }';
    case 'promoted':
      return `{ promoted: ${follow.from} }`;
  }
}

const DAYS = ['', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function gateYaml(gate: Gate): string {
  return `${ruleYaml(gate)}\n${overrideYaml(gate.override)}`;
}

function ruleYaml(gate: Gate): string {
  switch (gate.type) {
    case 'window': {
      const hours = `${two(gate.from)}:00-${two(gate.to)}:00`;
      const days = gate.days.map((day) => DAYS[day]).join(',');
      return `window: { timezone: ${gate.timezone}, allow: [{ days: "${days}", hours: "${hours}" }] }`;
    }
    case 'freeze':
      return `window: { timezone: ${gate.timezone}, deny: [{ from: ${gate.from}, to: ${gate.to}, reason: a freeze }] }`;
    case 'approval': {
      const expires = gate.expiresMs === null ? '' : `, expires: ${minutes(gate.expiresMs)}`;
      return `approval: { require: [{ from: crew, count: ${gate.count} }]${expires} }`;
    }
    case 'soak':
      return `soak: { in: ${gate.in}, for: ${minutes(gate.forMs)} }`;
    case 'limit':
      return `limit: { runs: ${gate.runs}, per: ${minutes(gate.perMs)} }`;
    case 'lock':
      return `lock: ${gate.name}`;
    case 'maintenance': {
      const days = gate.days.map((day) => DAYS[day]?.slice(0, 2).toUpperCase()).join(',');
      const allow = `{ rrule: "FREQ=WEEKLY;BYDAY=${days}", start: "${two(gate.start)}:00", duration: ${gate.hours}h }`;
      return `window: { timezone: ${gate.timezone}, allow: [${allow}] }`;
    }
    case 'calendar':
      return `window: { timezone: ${gate.timezone}, deny: [{ calendar: ${gate.name} }] }`;
    case 'when':
      return `when: 'requestedBy == "" || requestedBy.startsWith("ana ")'`;
  }
}

function calendarYaml(timezone: string, day: string): string {
  return `description: days\ntimezone: ${timezone}\nclosed: [{ date: ${day}, reason: a holiday }]\n`;
}

function overrideYaml(override: Override | null): string {
  if (override === null) return '';
  const by = override.people > 1 ? 'crew' : 'leads';
  return `override: { by: [${by}], reason: required, expires: ${minutes(override.expiresMs)}, people: ${override.people} }\n`;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)}m`;
}

function two(hour: number): string {
  return String(hour).padStart(2, '0');
}
