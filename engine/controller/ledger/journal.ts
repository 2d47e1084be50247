// What is on local disk on its way to the remote: one line a record, synced before anything rests on it.

import { decodeLine, encodeLine } from '../../ledger/lines.ts';
import type { LedgerRecord } from '../../ledger/records/table.ts';

export function journalLine(environment: string, record: LedgerRecord): string {
  // The place in the ledger is given when the record is pushed; 1 stands for "none yet".
  return `${environment}\t${encodeLine(1, record).trimEnd()}`;
}

/** By environment, in order. Lines that are not records (a disk that filled up half-way) are left out. */
export function readJournal(lines: readonly string[]): ReadonlyMap<string, readonly LedgerRecord[]> {
  const records = new Map<string, LedgerRecord[]>();
  for (const line of lines) {
    const tab = line.indexOf('\t');
    const decoded = tab < 0 ? null : decodeLine(line.slice(tab + 1));
    if (decoded?.type !== 'line') continue;
    const environment = line.slice(0, tab);
    records.set(environment, [...(records.get(environment) ?? []), decoded.line.record]);
  }
  return records;
}
