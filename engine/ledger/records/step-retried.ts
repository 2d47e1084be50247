// The step just ended is tried again, not before `notBefore`.

import { formatSecond } from '../../base/instant.ts';
import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stepRetried = runKind({
  type: 'step-retried',
  fields: { stage: 'text', attempt: 'count', step: 'count', notBefore: 'instant' },
  say: (record) => `${record.run}: ${record.stage}: another try not before ${formatSecond(record.notBefore)}`,
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) =>
      record.attempt !== stage.attempts + 1 || record.step !== stage.step
        ? `step ${record.step} of ${stage.name} was not the last to fail`
        : { ...stage, attempts: record.attempt, notBefore: record.notBefore },
    ),
});
