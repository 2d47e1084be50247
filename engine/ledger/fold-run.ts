// A run's records to the run: opened, stage by stage, ended. A sentence instead of a run says which transition is
// impossible.

import type { Run } from '../model/run.ts';
import { type GoingRecord, OPENING_RECORD, type OpeningRecord, runKindOf } from './records/table.ts';

export function openRun(environment: string, record: OpeningRecord): Run {
  return OPENING_RECORD[record.type].open(environment, record);
}

/** The run after the record, or a sentence that says why it cannot follow. */
export function foldRun(run: Run, record: GoingRecord): Run | string {
  if (run.outcome !== null) return `${run.id} has ended`;
  const next = { ...run, records: run.records + 1 };
  // A batch that was pushed in doubt, or a plan that was applied twice, comes again under the same name.
  if (record.id !== `${run.id}.${next.records}`) return `record ${next.records} of ${run.id} is due`;
  const kind = runKindOf(record);
  if (run.failure !== null && kind.afterFailure !== true) return `${run.id} has failed`;
  return kind.fold(next, record);
}
