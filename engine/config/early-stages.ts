// Stages that start before the gates of the touching stage were asked get no secrets. The one who wrote a step there
// that needs one would find out when it fails; `tidegate check` says so before.

import type { Problem } from '../base/problem.ts';
import type { Config, PipelineConfig } from '../model/config.ts';
import { stagesOf } from '../policy/gates-of.ts';

/** One warning a stage, whichever environments use it. */
export function earlyStageWarnings(config: Config): readonly Problem[] {
  return Object.values(config.pipelines).flatMap((pipeline) => {
    const users = Object.values(config.environments).filter(
      (environment) => environment.pipeline === pipeline.name && environment.secrets.length > 0,
    );
    return users.length === 0 ? [] : ofPipeline(pipeline, config, users.map(({ name }) => name).join(', '));
  });
}

function ofPipeline(pipeline: PipelineConfig, { policies }: Config, users: string): readonly Problem[] {
  const stages = stagesOf(pipeline, policies);
  const touching = stages.findIndex(({ touches }) => touches);
  const gated = stages.findLastIndex((stage, at) => at <= touching && stage.policies.length > 0);
  if (gated < 0) return [];
  return pipeline.stages.slice(0, touching).flatMap(({ name, place, steps }, at): readonly Problem[] => {
    if (!steps.some(({ scripts }) => scripts.length > 0)) return [];
    const touches = stages[touching]?.name ?? '';
    const asked =
      at < gated
        ? `before the gate of ${stages[gated]?.name} was asked`
        : `before ${touches}, where the gate of ${stages[gated]?.name} is asked again`;
    return [
      {
        ...place,
        severity: 'warning',
        message: `the stage ${name} starts ${asked}, and gets no secrets (of ${users})`,
        hint: `where a step of it needs one, move that step to ${touches} or behind it, or name the policies in environment.yaml instead of at a stage`,
      },
    ];
  });
}
