// An open run, one move further: as many records as follow from what is observed, then the one effect that their
// intent, once recorded, allows. The innermost open run moves: a rollback before the failed run that it answers.

import { jobId, pendingStage, type Run, type StageState } from '../model/run.ts';
import { cancelOnRequest } from './cancel.ts';
import type { Draft } from './draft.ts';
import { failRun, settleFailure } from './failure.ts';
import { answersFailure, isWrittenBack } from './kinds.ts';
import { closeAnswered } from './requests.ts';
import { canStartStage, runStage } from './stage.ts';
import { stepsOf, turnOf } from './steps-of.ts';
import { writeBack } from './write-back.ts';

export function advance(draft: Draft): void {
  cancelOnRequest(draft);
  for (;;) {
    const run = draft.state.open.at(-1);
    if (run === undefined) break;
    if (move(draft, run) === 'rests') break;
  }
  stopStrays(draft);
}

type Moved = 'moved' | 'rests';

function move(draft: Draft, run: Run): Moved {
  if (run.failure !== null) return settleFailure(draft, run);
  if (draft.environment.versions.get(run.version.commit)?.type !== 'read' || run.stages.length === 0) {
    failRun(draft, run, null, 'Errored', 'the version has no pipeline that can be read');
    return 'moved';
  }
  const stage = pendingStage(run);
  if (stage === null) return finish(draft, run);
  if (stage.outcome !== null) {
    // Only the first of the records that belong together survived a crash.
    failRun(
      draft,
      run,
      stage.name,
      stage.outcome === 'Failed' ? 'Failed' : 'Errored',
      `${stage.name} ${stage.outcome}`,
    );
    return 'moved';
  }
  if (stage.startedAt === null || run.inDoubt === stage.name) return canStartStage(draft, run, stage);
  return runStage(draft, run, stage);
}

function finish(draft: Draft, run: Run): Moved {
  if (isWrittenBack(run) && writeBack(draft, run) === 'under-way') return 'rests';
  const sentence =
    draft.openRun(run.id).writeBack?.ended?.sentence ?? (run.kind === 'rollback' ? 'rolled back' : 'deployed');
  closeAnswered(draft, run);
  draft.run(run.id, { type: 'run-ended', outcome: 'Succeeded', sentence });
  if (answersFailure(run)) endCause(draft, run);
  return 'moved';
}

function endCause(draft: Draft, rollback: Run): void {
  const failed = draft.state.open.at(-1);
  if (failed === undefined || failed.id !== rollback.cause) return;
  draft.run(failed.id, {
    type: 'run-ended',
    outcome: 'RolledBack',
    sentence: `${failed.failure?.sentence ?? 'failed'}; ${rollback.id} put the earlier version back`,
  });
}

/** Jobs that nothing waits for any more: of runs that have failed, ended, or gone on to another attempt. */
function stopStrays(draft: Draft): void {
  const run = draft.state.open.at(-1);
  const stage = run === undefined || run.failure !== null ? null : pendingStage(run);
  for (const [id, job] of draft.environment.jobs) {
    if (job !== 'running') continue;
    const wanted = run !== undefined && stage !== null && id.startsWith(`${run.id}/${stage.name}/${stage.attempts}/`);
    if (!wanted || isGivenUp(draft, run, stage, id))
      draft.effect({ type: 'stop-job', environment: draft.environment.name, id });
  }
}

/** It was running when its run was cancelled, and is none of the steps that run also then. */
function isGivenUp(draft: Draft, run: Run, stage: StageState, id: string): boolean {
  if (stage.failed?.outcome !== 'Cancelled' || id !== jobId(run.id, stage)) return false;
  const step = stepsOf(draft, run, stage)[stage.step];
  return step === undefined || turnOf(draft, run, stage, step).type !== 'runs';
}
