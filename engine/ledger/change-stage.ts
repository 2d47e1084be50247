// One stage of a run, changed by a record that names it.

import type { Run, StageState } from '../model/run.ts';

export function changeStage(run: Run, name: string, change: (stage: StageState) => StageState | string): Run | string {
  const index = run.stages.findIndex((stage) => stage.name === name);
  const stage = run.stages[index];
  if (stage === undefined) return `${run.id} has no stage ${name}`;
  const changed = change(stage);
  if (typeof changed === 'string') return changed;
  return { ...run, stages: run.stages.with(index, changed) };
}
