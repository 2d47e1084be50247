// Records are on local disk before anything rests on them; where the disk is full or read-only, on the remote instead.

import type { LedgerRecord } from '../model/record.ts';
import { Fault } from '../ports/fault.ts';
import type { StateFolder } from '../ports/state-folder.ts';
import { journalLine } from './journal.ts';

export type LocalDiskOptions = {
  readonly folder: StateFolder;
  /** Pushes everything pending; throws when the remote cannot take it either. */
  readonly flush: () => Promise<void>;
  readonly onFault: (fault: Fault) => void;
};

export class LocalDisk {
  readonly #options: LocalDiskOptions;
  readonly #unsynced: string[] = [];

  constructor(options: LocalDiskOptions) {
    this.#options = options;
  }

  add(environment: string, records: readonly LedgerRecord[]): void {
    for (const record of records) this.#unsynced.push(journalLine(environment, record));
  }

  /** Resolves when everything added so far is durable in one of the two places. */
  async sync(): Promise<void> {
    const count = this.#unsynced.length;
    if (count === 0) return;
    try {
      await this.#options.folder.appendJournal(this.#unsynced.slice(0, count));
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      this.#options.onFault(cause);
      await this.#options.flush();
    }
    this.#unsynced.splice(0, count);
  }
}
