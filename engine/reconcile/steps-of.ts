// The steps of a stage as its version has them, whether one runs now, and what it may name of those before it.

import type { StepConfig } from '../model/config.ts';
import type { Run, StageState } from '../model/run.ts';
import { judgeStepCondition } from '../model/step-condition.ts';
import { outcomeWord } from '../model/step-reference.ts';
import { type TemplateValues, templateValues } from '../model/template.ts';
import type { Draft } from './draft.ts';

export function stepsOf(draft: Draft, run: Run, stage: StageState): readonly StepConfig[] {
  const config = draft.environment.versions.get(run.version.commit);
  if (config?.type !== 'read') return [];
  return config.pipeline.stages.find((candidate) => candidate.name === stage.name)?.steps ?? [];
}

export type Turn =
  | { readonly type: 'runs' }
  | { readonly type: 'skipped'; readonly because: string }
  /** Its condition has no answer. */
  | { readonly type: 'none'; readonly sentence: string };

/** Whether the step has its turn as the stage stands. */
export function turnOf(draft: Draft, run: Run, { failed }: StageState, step: StepConfig): Turn {
  const cancelled = failed?.outcome === 'Cancelled';
  if (step.if === undefined) {
    if (failed === null) return { type: 'runs' };
    return { type: 'skipped', because: cancelled ? 'the run was cancelled' : 'an earlier step failed' };
  }
  const standing = { failed: failed !== null && !cancelled, cancelled };
  const judgement = judgeStepCondition(step.if, standing, valuesOf(draft, run));
  const said = `\`if: ${step.if.expression.replace(/\s+/g, ' ')}\``;
  switch (judgement.type) {
    case 'true':
      return { type: 'runs' };
    case 'false': {
      const seen = judgement.seen.length === 0 ? '' : ` (${judgement.seen.join('; ')})`;
      return { type: 'skipped', because: `${said} is false${seen}` };
    }
    case 'none':
      return { type: 'none', sentence: `${said} has no answer: ${judgement.sentence}` };
  }
}

/** Steps after this one that may run although the stage has failed. */
export function hasCleanup(steps: readonly StepConfig[], from: number): boolean {
  return steps.slice(from).some((step) => step.if?.afterFailure === true);
}

/** All that a step of this run may name. */
export function valuesOf(draft: Draft, run: Run): TemplateValues {
  const config = draft.environment.versions.get(run.version.commit);
  if (config?.type !== 'read') return {};
  const previous = run.previous?.version ?? null;
  const { id, kind, version } = run;
  const own = { id, epoch: run.lease?.epoch ?? 0, kind };
  const values: Record<string, string> = {
    ...templateValues({ environment: config.environment, version, previous, run: own }),
  };
  for (const { name, steps } of config.pipeline.stages) {
    const stage = run.stages.find((each) => each.name === name);
    for (const [index, step] of steps.entries()) {
      if (step.id === undefined || stage === undefined) continue;
      // A stage that was repeated has done again whatever stands before the step that asks.
      const ended = stage.steps.findLast((each) => each.step === index);
      if (ended === undefined && !stage.skipped) continue;
      const outcome = ended === undefined ? 'skipped' : outcomeWord(ended.outcome);
      values[`steps.${step.id}.outcome`] = outcome;
      values[`steps.${step.id}.conclusion`] =
        step.continueOnError === true && outcome === 'failure' ? 'success' : outcome;
      for (const [output, value] of Object.entries(ended?.outputs ?? {}))
        values[`steps.${step.id}.outputs.${output}`] = value;
    }
  }
  return values;
}
