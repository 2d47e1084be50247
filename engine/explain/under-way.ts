// A run that moves, as `why` tells it: what it does now, and what is asked before it goes on. It asks `stageVerdict`,
// as the stage itself will, so that nobody is surprised by a gate in the middle of a run.

import { pendingStage, type Run, type StageState } from '../model/run.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Draft } from '../reconcile/draft.ts';
import { plain } from '../reconcile/plain-verdict.ts';
import { isGated, stageVerdict } from '../reconcile/stage-gates.ts';
import { sayIso } from './moment.ts';
import { sayDeed } from './say-run.ts';

export function underWay(draft: Draft, run: Run): Verdict {
  return plain('allowed', 'run', `${run.id} (${sayDeed(run)}) is under way: ${progress(draft, run)}; ${granted(run)}`);
}

function granted(run: Run): string {
  return `granted because ${run.because}`;
}

function progress(draft: Draft, run: Run): string {
  if (run.failure !== null) {
    const { sentence, next } = run.failure;
    const then = { 'roll-back': 'it is rolled back', stop: 'it stops', stall: 'a person must look' }[next];
    return `it has failed (${sentence}), and ${then}`;
  }
  const stage = pendingStage(run);
  if (stage === null) return run.writeBack?.ended === null ? 'it is being written back to Git' : 'it is about to end';
  const number = run.stages.indexOf(stage) + 1;
  const place = `${stage.name} (${number} of ${run.stages.length})`;
  if (run.inDoubt === stage.name)
    return `nobody knows how far ${place} came when its controller was lost; it is repeated`;
  if (stage.startedAt === null) return `${place} starts next`;
  const retry = stage.notBefore === null ? '' : `, and is tried again at ${sayIso(stage.notBefore)}`;
  const now = `${place} runs since ${sayIso(stage.startedAt)}${retry}`;
  const following = run.stages.slice(number).find(({ skipped, outcome }) => !skipped && outcome === null);
  return `${now}; ${following === undefined ? 'no stage comes after it' : nextAsked(draft, run, following)}`;
}

/** What would be said now to the stage that comes next, by gates that are asked again when it does. */
function nextAsked(draft: Draft, run: Run, stage: StageState): string {
  if (run.skip === 'skippable' && stage.skippable) return `${stage.name}, which comes next, is skipped`;
  // When the next stage starts, the one before it will have touched the target, where it is one that does.
  const then = { ...run, touched: run.touched || pendingStage(run)?.touches === true };
  if (!isGated(draft, then, stage)) return `next is ${stage.name}, which no gate holds`;
  const { status, sentence } = stageVerdict(draft, then, stage);
  const said =
    status === 'allowed' ? 'would be allowed now' : `would ${status === 'waiting' ? 'wait' : 'be denied'} now`;
  return `next is ${stage.name}, whose gates are asked when it starts: it ${said}${status === 'allowed' ? '' : ` (${sentence})`}`;
}
