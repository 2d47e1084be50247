// The stages of a run as its first record keeps them. Steps come from the version; whether a stage may be skipped comes
// from the head of the default branch, so that a version cannot loosen it.

import type { PipelineConfig, StageConfig } from '../model/config.ts';
import type { Draft } from './draft.ts';

type OpenedStage = { readonly name: string; readonly skippable: boolean; readonly touches: boolean };

/** Empty when the version cannot be read: the run then ends at once, saying so. */
export function stagesOf(draft: Draft, commit: string): readonly OpenedStage[] {
  const config = draft.environment.versions.get(commit);
  if (config?.type !== 'read') return [];
  const { gates, former } = draft.environment;
  return config.pipeline.stages.map((stage) => {
    const said = [gates, ...former].flatMap((gate) => gate?.stages.find(({ name }) => name === stage.name) ?? []);
    return {
      name: stage.name,
      skippable: said.length > 0 ? said.every(({ skippable }) => skippable) : stage.skippable,
      touches: touchesTarget(config.pipeline, stage),
    };
  });
}

/**
 * A stage with a `deploy` step touches the target. Where no stage has one, deploying is done by the pipeline's own
 * scripts, and which of them does it cannot be known: then every stage that may not be skipped counts.
 */
function touchesTarget(pipeline: PipelineConfig, stage: StageConfig): boolean {
  const deploys = (candidate: StageConfig) => candidate.steps.some((step) => step.type === 'deploy');
  return pipeline.stages.some(deploys) ? deploys(stage) : !stage.skippable;
}
