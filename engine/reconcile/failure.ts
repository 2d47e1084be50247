// What follows when a run does not succeed. It ends at a known-good version, or says aloud that a person must look.

import type { Run } from '../model/run.ts';
import { sayVersion } from '../model/version.ts';
import type { Draft } from './draft.ts';
import { nextRun } from './grant.ts';
import { isExempt, isWrittenBack } from './kinds.ts';
import { targetClaim } from './owners.ts';
import { closeAnswered } from './requests.ts';
import { stagesOf } from './stages-of.ts';

type Moved = 'moved' | 'rests';
type Failed = 'Failed' | 'Errored' | 'Cancelled';

/** Decides what comes next; `settleFailure` carries it out. */
export function failRun(draft: Draft, run: Run, stage: string | null, outcome: Failed, sentence: string): void {
  closeAnswered(draft, run);
  const next = nextAfter(draft, run);
  draft.run(run.id, { type: 'run-failed', stage, outcome, sentence: explain(draft, run, sentence, next), next });
}

export function settleFailure(draft: Draft, run: Run): Moved {
  const { failure } = run;
  if (failure === null) return 'rests';
  if (failure.next === 'roll-back') {
    const answer = draft.state.newest.find((ended) => ended.cause === run.id);
    if (answer === undefined) {
      answerWithRollback(draft, run);
      return 'moved';
    }
    const outcome = answer.outcome === 'Succeeded' ? 'RolledBack' : 'Failed';
    draft.run(run.id, {
      type: 'run-ended',
      outcome,
      sentence: `${failure.sentence}; ${answer.id}: ${answer.sentence}`,
    });
    return 'moved';
  }
  draft.run(run.id, { type: 'run-ended', outcome: failure.outcome, sentence: failure.sentence });
  draft.say(failure.sentence);
  return 'moved';
}

function nextAfter(draft: Draft, run: Run): 'roll-back' | 'stop' | 'stall' {
  if (isExempt(run) || isWrittenBack(run)) return 'stall';
  if (!run.touched) return 'stop';
  if (onFailure(draft, run) === 'stop') return 'stall';
  return goodVersion(draft) === null ? 'stall' : 'roll-back';
}

/** As in force, whatever the version says of itself. */
function onFailure({ environment, settings }: Draft, run: Run): 'rollback' | 'stop' | null {
  if (settings !== null) return settings.onFailure;
  const config = environment.versions.get(run.version.commit);
  return config?.type === 'read' ? config.pipeline.onFailure : null;
}

/** What was in place before: the environment's current version is always one that succeeded here. */
function goodVersion(draft: Draft): Draft['state']['current'] {
  const { current } = draft.state;
  return current !== null && draft.environment.versions.get(current.version.commit)?.type === 'read' ? current : null;
}

function explain(draft: Draft, run: Run, sentence: string, next: 'roll-back' | 'stop' | 'stall'): string {
  if (next !== 'stall') return sentence;
  if (isExempt(run)) return `${sentence}; the rollback to ${sayVersion(run.version)} did not succeed`;
  if (draft.state.current === null)
    return `${sentence}; this was the first deployment, so there is nothing to go back to`;
  return goodVersion(draft) === null
    ? `${sentence}; the earlier version ${sayVersion(draft.state.current.version)} can no longer be read`
    : `${sentence}; the pipeline says \`on_failure: stop\``;
}

/** The rollback is a run of its own, under the lease that the failed run holds: it needs no new claim. */
function answerWithRollback(draft: Draft, failed: Run): void {
  const good = goodVersion(draft);
  if (good === null) {
    const sentence = `${failed.failure?.sentence ?? ''}; the version to go back to can no longer be read`;
    draft.run(failed.id, { type: 'run-ended', outcome: 'Failed', sentence });
    return;
  }
  const run = nextRun(draft);
  draft.run(run, {
    type: 'run-opened',
    kind: 'rollback',
    trigger: 'failure',
    version: good.version,
    contents: good.contents,
    previous: { version: failed.version, contents: failed.contents },
    reason: failed.failure?.sentence ?? null,
    requestedBy: null,
    request: null,
    emergency: false,
    skip: 'skippable',
    config: failed.config,
    cause: failed.id,
    stages: stagesOf(draft, good.version.commit),
    epoch: draft.state.epoch,
    controller: draft.observed.controller.id,
    because: `${failed.id} failed after the target was touched`,
    ...targetClaim(draft, run, good.version.commit),
  });
}
