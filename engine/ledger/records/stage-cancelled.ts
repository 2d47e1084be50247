// A stage that is under way is given up; its steps that run after that still have their turn.

import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stageCancelled = runKind({
  type: 'stage-cancelled',
  fields: { stage: 'text', sentence: 'text' },
  tone: () => 'bad',
  say: (record) => `${record.run}: ${record.stage} is cancelled: ${record.sentence}`,
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) =>
      stage.startedAt === null || stage.outcome !== null || stage.failed !== null
        ? `${stage.name} is not under way`
        : { ...stage, failed: { outcome: 'Cancelled', sentence: record.sentence } },
    ),
});
