// Takes up, once in a life and after its first look, what an earlier life of this controller left on local disk.

import type { LedgerEntry } from '../../ledger/entry.ts';
import type { LedgerRecord } from '../../ledger/records/table.ts';
import type { Log } from '../../ports/log.ts';
import type { StateFolder } from '../../ports/state-folder.ts';
import { readJournal } from './journal.ts';

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
