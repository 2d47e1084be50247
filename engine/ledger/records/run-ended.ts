// A run is over, and the environment stands where it left it.

import { settleRun } from '../settle-run.ts';
import { runKind } from './kind.ts';

export const runEnded = runKind({
  type: 'run-ended',
  fields: {
    outcome: { oneOf: ['Succeeded', 'Failed', 'Errored', 'Superseded', 'Cancelled', 'RolledBack'] },
    sentence: 'text',
  },
  weight: 9,
  afterFailure: true,
  tone: ({ outcome }) => (outcome === 'Succeeded' ? 'good' : outcome === 'Superseded' ? 'plain' : 'bad'),
  say: (record) => `${record.run} ${record.outcome}: ${record.sentence}`,
  fold: (run, { outcome, sentence, at }) => ({ ...run, outcome, sentence, endedAt: at, lease: null, inDoubt: null }),
  settle: (state, _record, run) => settleRun(state, run),
});
