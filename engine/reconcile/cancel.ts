// A person's rollback is about what is happening now: a run that is under way is given up for it, after the steps
// that say they run also then.

import { pendingStage, type Run } from '../model/run.ts';
import type { Draft } from './draft.ts';
import { failRun } from './failure.ts';
import { isExempt } from './kinds.ts';
import { rollbackTarget } from './requests.ts';
import { hasCleanup, stepsOf } from './steps-of.ts';

export function cancelOnRequest(draft: Draft): void {
  const request = draft.state.requests.find((pending) => pending.type === 'rollback');
  const run = draft.state.open.at(-1);
  if (request === undefined || run === undefined || run.failure !== null || isExempt(run)) return;
  const sentence = `${request.by} asked to roll back: ${request.reason}`;
  if (givesUpSlowly(draft, run, sentence)) return;
  failRun(draft, run, pendingStage(run)?.name ?? null, 'Cancelled', sentence);
  // Another version than the one that is in place now still has to be put there, once this run has ended.
  const target = request.type === 'rollback' ? rollbackTarget(draft, request.to) : null;
  if (request.type === 'rollback' && request.to !== null && target !== null) return;
  draft.event({ type: 'request-closed', request: request.id, sentence: `${run.id} is cancelled` }, request.id);
}

/** Its stage still has steps that clean up. */
function givesUpSlowly(draft: Draft, run: Run, sentence: string): boolean {
  const stage = pendingStage(run);
  if (stage === null || stage.startedAt === null || stage.outcome !== null) return false;
  // Its end, when it comes, answers the request.
  if (stage.failed !== null) return true;
  if (!hasCleanup(stepsOf(draft, run, stage), stage.step)) return false;
  draft.run(run.id, { type: 'stage-cancelled', stage: stage.name, sentence });
  return true;
}
