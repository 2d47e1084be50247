// A step of a version to a job with nothing left to decide. Values are data: they go into environment variables or
// request fields, never into the text of a shell line.

import { assert, unreachable } from '../base/assert.ts';
import type { EnvironmentConfig, StepConfig } from '../model/config.ts';
import type { JobSpec, JobWork } from '../model/job.ts';
import { jobId, type Run, type StageState } from '../model/run.ts';
import { resolveScript, resolveTemplate, type TemplateValues, templateValues } from '../model/template.ts';
import { sayVersion, type Version } from '../model/version.ts';
import type { Draft } from './draft.ts';
import { isPastGates } from './stage-gates.ts';

/** Per job. A log above this keeps its beginning and its end. */
const OUTPUT_BYTES_MAX = 10 * 1024 * 1024;

export function resolveJob(draft: Draft, run: Run, stage: StageState, step: StepConfig): JobSpec {
  const config = draft.environment.versions.get(run.version.commit);
  assert(config?.type === 'read', `${run.id} has a version that can be read`);
  const { environment } = config;
  const values = templateValues({
    environment,
    version: run.version,
    previous: run.previous?.version ?? null,
    run: { id: run.id, epoch: run.lease?.epoch ?? 0, kind: run.kind },
  });
  const { work, env } = resolveWork(draft, environment, run, step, values);
  const id = jobId(run.id, stage);
  return {
    id,
    environment: run.environment,
    work,
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

type Resolved = { readonly work: JobWork; readonly env: Readonly<Record<string, string>> };

function resolveWork(
  draft: Draft,
  environment: EnvironmentConfig,
  run: Run,
  step: StepConfig,
  values: TemplateValues,
): Resolved {
  switch (step.type) {
    case 'run': {
      const { script, env } = resolveScript(step.run, values);
      const own = Object.fromEntries(
        Object.entries(step.env).map(([name, value]) => [name, resolveTemplate(value, values)]),
      );
      return { work: { type: 'process', script }, env: { ...own, ...env } };
    }
    case 'deploy':
      return { work: resolveTarget(environment, run, draft.state.target?.mark ?? null), env: {} };
    case 'http': {
      const headers = Object.entries(step.headers).map(([name, value]) => [name, resolveTemplate(value, values)]);
      return {
        work: {
          type: 'http',
          url: resolveTemplate(step.url, values),
          method: step.method,
          headers: Object.fromEntries(headers),
          body: step.body === null ? null : resolveTemplate(step.body, values),
          status: step.status,
          json: step.json,
          withinMs: step.withinMs,
          everyMs: step.everyMs,
        },
        env: {},
      };
    }
    case 'tcp': {
      const port = Number(resolveTemplate(step.port, values));
      const host = resolveTemplate(step.host, values);
      return { work: { type: 'tcp', host, port, withinMs: step.withinMs, everyMs: step.everyMs }, env: {} };
    }
    case 'wait':
      return { work: { type: 'wait', waitMs: step.waitMs }, env: {} };
    default:
      return unreachable(step);
  }
}

/** What `observe` prints of what is in place stands in the log and in the record, behind what `apply` said. */
function observed(apply: string, observe: string): string {
  return `${apply} && echo 'in place:' && ${observe}`;
}

function resolveTarget(environment: EnvironmentConfig, run: Run, mark: string | null): JobWork {
  const { target } = environment;
  switch (target.type) {
    case 'script':
      return {
        type: 'process',
        script: target.observe === null ? target.apply : observed(target.apply, target.observe),
      };
    case 'files':
      return {
        type: 'files',
        from: `environments/${environment.name}`,
        to: target.to,
        release: releaseName(run.version),
        keep: target.keep,
        epoch: run.lease?.epoch ?? 0,
        ...(mark === null ? {} : { owner: { environment: environment.name, mark } }),
      };
    default:
      return unreachable(target);
  }
}

/**
 * Names a release so that a tag moved by hand can never meet an older release of the same name. Git lets a tag be called
 * almost anything; a folder is called by what is plain of it, and the commit tells two apart that look the same then.
 */
function releaseName(version: Version): string {
  const short = version.commit.slice(0, 12);
  const plain = (version.tag ?? '').replace(/[^A-Za-z0-9._+@-]+/g, '_').replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? short : `${plain.slice(0, RELEASE_TAG_MAX)}-${short}`;
}

/** File systems allow 255 bytes in a name. */
const RELEASE_TAG_MAX = 100;

/** What every process is told, documented in docs/steps.md. Last, so that no variable of the repository can pose as it. */
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
