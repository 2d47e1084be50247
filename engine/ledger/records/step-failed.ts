// A step has used up its tries, and the stage goes on all the same: because its failure is borne, or to the steps
// that run after one.

import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stepFailed = runKind({
  type: 'step-failed',
  fields: {
    stage: 'text',
    attempt: 'count',
    step: 'count',
    outcome: { oneOf: ['Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
    /** `continue_on_error`: the stage does not fail by it. */
    borne: 'flag',
  },
  say: (record) => `${record.run}: ${record.sentence}${record.borne ? '; the stage goes on' : ''}`,
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) => {
      const last = stage.steps.at(-1);
      if (stage.outcome !== null || last === undefined || last.step !== record.step || last.attempt !== record.attempt)
        return `step ${record.step} of ${stage.name} was not the last to end`;
      if (stage.step !== record.step || last.outcome === 'succeeded') return `step ${record.step} has not failed`;
      const { outcome, sentence } = record;
      const failed = stage.failed ?? (record.borne ? null : { outcome, sentence });
      return { ...stage, step: record.step + 1, notBefore: null, failed };
    }),
});
