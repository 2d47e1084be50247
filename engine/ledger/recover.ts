// What an earlier life of a controller had on local disk and the remote does not have: kept where it still fits. What
// follows a run's record that does not fit any more belongs to a life that another controller has taken over; events
// belong to none.

import { placeInRun, runNumber } from '../model/run-id.ts';
import type { LedgerEntry } from './entry.ts';
import { fold } from './fold.ts';
import { isClaim, isRunRecord, type LedgerRecord, type RunRecord } from './records/table.ts';

/** `writer`: the id of this controller. */
export function recovered(entry: LedgerEntry, records: readonly LedgerRecord[], writer: string): LedgerEntry {
  let { state } = entry;
  const kept: LedgerRecord[] = [];
  let isLost = false;
  for (const record of records) {
    if (isClaim(record) || (isLost && isRunRecord(record))) continue;
    if (!isOurs(state, record, writer)) {
      isLost ||= isRunRecord(record) && !isThere(state, record);
      continue;
    }
    const folded = fold(state, record);
    if (folded.type === 'refused') {
      isLost ||= isRunRecord(record);
      continue;
    }
    state = folded.state;
    kept.push(record);
  }
  return { ...entry, state, pending: [...entry.pending, ...kept] };
}

/** The remote has this record already: of an open run, or of one that has ended since. */
function isThere(state: LedgerEntry['state'], record: RunRecord): boolean {
  const run = state.open.find((open) => open.id === record.run);
  return run === undefined ? runNumber(record.run) <= state.runs : placeInRun(record.id) <= run.records;
}

/** A run's records fit only behind those that its file has; an event only once. */
function isOurs(state: LedgerEntry['state'], record: LedgerRecord, writer: string): boolean {
  if (!isRunRecord(record)) return !state.events.includes(record.id);
  if (record.type === 'run-opened') {
    const cause = state.open.at(-1);
    return record.cause !== null && cause?.id === record.cause && cause.lease?.controller === writer;
  }
  const run = state.open.find((open) => open.id === record.run);
  return run?.lease?.controller === writer && record.id === `${run.id}.${run.records + 1}`;
}
