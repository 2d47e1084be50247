// An attempt of a stage begins, for the first time or because nobody knows how the one before it ended.

import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stageStarted = runKind({
  type: 'stage-started',
  fields: {
    stage: 'text',
    attempt: 'count',
    /** Index of the first step of this attempt. */
    step: 'count',
    because: { oneOf: ['first', 'in-doubt'] },
    epoch: 'count',
    lifted: 'texts or absent',
  },
  weight: 2,
  say(record) {
    const again = record.attempt > 1 ? ` again (attempt ${record.attempt}, ${record.because})` : '';
    return `${record.run}: ${record.stage} started${again}`;
  },
  fold(run, record) {
    const started = changeStage(run, record.stage, (stage) =>
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
  },
});
