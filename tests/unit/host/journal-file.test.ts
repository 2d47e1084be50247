// The journal on a disk that fails half-way: a real file, behind a handle that stops writing where the test says so.

import { mkdtempSync, readFileSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { journalLine, readJournal } from '../../../engine/controller/ledger/journal.ts';
import { type Journal, type JournalFile, openJournal } from '../../../engine/host/journal-file.ts';
import { ENVIRONMENT, event } from '../../support/ledger-world.ts';

let folder: string;
let file: FileHandle;
let journal: Journal;
/** Bytes that the disk still takes. */
let room: number;
/** Resolves before anything is done to the file. */
let gate: Promise<void>;
const acts: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidegate-journal-'));
  file = await open(path.join(folder, 'journal'), 'a');
  room = Number.POSITIVE_INFINITY;
  gate = Promise.resolve();
  acts.length = 0;
  journal = openJournal(onSmallDisk(), (act) => act());
});

afterEach(async () => {
  await file.close();
  await rm(folder, { recursive: true, force: true });
});

test('a line that follows one that did not fit stands on its own', async () => {
  await journal.append([line('a')]);
  room = 40;
  await expect(journal.append([line('b')])).rejects.toThrow('ENOSPC');
  room = Number.POSITIVE_INFINITY;
  await journal.append([line('b')]);
  await journal.append([line('c')]);
  expect(known()).toEqual(['a', 'b', 'c']);
});

test('as often as the disk is full, wherever the line is cut', async () => {
  const length = line('b').length;
  for (let fits = 0; fits <= length + 2; fits += 1) {
    room = fits;
    await journal.append([line('b')]).catch(() => {});
  }
  room = Number.POSITIVE_INFINITY;
  await journal.append([line('c')]);
  expect(known().filter((name) => name !== 'b')).toEqual(['c']);
  expect(readFileSync(path.join(folder, 'journal'), 'utf8').endsWith(`\n${line('c')}\n`)).toBe(true);
});

test('those who waited for a write that failed are told, and those who come after are served', async () => {
  room = 0;
  const refused = [journal.append([line('a')]), journal.append([line('b')])];
  expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  room = Number.POSITIVE_INFINITY;
  await journal.append([line('c')]);
  expect(known()).toEqual(['c']);
});

test('clearing waits for what is being written, and what comes after waits for it', async () => {
  let go = (): void => {};
  gate = new Promise((resolve) => {
    go = resolve;
  });
  const all = [journal.append([line('a')]), journal.clear(), journal.append([line('b')])];
  go();
  await Promise.all(all);
  expect(acts).toEqual(['append', 'sync', 'truncate', 'append', 'sync']);
  expect(known()).toEqual(['b']);
});

test('a clearing that fails is told, and holds nothing up', async () => {
  await journal.append([line('a')]);
  room = -1;
  await expect(journal.clear()).rejects.toThrow('EIO');
  room = Number.POSITIVE_INFINITY;
  await journal.append([line('b')]);
  expect(known()).toEqual(['a', 'b']);
});

function onSmallDisk(): JournalFile {
  return {
    appendFile: async (text) => {
      await gate;
      acts.push('append');
      const bytes = Buffer.from(String(text));
      const fitting = bytes.subarray(0, Math.max(0, room));
      room -= fitting.length;
      await file.appendFile(fitting);
      if (fitting.length < bytes.length) throw new Error('ENOSPC: no space left on device, write');
    },
    datasync: async () => {
      acts.push('sync');
      await file.datasync();
    },
    truncate: async (length) => {
      await gate;
      acts.push('truncate');
      if (room < 0) throw new Error('EIO: i/o error, truncate');
      await file.truncate(length);
    },
  };
}

function line(name: string): string {
  return journalLine(ENVIRONMENT, event(name));
}

/** The records that a next life would find. */
function known(): readonly string[] {
  const lines = readFileSync(path.join(folder, 'journal'), 'utf8').split('\n');
  return (readJournal(lines).get(ENVIRONMENT) ?? []).map(({ id }) => id.replace('suspended:', ''));
}
