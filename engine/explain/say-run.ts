// A run in a sentence: what it does, how far it is, how it ended.

import { pendingStage, type Run } from '../model/run.ts';
import { sayVersion } from '../model/version.ts';

/** `production-12: deploy v1.4.2 (a7b8c9d), stage verify (3 of 5)`. */
export function sayRunUnderWay(run: Run, open: readonly Run[]): string {
  const failed = open.find((other) => other.id === run.cause);
  if (failed !== undefined) {
    return `${failed.id} failed: ${failed.failure?.sentence ?? ''}; ${run.id} puts ${sayVersion(run.version)} back${progress(run)}`;
  }
  if (run.failure !== null) return `${run.id} failed: ${run.failure.sentence}`;
  return `${run.id}: ${sayDeed(run)}${progress(run)}`;
}

/** `deploy v1.4.2 (a7b8c9d)`, `rollback to v1.4.1 (…)`. */
export function sayDeed(run: Pick<Run, 'kind' | 'version'>): string {
  return run.kind === 'rollback' ? `rollback to ${sayVersion(run.version)}` : `${run.kind} ${sayVersion(run.version)}`;
}

function progress(run: Run): string {
  const stage = pendingStage(run);
  if (stage === null)
    return run.writeBack === null || run.writeBack.ended !== null ? ', about to end' : ', being written back to Git';
  const number = run.stages.findIndex(({ name }) => name === stage.name) + 1;
  const verb = stage.startedAt === null ? 'before' : 'stage';
  return `, ${verb} ${stage.name} (${number} of ${run.stages.length})`;
}
