// How an attempt of a step ended, with the end of what it said.

import type { StageState } from '../../model/run.ts';
import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stepEnded = runKind({
  type: 'step-ended',
  fields: {
    stage: 'text',
    attempt: 'count',
    step: 'count',
    name: 'text',
    outcome: { oneOf: ['succeeded', 'failed', 'errored', 'timed-out', 'cancelled'] },
    sentence: 'text',
    exitCode: 'number?',
    durationMs: 'count',
    outputBytes: 'count',
    logDigest: 'text?',
    tail: 'text',
    /** `name=value`, each once. */
    outputs: 'texts or absent',
  },
  tone: ({ outcome }) => (outcome === 'succeeded' ? null : 'bad'),
  say(record) {
    const why = record.outcome === 'succeeded' ? '' : `: ${record.sentence}`;
    return `${record.run}: ${record.stage}: ${record.name} ${record.outcome}${why}`;
  },
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) =>
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
                outputs: outputsOf(record.outputs ?? []),
                endedAt: record.at,
              },
            ],
          },
    ),
});

function outputsOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
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
