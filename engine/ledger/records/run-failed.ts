// A stage did not succeed; what happens next is decided here and carried out afterwards.

import { runKind } from './kind.ts';

export const runFailed = runKind({
  type: 'run-failed',
  fields: {
    stage: 'text?',
    outcome: { oneOf: ['Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
    next: { oneOf: ['roll-back', 'stop', 'stall'] },
  },
  weight: 8,
  tone: () => 'bad',
  say: (record) => `${record.run} failed: ${record.sentence}; next: ${record.next.replace('-', ' ')}`,
  fold: (run, { stage, outcome, sentence, next }) => ({
    ...run,
    failure: { stage, outcome, sentence, next },
    inDoubt: null,
  }),
});
