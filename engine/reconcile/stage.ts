// One stage: may it start, what did its step say, is there another try.

import { formatSecond, INSTANT_MAX } from '../base/instant.ts';
import type { RetryConfig, StepConfig } from '../model/config.ts';
import type { JobEnding } from '../model/job.ts';
import { needsIn } from '../model/needs.ts';
import { jobId, type Run, type StageFailure, type StageState } from '../model/run.ts';
import { wakeOf } from '../model/until.ts';
import { sayVersion } from '../model/version.ts';
import { acceptWithStage } from './accept-gates.ts';
import { cancelOnRequest } from './cancel.ts';
import { choose } from './candidate.ts';
import type { Draft } from './draft.ts';
import { failRun } from './failure.ts';
import { logOf, resolveJob } from './job.ts';
import { accountFor, liftedIn } from './lifted.ts';
import { isGated, stageVerdict, supersededBy } from './stage-gates.ts';
import { hasCleanup, stepsOf, turnOf } from './steps-of.ts';

type Moved = 'moved' | 'rests';

/** How long a run may wait at a gate before it lets go of its lease. */
const PARK_AFTER_MS = 2_000;

export function canStartStage(draft: Draft, run: Run, stage: StageState): Moved {
  const doubtful = run.inDoubt === stage.name;
  if (doubtful && stage.failed !== null) return cleanUpAgain(draft, run, stage, stage.failed);
  if (!doubtful && run.startedAt === null && supersededBy(draft, run)) return supersede(draft, run);
  if (!doubtful && run.skip === 'skippable' && stage.skippable) {
    const because = run.kind === 'rollback' ? 'a return to a known-good version' : 'asked for with the deployment';
    draft.run(run.id, { type: 'stage-skipped', stage: stage.name, because });
    return 'moved';
  }
  const verdict = stageVerdict(draft, run, stage);
  if (verdict.status !== 'allowed') {
    if (supersededBy(draft, run)) return supersede(draft, run);
    draft.say(`${run.id} waits before ${stage.name}: ${verdict.sentence}`, needsIn(verdict));
    draft.notify(verdict.notices);
    park(draft, run, wakeOf(verdict));
    return 'rests';
  }
  if (!draft.observed.hasRoom && isGated(draft, run, stage)) {
    // Its gates are asked when it starts; a place in a queue is not a start.
    draft.waitForRoom();
    draft.say(`${run.id} waits before ${stage.name}: all jobs that may run at once are running`);
    return 'rests';
  }
  const steps = stepsOf(draft, run, stage);
  const uncertain = doubtful ? steps[stage.step] : undefined;
  if (uncertain?.idempotent === false && !hasEnded(stage)) {
    const sentence = sayUncertain(uncertain);
    draft.run(run.id, { type: 'stage-ended', stage: stage.name, outcome: 'Errored', sentence });
    failRun(draft, draft.openRun(run.id), stage.name, 'Errored', sentence);
    return 'moved';
  }
  const lifted = liftedIn(verdict);
  draft.run(run.id, {
    type: 'stage-started',
    stage: stage.name,
    attempt: stage.attempts + 1,
    step: doubtful ? resumeAt(steps, stage) : 0,
    because: doubtful ? 'in-doubt' : 'first',
    epoch: run.lease?.epoch ?? draft.state.epoch,
    ...(lifted.length > 0 ? { lifted } : {}),
  });
  accountFor(draft, run.id, lifted);
  acceptWithStage(draft, draft.openRun(run.id), stage);
  return 'moved';
}

export function runStage(draft: Draft, run: Run, stage: StageState): Moved {
  const steps = stepsOf(draft, run, stage);
  const step = steps[stage.step];
  if (step === undefined) {
    if (stage.failed !== null) return endFailed(draft, run, stage, stage.failed);
    draft.run(run.id, {
      type: 'stage-ended',
      stage: stage.name,
      outcome: 'Succeeded',
      sentence: `${stage.name} succeeded`,
    });
    return 'moved';
  }
  const job = draft.environment.jobs.get(jobId(run.id, stage));
  if (job === undefined) {
    const turn = turnOf(draft, run, stage, step);
    if (turn.type === 'none') return unanswered(draft, run, stage, `${stage.name}: ${step.name}: ${turn.sentence}`);
    if (turn.type === 'runs') return startStep(draft, run, stage, step);
    const { name, attempts: attempt } = stage;
    const { because } = turn;
    draft.run(run.id, { type: 'step-skipped', stage: name, attempt, step: stage.step, name: step.name, because });
    return 'moved';
  }
  if (job === 'running') {
    draft.say(`${run.id}: ${stage.name}: ${step.name} is running`);
    return 'rests';
  }
  endStep(draft, run, stage, step, job);
  return 'moved';
}

/** After all that runs after a failure. */
function endFailed(draft: Draft, run: Run, stage: StageState, { outcome, sentence }: StageFailure): Moved {
  draft.run(run.id, { type: 'stage-ended', stage: stage.name, outcome, sentence });
  // A rollback that was asked for meanwhile is answered by this end.
  cancelOnRequest(draft);
  if (draft.openRun(run.id).failure !== null) return 'moved';
  failRun(draft, draft.openRun(run.id), stage.name, outcome, sentence);
  return 'moved';
}

/** Checked where it was written, so this is a defect, of a version or of ours. */
function unanswered(draft: Draft, run: Run, stage: StageState, sentence: string): Moved {
  return endFailed(draft, run, stage, { outcome: 'Errored', sentence });
}

/** What failed has failed: only the step that runs after it is in doubt. No gate is asked for cleaning up. */
function cleanUpAgain(draft: Draft, run: Run, stage: StageState, failed: StageFailure): Moved {
  const { name, attempts, step } = stage;
  const uncertain = stepsOf(draft, run, stage)[step];
  if (uncertain?.idempotent === false && !hasEnded(stage)) {
    const sentence = `${failed.sentence}; ${sayUncertain(uncertain)}`;
    return endFailed(draft, run, stage, { ...failed, sentence });
  }
  const epoch = run.lease?.epoch ?? draft.state.epoch;
  draft.run(run.id, { type: 'stage-started', stage: name, attempt: attempts + 1, step, because: 'in-doubt', epoch });
  return 'moved';
}

function startStep(draft: Draft, run: Run, stage: StageState, step: StepConfig): Moved {
  if (stage.notBefore !== null && draft.now < stage.notBefore) {
    draft.say(`${run.id}: ${stage.name}: ${step.name} is tried again at ${formatSecond(stage.notBefore)}`);
    draft.wake(stage.notBefore);
    return 'rests';
  }
  // A job that is being stopped may still be at the target: two at once are never started.
  const stray = [...draft.environment.jobs].find(([, job]) => job === 'running')?.[0];
  if (stray !== undefined) {
    draft.say(`${run.id}: ${stage.name}: ${step.name} waits until ${stray} is over`);
    return 'rests';
  }
  // Law 3: the intent must have been in the ledger before this decision was made.
  if (!draft.isRecorded) return 'rests';
  const job = resolveJob(draft, run, stage, step);
  draft.effect({
    type: 'start-job',
    environment: run.environment,
    run: run.id,
    commit: run.version.commit,
    job,
    log: logOf(run, stage),
  });
  return 'rests';
}

function endStep(draft: Draft, run: Run, stage: StageState, step: StepConfig, ending: JobEnding): void {
  draft.run(run.id, {
    type: 'step-ended',
    stage: stage.name,
    attempt: stage.attempts,
    step: stage.step,
    name: step.name,
    outcome: ending.outcome,
    sentence: ending.sentence,
    exitCode: ending.exitCode,
    durationMs: Math.round(ending.durationMs),
    outputBytes: ending.outputBytes,
    logDigest: ending.logDigest,
    tail: draft.observed.recordsOutput ? ending.tail : '',
    ...outputsOf(ending),
  });
  if (ending.outcome === 'succeeded') return;
  const tries = stage.steps.filter((other) => other.step === stage.step && other.outcome !== 'succeeded').length + 1;
  if (tries < step.retry.attemptsMax && turnOf(draft, run, stage, step).type === 'runs') {
    const notBefore = Math.min(INSTANT_MAX, draft.now + delayMs(step.retry, tries));
    draft.run(run.id, {
      type: 'step-retried',
      stage: stage.name,
      attempt: stage.attempts + 1,
      step: stage.step,
      notBefore,
    });
    return;
  }
  const said = tries > 1 ? `${ending.sentence} (${tries} tries)` : ending.sentence;
  const sentence = `${stage.name}: ${step.name}: ${said}`;
  const outcome = ending.outcome === 'errored' || ending.outcome === 'cancelled' ? 'Errored' : 'Failed';
  const borne = step.continueOnError === true && stage.failed === null;
  if (borne || stage.failed !== null || hasCleanup(stepsOf(draft, run, stage), stage.step + 1)) {
    const { name, attempts: attempt } = stage;
    draft.run(run.id, { type: 'step-failed', stage: name, attempt, step: stage.step, outcome, sentence, borne });
    return;
  }
  draft.run(run.id, { type: 'stage-ended', stage: stage.name, outcome, sentence });
  failRun(draft, draft.openRun(run.id), stage.name, outcome, sentence);
}

/** Exponential, bounded. Without jitter: nothing random in the core, and one environment's retries crowd nobody. */
function delayMs(retry: RetryConfig, tries: number): number {
  return Math.round(Math.min(retry.delayMs * retry.factor ** (tries - 1), retry.delayMsMax));
}

function sayUncertain({ name }: StepConfig): string {
  return `nobody knows whether «${name}» ran when its controller was lost, and it says \`idempotent: false\``;
}

/** A stage in doubt is repeated whole, but never a step that must not be repeated and is known to have succeeded. */
function resumeAt(steps: readonly StepConfig[], stage: StageState): number {
  const last = steps.findLastIndex((step, index) => !step.idempotent && index < stage.step);
  return last + 1;
}

/** The current step's job has a recorded end: it failed and was waiting for its next try. */
function hasEnded(stage: StageState): boolean {
  return stage.notBefore !== null;
}

function supersede(draft: Draft, run: Run): Moved {
  const newer = choose(draft);
  const said = newer.type === 'candidate' ? sayVersion(newer.candidate.version) : 'another';
  const sentence = `${said}, which is newer, replaced it while it waited`;
  draft.run(run.id, { type: 'run-ended', outcome: 'Superseded', sentence });
  return 'moved';
}

/** An environment that waits has no holder: the lease is let go, and claimed again when the gate opens. */
function park(draft: Draft, run: Run, until: number | null): void {
  draft.wake(until);
  const waits = until === null || until - draft.now > PARK_AFTER_MS;
  if (waits && draft.isRecorded && run.lease !== null) {
    draft.run(run.id, { type: 'lease-released', epoch: run.lease.epoch });
  }
}

function outputsOf({ outputs = {} }: JobEnding): { readonly outputs?: readonly string[] } {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}`);
  return lines.length === 0 ? {} : { outputs: lines };
}
