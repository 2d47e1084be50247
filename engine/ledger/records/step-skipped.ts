// A step of a stage is passed over, and why.

import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stepSkipped = runKind({
  type: 'step-skipped',
  fields: { stage: 'text', attempt: 'count', step: 'count', name: 'text', because: 'text' },
  say: (record) => `${record.run}: ${record.stage}: ${record.name} skipped: ${record.because}`,
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) =>
      stage.startedAt === null ||
      stage.outcome !== null ||
      stage.attempts !== record.attempt ||
      stage.step !== record.step
        ? `step ${record.step} of ${stage.name} was not next`
        : {
            ...stage,
            step: record.step + 1,
            notBefore: null,
            steps: [
              ...stage.steps,
              {
                attempt: record.attempt,
                step: record.step,
                name: record.name,
                outcome: 'skipped',
                sentence: record.because,
                exitCode: null,
                durationMs: 0,
                outputBytes: 0,
                logDigest: null,
                tail: '',
                outputs: {},
                endedAt: record.at,
              },
            ],
          },
    ),
});
