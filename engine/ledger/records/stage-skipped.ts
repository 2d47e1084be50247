// A stage of a run is passed over.

import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stageSkipped = runKind({
  type: 'stage-skipped',
  fields: { stage: 'text', because: 'text' },
  tone: () => 'plain',
  say: (record) => `${record.run}: ${record.stage} skipped: ${record.because}`,
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) =>
      stage.startedAt !== null ? `${stage.name} has started` : { ...stage, skipped: true },
    ),
});
