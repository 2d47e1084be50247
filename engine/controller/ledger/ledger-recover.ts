// What an earlier life of this controller had on local disk and the remote does not have: kept where it still fits.
// What follows a run's record that does not fit any more belongs to a life that somebody else has taken over; events
// belong to none.

import { fold } from '../../ledger/fold.ts';
import { isClaim, isRunRecord, type LedgerRecord, type RunRecord } from '../../ledger/records/table.ts';
import { runNumber } from '../../model/run-id.ts';
import type { Log } from '../../ports/log.ts';
import type { StateFolder } from '../../ports/state-folder.ts';
import { readJournal } from './journal.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Once, after the first look of a life. */
export async function recoverJournal(
  ledger: {
    readonly entries: ReadonlyMap<string, LedgerEntry>;
    recover(environment: string, records: readonly LedgerRecord[]): number;
  },
  folder: Pick<StateFolder, 'readJournal' | 'sweepExports'>,
  log: Log,
): Promise<void> {
  for (const [environment, records] of readJournal(await folder.readJournal())) {
    if (!ledger.entries.has(environment)) continue;
    const kept = ledger.recover(environment, records);
    if (kept > 0) log.info(`${kept} records that the remote did not have were found on disk`, { environment });
  }
  const open = [...ledger.entries.values()].flatMap((entry) => entry.state.open.map((run) => run.id));
  await folder.sweepExports(new Set(open));
}

/** Returns how many were kept. `writer`: the id of this controller. */
export function recoverRecords(entry: LedgerEntry, records: readonly LedgerRecord[], writer: string): number {
  let kept = 0;
  let isLost = false;
  for (const record of records) {
    if (isClaim(record) || (isLost && isRunRecord(record))) continue;
    if (!isOurs(entry, record, writer)) {
      isLost ||= isRunRecord(record) && !isThere(entry, record);
      continue;
    }
    const folded = fold(entry.state, record);
    if (folded.type === 'refused') {
      isLost ||= isRunRecord(record);
      continue;
    }
    entry.state = folded.state;
    entry.pending.push(record);
    kept += 1;
  }
  return kept;
}

/** The remote has this record already: of an open run, or of one that has ended since. */
function isThere(entry: LedgerEntry, record: RunRecord): boolean {
  const run = entry.state.open.find((open) => open.id === record.run);
  const number = Number(record.id.slice(record.id.lastIndexOf('.') + 1));
  return run === undefined ? runNumber(record.run) <= entry.state.runs : number <= run.records;
}

/** A run's records fit only behind those that its file has; an event only once. */
function isOurs(entry: LedgerEntry, record: LedgerRecord, writer: string): boolean {
  if (!isRunRecord(record)) return !entry.state.events.includes(record.id);
  if (record.type === 'run-opened') {
    const cause = entry.state.open.at(-1);
    return record.cause !== null && cause?.id === record.cause && cause.lease?.controller === writer;
  }
  const run = entry.state.open.find((open) => open.id === record.run);
  return run?.lease?.controller === writer && record.id === `${run.id}.${run.records + 1}`;
}
