// A step of a version to a job with nothing left to decide. What is done, the kind of the step says; who may see
// which secret, how long it may take and what every process is told is the same for all.

import { assert } from '../base/assert.ts';
import type { EnvironmentConfig, StepConfig } from '../model/config.ts';
import type { JobSpec } from '../model/job.ts';
import { jobId, type Run, type StageState } from '../model/run.ts';
import { sayVersion } from '../model/version.ts';
import { planStep } from '../steps/table.ts';
import type { Draft } from './draft.ts';
import { isPastGates } from './stage-gates.ts';
import { valuesOf } from './steps-of.ts';

/** Per job. A log above this keeps its beginning and its end. */
const OUTPUT_BYTES_MAX = 10 * 1024 * 1024;

export function resolveJob(draft: Draft, run: Run, stage: StageState, step: StepConfig): JobSpec {
  const config = draft.environment.versions.get(run.version.commit);
  assert(config?.type === 'read', `${run.id} has a version that can be read`);
  const { environment } = config;
  const epoch = run.lease?.epoch ?? 0;
  const { version } = run;
  const values = valuesOf(draft, run);
  const targetMark = draft.state.target?.mark ?? null;
  const { work, sentence, env } = planStep(step, { environment, version, epoch, values, targetMark });
  const id = jobId(run.id, stage);
  return {
    id,
    environment: run.environment,
    work,
    sentence,
    timeoutMs: step.timeoutMs,
    graceMs: draft.observed.killGraceMs,
    outputBytesMax: OUTPUT_BYTES_MAX,
    env: { ...environment.variables, ...env, ...identity(environment, run, stage, step, id) },
    secrets: isPastGates(draft, run, stage) ? secretsOf(draft, environment) : [],
  };
}

/** Those that the gates in force name as well: a version cannot ask for more. */
function secretsOf({ settings }: Draft, { secrets }: EnvironmentConfig): readonly string[] {
  return settings === null ? [] : secrets.filter((name) => settings.secrets.includes(name));
}

/** Below the state folder. */
export function logOf(run: Run, stage: StageState): string {
  return `logs/${run.environment}/${run.id}/${stage.name}.${stage.attempts}.${stage.step}.log`;
}

/** What every process is told, documented in docs/steps.md. Last, so that no variable of the repository can pose
 *  as it. */
function identity(
  environment: EnvironmentConfig,
  run: Run,
  stage: StageState,
  step: StepConfig,
  id: string,
): Readonly<Record<string, string>> {
  const previous = run.previous?.version;
  return {
    TIDEGATE_ENVIRONMENT: environment.name,
    TIDEGATE_VERSION: run.version.tag ?? run.version.commit,
    TIDEGATE_COMMIT: run.version.commit,
    TIDEGATE_TAG: run.version.tag ?? '',
    TIDEGATE_VERSION_TEXT: sayVersion(run.version),
    TIDEGATE_PREVIOUS_VERSION: previous?.tag ?? previous?.commit ?? '',
    TIDEGATE_PREVIOUS_COMMIT: previous?.commit ?? '',
    TIDEGATE_RUN: run.id,
    TIDEGATE_KIND: run.kind,
    TIDEGATE_STAGE: stage.name,
    TIDEGATE_STEP: step.name,
    TIDEGATE_ATTEMPT: String(stage.attempts),
    TIDEGATE_EPOCH: String(run.lease?.epoch ?? 0),
    TIDEGATE_URL: environment.url ?? '',
    TIDEGATE_JOB_ID: id,
  };
}
