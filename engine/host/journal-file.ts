// Lines on a disk that may be full, or lose its power, in the middle of one. What `append` has promised is there and
// stays; what it refused may be there in part, and never takes the next line with it. One act on the file at a time.

import type { FileHandle } from 'node:fs/promises';

export type JournalFile = Pick<FileHandle, 'appendFile' | 'datasync' | 'truncate'>;

export type Journal = {
  /** Calls made while a write is under way share the next one, and its sync. */
  append(lines: readonly string[]): Promise<void>;
  /** What is appended after this call stays, whatever the disk is doing meanwhile. */
  clear(): Promise<void>;
};

/** `guard` runs each act on the file, and says what a failure of it means. */
export function openJournal(file: JournalFile, guard: (act: () => Promise<void>) => Promise<void>): Journal {
  type Batch = { readonly lines: string[]; readonly written: Promise<void> };
  let batch: Batch | null = null;
  let last: Promise<void> = Promise.resolve();
  // A line that was cut, in this life or the one before, must not swallow the next.
  let isTorn = true;
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    last = last.catch(() => {}).then(() => guard(act));
    return last;
  };
  const openBatch = (): Batch => {
    const lines: string[] = [];
    const written = inTurn(async () => {
      if (batch?.lines === lines) batch = null;
      const text = `${isTorn ? '\n' : ''}${lines.join('\n')}\n`;
      isTorn = true;
      await file.appendFile(text);
      await file.datasync();
      isTorn = false;
    });
    return { lines, written };
  };
  return {
    append: (lines) => {
      batch ??= openBatch();
      batch.lines.push(...lines);
      return batch.written;
    },
    clear: () => {
      batch = null;
      return inTurn(() => file.truncate(0));
    },
  };
}
