// A run's records to the run: opened, stage by stage, ended. A sentence instead of a run says which transition is impossible.

import type { RunRecord } from '../model/record.ts';
import type { Run, StageState } from '../model/run.ts';
import { foldEnded, foldIntended } from './fold-effect.ts';

type Opened = Extract<RunRecord, { type: 'run-opened' }>;

export function openRun(environment: string, record: Opened): Run {
  return {
    id: record.run,
    environment,
    kind: record.kind,
    trigger: record.trigger,
    version: record.version,
    contents: record.contents,
    previous: record.previous,
    reason: record.reason,
    requestedBy: record.requestedBy,
    request: record.request,
    emergency: record.emergency,
    skip: record.skip,
    config: record.config,
    cause: record.cause,
    because: record.because,
    lifted: record.lifted ?? [],
    stages: record.stages.map((stage) => ({
      ...stage,
      skipped: false,
      outcome: null,
      attempts: 0,
      startedAt: null,
      endedAt: null,
      step: 0,
      notBefore: null,
      steps: [],
    })),
    lease: { epoch: record.epoch, controller: record.controller },
    touched: false,
    inDoubt: null,
    failure: null,
    writeBack: null,
    outcome: null,
    sentence: null,
    openedAt: record.at,
    startedAt: null,
    endedAt: null,
    records: 1,
  };
}

/** The run after the record, or a sentence that says why it cannot follow. */
export function foldRun(run: Run, record: Exclude<RunRecord, Opened>): Run | string {
  if (run.outcome !== null) return `${run.id} has ended`;
  const next = { ...run, records: run.records + 1 };
  // A batch that was pushed in doubt, or a plan that was applied twice, comes again under the same name.
  if (record.id !== `${run.id}.${next.records}`) return `record ${next.records} of ${run.id} is due`;
  if (run.failure !== null && !AFTER_FAILURE.has(record.type)) return `${run.id} has failed`;
  switch (record.type) {
    case 'stage-skipped':
      return changeStage(next, record.stage, (stage) =>
        stage.startedAt !== null ? `${stage.name} has started` : { ...stage, skipped: true },
      );
    case 'stage-started': {
      const started = changeStage(next, record.stage, (stage) =>
        stage.outcome !== null || stage.skipped
          ? `${stage.name} has ended`
          : stage.startedAt !== null && run.inDoubt !== stage.name
            ? `${stage.name} is under way, and nobody doubts it`
            : record.attempt !== stage.attempts + 1
              ? `attempt ${record.attempt} of ${stage.name} cannot follow attempt ${stage.attempts}`
              : {
                  ...stage,
                  attempts: record.attempt,
                  startedAt: stage.startedAt ?? record.at,
                  step: record.step,
                  notBefore: null,
                },
      );
      if (typeof started === 'string') return started;
      const touches = started.stages.some((stage) => stage.name === record.stage && stage.touches);
      return {
        ...started,
        startedAt: run.startedAt ?? record.at,
        touched: run.touched || touches,
        inDoubt: null,
        lifted: [...new Set([...run.lifted, ...(record.lifted ?? [])])],
      };
    }
    case 'step-ended':
      return changeStage(next, record.stage, (stage) =>
        !isCurrentStep(stage, record)
          ? `step ${record.step} of ${stage.name} was not running`
          : {
              ...stage,
              step: record.outcome === 'succeeded' ? record.step + 1 : record.step,
              steps: [
                ...stage.steps,
                {
                  attempt: record.attempt,
                  step: record.step,
                  name: record.name,
                  outcome: record.outcome,
                  sentence: record.sentence,
                  exitCode: record.exitCode,
                  durationMs: record.durationMs,
                  outputBytes: record.outputBytes,
                  logDigest: record.logDigest,
                  tail: record.tail,
                  endedAt: record.at,
                },
              ],
            },
      );
    case 'step-retried':
      return changeStage(next, record.stage, (stage) =>
        record.attempt !== stage.attempts + 1 || record.step !== stage.step
          ? `step ${record.step} of ${stage.name} was not the last to fail`
          : { ...stage, attempts: record.attempt, notBefore: record.notBefore },
      );
    case 'stage-ended':
      return changeStage(next, record.stage, (stage) =>
        stage.startedAt === null || stage.outcome !== null
          ? `${stage.name} is not under way`
          : { ...stage, outcome: record.outcome, endedAt: record.at },
      );
    case 'lease-taken':
      return { ...next, lease: { epoch: record.epoch, controller: record.controller }, inDoubt: stageUnderWay(run) };
    case 'lease-released':
      return run.lease?.epoch === record.epoch
        ? { ...next, lease: null }
        : `epoch ${record.epoch} does not hold the lease`;
    case 'run-failed':
      return {
        ...next,
        failure: { stage: record.stage, outcome: record.outcome, sentence: record.sentence, next: record.next },
        inDoubt: null,
      };
    case 'effect-intended':
      return foldIntended(next, record);
    case 'effect-ended':
      return foldEnded(next, record);
    case 'run-ended':
      return {
        ...next,
        outcome: record.outcome,
        sentence: record.sentence,
        endedAt: record.at,
        lease: null,
        inDoubt: null,
      };
  }
}

/** A run that has failed goes nowhere but to its end. */
const AFTER_FAILURE: ReadonlySet<RunRecord['type']> = new Set(['lease-taken', 'lease-released', 'run-ended']);

function stageUnderWay(run: Run): string | null {
  return run.stages.find((stage) => stage.startedAt !== null && stage.outcome === null)?.name ?? null;
}

function isCurrentStep(stage: StageState, record: { attempt: number; step: number }): boolean {
  return (
    stage.startedAt !== null &&
    stage.outcome === null &&
    stage.attempts === record.attempt &&
    stage.step === record.step &&
    !stage.steps.some((step) => step.attempt === record.attempt && step.step === record.step)
  );
}

function changeStage(run: Run, name: string, change: (stage: StageState) => StageState | string): Run | string {
  const index = run.stages.findIndex((stage) => stage.name === name);
  const stage = run.stages[index];
  if (stage === undefined) return `${run.id} has no stage ${name}`;
  const changed = change(stage);
  if (typeof changed === 'string') return changed;
  return { ...run, stages: run.stages.with(index, changed) };
}
