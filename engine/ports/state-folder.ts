// The controller's own disk: a cache and a journal. Deleting it costs time, never a record that the remote has
// accepted.

export type StateFolder = {
  readonly path: string;
  /** Who this controller is, across restarts; another folder is another controller. */
  readonly controllerId: string;

  /** Lines written since the last `clearJournal`, in order; a last line that was cut is left out. */
  readJournal(): Promise<readonly string[]>;
  /** Resolves when the lines are on the disk. Calls made while one is under way share its sync. */
  appendJournal(lines: readonly string[]): Promise<void>;
  clearJournal(): Promise<void>;

  /** Small files kept by name: what was last seen of the remote. */
  readNote(name: string): Promise<string | null>;
  writeNote(name: string, text: string): Promise<void>;

  /** A fresh folder for one run's export and its temporary files, and its removal. */
  exportPath(run: string): string;
  removeExport(run: string): Promise<void>;
  /**
   * Keeps a run's emptied-out export for the next run of the same name `spare`, one at the most, instead of removing
   * it.
   */
  keepExport(run: string, spare: string): Promise<void>;
  /** Makes the kept export that of `run`; false when there is none. */
  takeExport(spare: string, run: string): Promise<boolean>;
  /** Removes what an earlier life left behind. */
  sweepExports(keep: ReadonlySet<string>): Promise<void>;

  /** Absolute path of something below the state folder. */
  resolve(relative: string): string;
  close(): Promise<void>;
};
