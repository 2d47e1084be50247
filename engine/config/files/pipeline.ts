// pipelines/<name>.yaml from text to model.

import type { PipelineConfig, RetryConfig, StageConfig, StepConfig } from '../../model/config.ts';
import type { COMMON_KEYS } from '../../steps/kind.ts';
import { kindOfStep } from '../../steps/table.ts';
import type { Concern, Cursor } from '../cursor.ts';
import type { Path } from '../document.ts';
import { millis, TIMER_MS_MAX } from '../millis.ts';
import type { PipelineFile } from '../schema/pipeline.ts';
import { buildRetry, ONCE } from '../schema/retry.ts';
import { NAME_PATTERN, NAME_SAYS, type Shape } from '../schema/shape.ts';
import { checkStepNames, conditionOf } from '../step-names.ts';

type StageFile = PipelineFile['stages'][number];
type CommonFile = {
  readonly name?: string;
  readonly timeout?: string;
  readonly retry?: Shape<typeof COMMON_KEYS.retry>;
  readonly idempotent?: boolean;
  readonly id?: string;
  readonly if?: string | boolean;
  readonly continue_on_error?: boolean;
};

/** DESIGN: stages' names, gates and `skippable` are believed from the head too; steps only from the version. */
export function pipelineConcern(path: Path): Concern {
  return path.includes('steps') || path[0] === 'on_failure' || path.includes('retry') ? 'version' : 'both';
}

export function buildPipeline(file: PipelineFile, cursor: Cursor, name: string): PipelineConfig {
  if (!new RegExp(NAME_PATTERN).test(name)) {
    cursor.error(`\`${name}\` cannot be the name of a pipeline`, `rename the file: use ${NAME_SAYS}`);
  }
  const stages = file.stages.map((stage, index) => buildStage(stage, cursor.at('stages', index)));
  reportTwice(stages, (index) => cursor.at('stages', index, 'name'), 'stage');
  checkStepNames(file.stages, cursor);
  return { name, place: cursor.place(), stages, onFailure: file.on_failure ?? 'rollback' };
}

function buildStage(file: StageFile, cursor: Cursor): StageConfig {
  for (const [index, policy] of (file.policies ?? []).entries()) cursor.at('policies', index).refer('policy', policy);
  const retry = buildRetry(file.retry, ONCE);
  // The schema has said that each is one of the kinds of step.
  const given = file.steps as readonly (CommonFile & object)[];
  const steps = given.flatMap((step, index) => buildStep(step, cursor.at('steps', index), retry));
  const named = given.map((step) => ({ name: step.name ?? null }));
  reportTwice(named, (index) => cursor.at('steps', index, 'name'), 'step');
  return {
    name: file.name,
    place: cursor.place(),
    skippable: file.skippable ?? false,
    policies: file.policies ?? [],
    steps: distinct(steps),
  };
}

function buildStep(step: CommonFile & object, cursor: Cursor, retry: RetryConfig): readonly StepConfig[] {
  const kind = kindOfStep(step);
  if (kind === undefined) return [];
  const built = kind.build(step, cursor);
  const timeoutMs = millis(step.timeout, built.timeoutMs);
  const times = Object.entries(built.settings).filter(
    ([key, value]) => key.endsWith('Ms') && typeof value === 'number',
  );
  if (Math.max(timeoutMs, ...times.map(([, value]) => Number(value))) > TIMER_MS_MAX) {
    cursor.error('a step cannot last longer than 24 days', 'shorten its times');
  }
  if (times.some(([key, value]) => key === 'everyMs' && Number(value) < 10)) {
    cursor.at('every').error('asking that often would do nothing else', 'write 500ms or more');
  }
  if (timeoutMs === 0) cursor.at('timeout').error('a step needs some time', 'write a timeout such as 10m');
  const condition = step.if === undefined ? null : conditionOf(cursor.at('if'), step.if);
  const isBorne = step.continue_on_error === true;
  if (built.touches === true && (step.if !== undefined || isBorne)) {
    cursor
      .at(isBorne ? 'continue_on_error' : 'if')
      .error(
        'the step that puts the version in place cannot be passed over: a run that succeeds says that it was done',
        'put the condition at another step, or use another pipeline',
      );
  }
  return [
    {
      type: kind.key,
      touches: built.touches ?? false,
      scripts: built.scripts ?? [],
      settings: built.settings,
      name: step.name ?? built.title,
      place: cursor.place(),
      timeoutMs,
      retry: buildRetry(step.retry, retry),
      idempotent: step.idempotent ?? true,
      ...(step.id === undefined ? {} : { id: step.id }),
      ...(condition === null ? {} : { if: condition }),
      ...(isBorne ? { continueOnError: true } : {}),
    },
  ];
}

function reportTwice(
  items: readonly { readonly name: string | null }[],
  at: (index: number) => Cursor,
  noun: string,
): void {
  const seen = new Set<string>();
  for (const [index, { name }] of items.entries()) {
    if (name === null) continue;
    if (seen.has(name))
      at(index).error(`a ${noun} named \`${name}\` stands above already`, 'give one of them another name');
    seen.add(name);
  }
}

/** Steps without a name of their own may look alike; a number tells them apart in what people read. */
function distinct(steps: readonly StepConfig[]): readonly StepConfig[] {
  const counts = new Map<string, number>();
  return steps.map((step) => {
    const count = (counts.get(step.name) ?? 0) + 1;
    counts.set(step.name, count);
    return count === 1 ? step : { ...step, name: `${step.name} (${count})` };
  });
}
