// What decides in an environment, taken from a configuration: the gates that the head says, and those that a version
// holds itself. The same code makes both sides, so that what means the same is the same.

import { policiesNamed } from '../model/asked-policies.ts';
import type { Config, EnvironmentConfig, Follow, PipelineConfig, PolicyConfig, StageConfig } from '../model/config.ts';
import type { GatedStage, GateTerms } from '../model/gate-terms.ts';
import { wantsSigned } from '../model/must-sign.ts';
import type { RuleConfig } from '../model/rule.ts';
import { needsOf } from './needs.ts';
import { answersOf } from './rules/table.ts';

type Beside = {
  readonly defaultBranch: string;
  /** Lines of policies/allowed_signers, without comments. */
  readonly keys: readonly string[];
};

export function termsOf(environment: EnvironmentConfig, config: Config, { defaultBranch, keys }: Beside): GateTerms {
  const { repository } = config;
  const pipeline = config.pipelines[environment.pipeline];
  const policies = policiesNamed(environment.policies, config.policies);
  const stages = pipeline === undefined ? [] : stagesOf(pipeline, config.policies).filter(decides);
  const { rollbackBy } = environment;
  const { changes } = repository;
  const { signatures } = repository.ledger;
  const isSignedOnly = wantsSigned(repository.ledger);
  const named = namedIn({ policies, stages, rollbackBy, changes });
  // Anyone who is excluded as an author can be anybody who is known: all people belong to gates that name one.
  const isAboutPeople = named.length > 0 || isSignedOnly;
  const teams = Object.entries(repository.teams).filter(([team]) => named.includes(team));
  return {
    follow: writtenOut(environment.follow, defaultBranch),
    policies,
    stages,
    paths: environment.paths,
    secrets: environment.secrets,
    queue: environment.queue,
    confirm: environment.confirm,
    rollbackBy,
    onFailure: pipeline?.onFailure ?? 'stop',
    changes,
    signatures,
    people: isAboutPeople ? repository.people : {},
    teams: Object.fromEntries(teams),
    keys: asksForSignatures({ signatures, policies, stages }) ? keys : [],
  };
}

/** Whether keys decide here: words have to be signed, or a rule looks at the signature of a version. */
export function asksForSignatures({
  signatures,
  policies,
  stages,
}: Pick<GateTerms, 'signatures' | 'policies' | 'stages'>): boolean {
  const asked = [...policies, ...stages.flatMap((stage) => stage.policies)];
  return wantsSigned({ signatures }) || needsOf(asked).signed;
}

/** People and teams that gates name. */
export function namedIn({
  policies,
  stages,
  rollbackBy,
  changes,
}: Pick<GateTerms, 'policies' | 'stages' | 'rollbackBy' | 'changes'>): readonly string[] {
  const asked = [...policies, ...stages.flatMap((stage) => stage.policies)];
  return [...asked.flatMap(partiesOf), ...(rollbackBy ?? []), ...(changes?.by ?? [])];
}

/** People and teams that a policy names. */
export function partiesOf({ rules, override }: PolicyConfig): readonly string[] {
  const named = rules.flatMap(answersOf).flatMap(({ from }) => from);
  return [...named, ...(override?.by ?? [])];
}

/** Rules of an environment and of its stages, as a configuration has them. */
export function rulesOf({ policies, pipeline }: EnvironmentConfig, config: Config): readonly RuleConfig[] {
  const stages = config.pipelines[pipeline]?.stages ?? [];
  const named = new Set([...policies, ...stages.flatMap((stage) => stage.policies)]);
  return policiesNamed([...named], config.policies).flatMap(({ rules }) => rules);
}

/** All stages, with what decides about each. */
export function stagesOf(
  pipeline: PipelineConfig,
  policies: Readonly<Record<string, PolicyConfig>>,
): readonly GatedStage[] {
  const touching = touchingStages(pipeline);
  return pipeline.stages.map(({ name, skippable, policies: named }) => {
    return { name, skippable, touches: touching.has(name), policies: policiesNamed(named, policies) };
  });
}

function decides({ skippable, touches, policies }: GatedStage): boolean {
  return skippable || touches || policies.length > 0;
}

/**
 * Stages with a `deploy` step; where none has one, the first that may not be skipped: from there on it cannot be
 * known.
 */
function touchingStages({ stages }: PipelineConfig): ReadonlySet<string> {
  const deploys = stages.filter(({ steps }) => steps.some(({ touches }) => touches));
  const first = stages.find(({ skippable }) => !skippable);
  const found: readonly StageConfig[] = deploys.length > 0 || first === undefined ? deploys : [first];
  return new Set(found.map(({ name }) => name));
}

/** The default branch of a remote can be switched by its administrators: what is followed is a name. */
function writtenOut(follow: Follow, defaultBranch: string): Follow {
  switch (follow.type) {
    case 'branch':
      return { ...follow, branch: follow.branch ?? defaultBranch };
    case 'tags':
      return { ...follow, on: follow.on.length > 0 ? follow.on : [defaultBranch] };
    case 'promoted':
      return follow;
  }
}

/** The lines of a list of keys that mean something, with one blank between their words. */
export function keyLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith('#'));
}
