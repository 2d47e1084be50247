// How a stage of a run ended.

import { changeStage } from '../change-stage.ts';
import { runKind } from './kind.ts';

export const stageEnded = runKind({
  type: 'stage-ended',
  fields: {
    stage: 'text',
    outcome: { oneOf: ['Succeeded', 'Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
  },
  weight: 3,
  tone: ({ outcome }) => (outcome === 'Succeeded' ? 'plain' : null),
  say: (record) => `${record.run}: ${record.stage} ${record.outcome}`,
  fold: (run, record) =>
    changeStage(run, record.stage, (stage) =>
      stage.startedAt === null || stage.outcome !== null
        ? `${stage.name} is not under way`
        : { ...stage, outcome: record.outcome, endedAt: record.at },
    ),
});
