// Records are on local disk before anything rests on them; where the disk is full or read-only, on the remote
// instead.

import type { LedgerRecord } from '../../ledger/records/table.ts';
import { Fault } from '../../ports/fault.ts';
import type { StateFolder } from '../../ports/state-folder.ts';
import type { FailedEvent } from '../effects/effect-event.ts';
import { journalLine } from '../ledger/journal.ts';

type LocalDiskOptions = {
  readonly folder: StateFolder;
  /** Pushes everything pending; may also end without it, where the remote has moved or did not answer. */
  readonly flush: () => Promise<void>;
  readonly isPending: (environment: string) => boolean;
  readonly emit: (event: FailedEvent) => void;
};

export class LocalDisk {
  readonly #options: LocalDiskOptions;
  readonly #unsynced: { readonly environment: string; readonly line: string }[] = [];

  constructor(options: LocalDiskOptions) {
    this.#options = options;
  }

  add(environment: string, records: readonly LedgerRecord[]): void {
    for (const record of records) this.#unsynced.push({ environment, line: journalLine(environment, record) });
  }

  /** Resolves when everything added so far is durable in one of the two places. */
  async sync(): Promise<void> {
    const waiting = [...this.#unsynced];
    if (waiting.length === 0) return;
    try {
      await this.#options.folder.appendJournal(waiting.map(({ line }) => line));
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      this.#options.emit({ type: 'failed', what: 'disk', cause });
      await this.#options.flush();
      if (waiting.some(({ environment }) => this.#options.isPending(environment))) throw cause;
    }
    this.#unsynced.splice(0, waiting.length);
  }
}
