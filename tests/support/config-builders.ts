// Small, whole pieces of configuration: as `engine/config` would make them, with the defaults filled in.

import type {
  Config,
  EnvironmentConfig,
  PipelineConfig,
  PromoteConfig,
  StageConfig,
} from '../../engine/model/config.ts';
import type { Place } from '../../engine/model/place.ts';

export function place(file: string): Place {
  return { file, line: 1, column: 1 };
}

/** The stages of a run through `pipelineConfig`. */
export const STAGES = [
  { name: 'test', skippable: true, touches: false },
  { name: 'deploy', skippable: false, touches: true },
  { name: 'verify', skippable: false, touches: false },
] as const;

export function environmentConfig(name: string): EnvironmentConfig {
  return {
    name,
    place: place(`environments/${name}/environment.yaml`),
    description: null,
    follow:
      name === 'production'
        ? { type: 'tags', pattern: 'v*', on: [], prereleases: false }
        : { type: 'branch', branch: null },
    pipeline: 'verified',
    policies: [],
    target: { type: 'files', claim: `live/${name}`, scripts: [], settings: { to: `live/${name}`, keep: 5 } },
    url: null,
    variables: {},
    secrets: [],
    queue: 'latest',
    confirm: false,
    paths: [],
    rollbackBy: null,
  };
}

export function pipelineConfig(): PipelineConfig {
  const file = place('pipelines/verified.yaml');
  const common = {
    place: file,
    timeoutMs: 60_000,
    retry: { attemptsMax: 1, delayMs: 0, factor: 1, delayMsMax: 0 },
    idempotent: true,
    touches: false,
    scripts: [],
  } as const;
  const stages: StageConfig[] = [
    {
      name: 'test',
      place: file,
      skippable: true,
      policies: [],
      steps: [{ ...common, ...UNIT_TESTS }],
    },
    {
      name: 'deploy',
      place: file,
      skippable: false,
      policies: [],
      steps: [{ ...common, name: 'deploy', type: 'deploy', touches: true, settings: {} }],
    },
    {
      name: 'verify',
      place: file,
      skippable: false,
      policies: [],
      steps: [{ ...common, name: 'health', type: 'wait', settings: { waitMs: 10 } }],
    },
  ];
  return { name: 'verified', place: file, stages, onFailure: 'rollback' };
}

const UNIT_TESTS = {
  name: 'unit tests',
  type: 'run',
  scripts: ['npm test'],
  settings: { run: 'npm test', env: {} },
} as const;

export function configOf(...environments: readonly string[]): Config {
  return {
    repository: {
      timezone: 'UTC',
      pollMs: 10_000,
      concurrency: 4,
      people: {},
      teams: {},
      changes: null,
      forge: null,
      release: null,
      ledger: {
        namespace: 'refs/heads/tidegate',
        repository: null,
        signatures: 'optional',
        output: 'tail',
        flushMs: null,
      },
      lease: { renewMs: 10_000, expiresMs: 30_000 },
    },
    environments: Object.fromEntries(environments.map((name) => [name, environmentConfig(name)])),
    pipelines: { verified: pipelineConfig() },
    policies: {},
  };
}

export function promoteConfig(change: Partial<PromoteConfig> = {}): PromoteConfig {
  return {
    place: place('environments/production/environment.yaml'),
    from: ['staging'],
    take: ['services/*.yaml'],
    fields: [],
    each: 'environment',
    when: 'proven',
    merge: 'person',
    closed: 'remember',
    ...change,
  };
}
