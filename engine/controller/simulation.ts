// `simulate`: the history that Git has, replayed against the policies of the head or of a branch. Reads, and writes nothing;
// what is decided in it is decided by the core.

import { policiesNamed } from '../model/asked-policies.ts';
import type { Config, EnvironmentConfig, Follow, PolicyConfig } from '../model/config.ts';
import { REPOSITORY_LEDGER } from '../model/environment-state.ts';
import { mustSignIn } from '../model/must-sign.ts';
import type { CheckResult, GivenApproval } from '../model/policy-facts.ts';
import type { HolidayTable } from '../ports/holidays.ts';
import { holidaysNeeded } from '../view/holidays-needed.ts';
import { Replay } from '../view/simulate.ts';
import type { Decision, ReplayedEnvironment } from '../view/simulate-lane.ts';
import type { SimulationAsk, SimulationEnd } from './commands.ts';
import type { HeadConfig } from './config-reader.ts';
import { type History, readHistory } from './simulation-history.ts';
import type { Survey } from './survey.ts';

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
  const replay = new Replay(
    {
      environments: ordered.map((environment) => replayed(environment, config, history, survey)),
      directory: { people, teams },
      signaturesRequired: mustSignIn(config.repository),
      holidays: places.length === 0 ? {} : await table.holidays(places, years),
      checksOf: checksIn(survey),
    },
    (decision) => {
      if (wanted.includes(decision.environment)) each(decision);
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
    notes: [...history.notes, ...leftOut(head, wanted, ask.environment)],
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
      for (const rule of rules) if (rule.type === 'soak') visit(rule.environment);
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
  const { name, follow, supersede, policies } = environment;
  const approvals = survey.ledger.entries.get(name)?.state.approvals ?? [];
  return {
    name,
    policies: policiesNamed(policies, config.policies),
    supersede,
    comesBy: follow.type === 'tags' ? 'tags' : 'branch',
    promotedFrom: follow.type === 'promoted' ? follow.from : null,
    before: before.get(name) ?? null,
    approvals: approvals.map(({ tag, ...given }): GivenApproval => {
      return { ...given, tag: tag?.name ?? null, signed: { type: 'unsigned' }, void: null };
    }),
  };
}

function checksIn(survey: Survey): (commit: string) => readonly CheckResult[] {
  const checks = survey.ledger.entries.get(REPOSITORY_LEDGER)?.state.checks ?? [];
  const byCommit = Map.groupBy(checks, ({ commit }) => commit);
  return (commit) => byCommit.get(commit) ?? [];
}

function leftOut(head: HeadConfig, taken: readonly string[], asked: string | null): readonly string[] {
  if (asked !== null) return [];
  const broken = Object.keys(head.environments).filter((name) => !taken.includes(name));
  return broken.map((name) => `${name} is left out: its configuration has problems (\`tidegate check\`)`);
}
