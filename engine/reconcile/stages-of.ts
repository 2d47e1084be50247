// The stages of a run as its first record keeps them. Steps come from the version; whether a stage may be skipped
// comes from the gates, so that a version cannot loosen it.

import type { StageConfig } from '../model/config.ts';
import type { Draft } from './draft.ts';

type OpenedStage = { readonly name: string; readonly skippable: boolean; readonly touches: boolean };

/** Empty when the version cannot be read: the run then ends at once, saying so. */
export function stagesOf(draft: Draft, commit: string): readonly OpenedStage[] {
  const config = draft.environment.versions.get(commit);
  if (config?.type !== 'read') return [];
  const deploys = config.pipeline.stages.some(hasDeploy);
  return config.pipeline.stages.map((stage) => {
    const skippable = maySkip(draft, stage);
    // Where no stage has a `deploy` step, deploying is done by the pipeline's own scripts, and which of them does it
    // cannot be known: then every stage counts that may not be skipped.
    return { name: stage.name, skippable, touches: deploys ? hasDeploy(stage) : !isKnownToSkip(draft, stage) };
  });
}

/** A version cannot hide where it deploys behind a stage that it alone calls skippable. */
function isKnownToSkip({ sides }: Draft, { name }: StageConfig): boolean {
  return sides.every(({ stages }) => stages.find((stage) => stage.name === name)?.skippable === true);
}

/**
 * Every side has to say so. A stage that none of them knows is as its version says: it stands behind the gates of the
 * others.
 */
function maySkip({ sides }: Draft, { name, skippable }: StageConfig): boolean {
  const said = sides.map(({ stages }) => stages.find((stage) => stage.name === name));
  return said.every((stage) => stage === undefined) ? skippable : said.every((stage) => stage?.skippable === true);
}

function hasDeploy({ steps }: StageConfig): boolean {
  return steps.some(({ touches }) => touches);
}
