// An open run, one move further: as many records as follow from what is observed, then the one effect that their
// intent, once recorded, allows. The innermost open run moves: a rollback before the failed run that it answers.

import { pendingStage, type Run } from '../model/run.ts';
import type { Draft } from './draft.ts';
import { failRun, settleFailure } from './failure.ts';
import { answersFailure, isExempt, isWrittenBack } from './kinds.ts';
import { closeAnswered, rollbackTarget } from './requests.ts';
import { canStartStage, runStage } from './stage.ts';
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

/** A person's rollback is about what is happening now: a run that is under way is given up for it. */
function cancelOnRequest(draft: Draft): void {
  const request = draft.state.requests.find((pending) => pending.type === 'rollback');
  const run = draft.state.open.at(-1);
  if (request === undefined || run === undefined || run.failure !== null || isExempt(run)) return;
  failRun(
    draft,
    run,
    pendingStage(run)?.name ?? null,
    'Cancelled',
    `${request.by} asked to roll back: ${request.reason}`,
  );
  // Another version than the one that is in place now still has to be put there, once this run has ended.
  const target = request.type === 'rollback' ? rollbackTarget(draft, request.to) : null;
  if (request.type === 'rollback' && request.to !== null && target !== null) return;
  draft.event({ type: 'request-closed', request: request.id, sentence: `${run.id} is cancelled` }, request.id);
}

/** Jobs that nothing waits for any more: of runs that have failed, ended, or gone on to another attempt. */
function stopStrays(draft: Draft): void {
  const run = draft.state.open.at(-1);
  const stage = run === undefined || run.failure !== null ? null : pendingStage(run);
  for (const [id, job] of draft.environment.jobs) {
    if (job !== 'running') continue;
    const wanted = run !== undefined && stage !== null && id.startsWith(`${run.id}/${stage.name}/${stage.attempts}/`);
    if (!wanted) draft.effect({ type: 'stop-job', environment: draft.environment.name, id });
  }
}
