// A state folder in memory: what is written is there, unless the test says that the disk is full.

import { Fault } from '../../engine/ports/fault.ts';
import type { StateFolder } from '../../engine/ports/state-folder.ts';
import type { MemoryExports } from './memory-export.ts';

export type MemoryFolder = StateFolder & {
  readonly journal: string[];
  readonly notes: Map<string, string>;
  readonly removed: string[];
  /** Where the git of the same controller exports to. */
  readonly exports: MemoryExports;
  /** Appends fail while it is true. */
  isFull: boolean;
};

export function memoryFolder(exports: MemoryExports = new Map()): MemoryFolder {
  const journal: string[] = [];
  const notes = new Map<string, string>();
  const removed: string[] = [];
  const remove = (run: string) => {
    if (exports.delete(`/state/runs/${run}/tree`)) removed.push(run);
  };
  const folder: MemoryFolder = {
    path: '/state',
    controllerId: 'controller-1',
    journal,
    notes,
    removed,
    exports,
    isFull: false,
    readJournal: async () => [...journal],
    appendJournal: async (lines) => {
      if (folder.isFull) throw new Fault('disk-full', 'the disk is full', { retry: 'later', hint: 'make room' });
      journal.push(...lines);
    },
    clearJournal: async () => {
      journal.length = 0;
    },
    readNote: async (name) => notes.get(name) ?? null,
    writeNote: async (name, text) => void notes.set(name, text),
    exportPath: (run) => `/state/runs/${run}`,
    removeExport: async (run) => remove(run),
    keepExport: async (run) => remove(run),
    takeExport: async () => false,
    sweepExports: async () => {},
    resolve: (relative) => `/state/${relative}`,
    close: async () => {},
  };
  return folder;
}
