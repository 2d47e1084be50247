// `simulate`: the history that Git has, replayed against the policies of the head or of a branch. Reads, and writes
// nothing; what is decided in it is decided by the core.

import { sayUtc } from '../../base/instant.ts';
import { holidaysNeeded } from '../../explain/holidays-needed.ts';
import { Replay } from '../../explain/simulate.ts';
import type { Decision, Exception, ReplayedEnvironment } from '../../explain/simulate-lane.ts';
import { policiesNamed } from '../../model/asked-policies.ts';
import type { Config, EnvironmentConfig, Follow, PolicyConfig } from '../../model/config.ts';
import { type EnvironmentState, emptyState, REPOSITORY_LEDGER } from '../../model/environment-state.ts';
import { mustSignIn } from '../../model/must-sign.ts';
import { speakerOf } from '../../model/people.ts';
import type { CheckResult, GivenApproval } from '../../model/policy-facts.ts';
import { sayVersion } from '../../model/version.ts';
import { needsOfRules } from '../../policy/needs.ts';
import type { HolidayTable } from '../../ports/holidays.ts';
import type { HeadConfig } from '../observe/config-reader.ts';
import type { Survey } from '../observe/survey.ts';
import type { SimulationAsk, SimulationEnd } from './commands.ts';
import { type History, readHistory } from './simulation-history.ts';

/** `each` is told decisions in the order in which versions came. The survey has looked. */
export async function simulate(
  survey: Survey,
  table: HolidayTable,
  ask: SimulationAsk,
  each: (decision: Decision) => void,
): Promise<SimulationEnd> {
  const { refs } = survey;
  const head = await headOf(survey, ask.policies);
  if (refs === null || head === null) return { type: 'unknown-branch' };
  const { config } = head;
  if (config === null) return { type: 'problems', problems: head.problems };
  const names = Object.keys(config.environments);
  if (ask.environment !== null && !names.includes(ask.environment)) {
    return Object.hasOwn(head.environments, ask.environment)
      ? { type: 'problems', problems: head.environments[ask.environment]?.gate ?? [] }
      : { type: 'unknown-environment', names };
  }
  const wanted = ask.environment === null ? names : [ask.environment];
  const ordered = inOrder(wanted, config);
  const history = await readHistory({
    git: survey.git,
    refs,
    defaultBranch: survey.defaultBranch,
    from: ask.from,
    to: ask.to,
    environments: ordered.map((environment) => ({
      config: environment,
      inputs: head.inputs.get(environment.name) ?? [`environments/${environment.name}`],
      root: rootOf(environment, config),
      keepsPaths: policiesNamed(environment.policies, config.policies).some(looksAtPaths),
    })),
  });
  const { places, years } = holidaysNeeded(Object.values(config.policies), ask.from, ask.to);
  const { people, teams } = config.repository;
  const decided: Decision[] = [];
  const replay = new Replay(
    {
      environments: ordered.map((environment) => replayed(environment, config, history, survey)),
      directory: { people, teams },
      signaturesRequired: mustSignIn(config.repository),
      holidays: places.length === 0 ? {} : await table.holidays(places, years),
      checksOf: checksIn(survey),
    },
    (decision) => {
      if (!wanted.includes(decision.environment)) return;
      if (ranHere(survey, decision)) decided.push(decision);
      each(decision);
    },
  );
  for (const commit of history.commits) replay.take(commit);
  replay.finish(ask.to);
  const branch = ask.policies ?? survey.defaultBranch;
  return {
    type: 'simulated',
    environments: wanted,
    policies: { branch, commit: head.commit },
    timezone: config.repository.timezone,
    notes: [
      ...history.notes,
      ...leftOut(head, wanted, ask.environment),
      // Other rules are meant to have another end.
      ...(ask.policies === null ? differences(survey, decided, ask) : []),
    ],
  };
}

async function headOf(survey: Survey, branch: string | null): Promise<HeadConfig | null> {
  if (branch === null) return survey.head;
  const ref = `refs/heads/${branch}`;
  const commit = survey.refs?.refs.get(ref);
  if (commit === undefined) return null;
  await survey.git.fetch(new Map([[ref, commit]]));
  return survey.reader.head(commit);
}

/** With all that they follow or soak in, each after those; a circle of soaks is broken somewhere. */
function inOrder(names: readonly string[], config: Config): readonly EnvironmentConfig[] {
  const ordered: EnvironmentConfig[] = [];
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const environment = config.environments[name];
    if (environment === undefined || seen.has(name)) return;
    seen.add(name);
    if (environment.follow.type === 'promoted') visit(environment.follow.from);
    for (const { rules } of policiesNamed(environment.policies, config.policies)) {
      for (const rule of rules) for (const name of needsOfRules([rule]).soaks) visit(name);
    }
    ordered.push(environment);
  };
  for (const name of names) visit(name);
  return ordered;
}

function rootOf({ follow }: EnvironmentConfig, config: Config): Exclude<Follow, { type: 'promoted' }> {
  if (follow.type !== 'promoted') return follow;
  const source = config.environments[follow.from];
  return source === undefined ? { type: 'branch', branch: null } : rootOf(source, config);
}

function looksAtPaths({ rules }: PolicyConfig): boolean {
  return rules.some(
    (rule) =>
      (rule.type === 'approval' && rule.paths.length > 0) ||
      (rule.type === 'when' && rule.expression.includes('change')),
  );
}

function replayed(
  environment: EnvironmentConfig,
  config: Config,
  { before }: History,
  survey: Survey,
): ReplayedEnvironment {
  const { name, follow, queue, policies } = environment;
  const state = survey.ledger.entries.get(name)?.state ?? emptyState(name);
  const { approvals } = state;
  return {
    name,
    policies: policiesNamed(policies, config.policies),
    queue,
    comesBy: follow.type === 'tags' ? 'tags' : 'branch',
    promotedFrom: follow.type === 'promoted' ? follow.from : null,
    before: before.get(name) ?? null,
    overrides: exceptionsIn(state, config),
    approvals: approvals.flatMap(({ tag, review, ...given }): readonly GivenApproval[] => {
      if (review?.ended !== undefined) return [];
      return [{ ...given, tag: tag?.name ?? null, signed: { type: 'unsigned' }, void: null }];
    }),
  };
}

/** A signature was looked at when it was given; whose it was is taken from its word. */
function exceptionsIn({ overrides }: EnvironmentState, { repository }: Config): readonly Exception[] {
  return overrides.flatMap(({ by, version, rules, reason, at, until, signature }) => {
    if (mustSignIn(repository) && signature === undefined) return [];
    const person = speakerOf(by, { type: 'unsigned' }, repository);
    return person === null ? [] : [{ person, rules, reason, at, until, commit: version.commit }];
  });
}

const DIFFERENCES_MAX = 10;

/** Of thousands of decisions only those are kept that the ledger knows more about. */
function ranHere(survey: Survey, { environment, version }: Decision): boolean {
  const newest = survey.ledger.entries.get(environment)?.state.newest ?? [];
  return newest.some((run) => run.version.commit === version.commit);
}

/**
 * What the ledger remembers to have gone, and does not go here: by an emergency, by a word for a version by name, by
 * other rules.
 */
function differences(survey: Survey, decisions: readonly Decision[], { from, to }: SimulationAsk): readonly string[] {
  const notes = decisions.flatMap(({ environment, version, wentAt, outcome }) => {
    const newest = survey.ledger.entries.get(environment)?.state.newest ?? [];
    const run = newest.find(({ version: { commit }, outcome: ended, openedAt }) => {
      return commit === version.commit && ended === 'Succeeded' && openedAt >= from && openedAt <= to;
    });
    if (run === undefined || (wentAt !== null && wentAt <= run.openedAt + LATER_MS)) return [];
    const how = run.trigger === 'request' ? ', asked for by name' : '';
    const here = wentAt === null ? `it is ${outcome}` : `it goes at ${sayUtc(wentAt)}`;
    return [`${environment}: ${run.id} brought ${sayVersion(version)} at ${sayUtc(run.openedAt)}${how}; here ${here}`];
  });
  const more = notes.length > DIFFERENCES_MAX ? [`and ${notes.length - DIFFERENCES_MAX} more that went otherwise`] : [];
  return [...notes.slice(0, DIFFERENCES_MAX), ...more];
}

/** A controller looks now and then: that much later is the same. */
const LATER_MS = 60_000;

function checksIn(survey: Survey): (commit: string) => readonly CheckResult[] {
  const checks = survey.ledger.entries.get(REPOSITORY_LEDGER)?.state.checks ?? [];
  const byCommit = Map.groupBy(checks, ({ commit }) => commit);
  return (commit) => byCommit.get(commit) ?? [];
}

function leftOut(head: HeadConfig, taken: readonly string[], asked: string | null): readonly string[] {
  if (asked !== null) return [];
  const broken = Object.keys(head.environments).filter((name) => !taken.includes(name));
  return broken.map((name) => `${name} is left out: its configuration has problems`);
}
