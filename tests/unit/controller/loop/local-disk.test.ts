// A record counts when one of the two places has it: local disk, or, where that is full, the remote.

import { beforeEach, describe, expect, test } from 'vitest';
import { LocalDisk } from '../../../../engine/controller/loop/local-disk.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { event } from '../../../support/ledger-world.ts';
import { type MemoryFolder, memoryFolder } from '../../../support/memory-folder.ts';

let folder: MemoryFolder;
let disk: LocalDisk;
let pending: Set<string>;
let flushes: number;
let faults: string[];
let flush: () => Promise<void>;

beforeEach(() => {
  folder = memoryFolder();
  pending = new Set(['production']);
  flushes = 0;
  faults = [];
  flush = async () => pending.clear();
  disk = new LocalDisk({
    folder,
    flush: () => {
      flushes += 1;
      return flush();
    },
    isPending: (environment) => pending.has(environment),
    emit: ({ cause }) => void faults.push(cause instanceof Fault ? cause.code : String(cause)),
  });
  disk.add('production', [event('a'), event('b')]);
});

describe('what was added', () => {
  test('is in the journal, in order, and once', async () => {
    await disk.sync();
    disk.add('production', [event('c')]);
    await disk.sync();
    await disk.sync();
    expect(names()).toEqual(['suspended:a', 'suspended:b', 'suspended:c']);
    expect(flushes).toBe(0);
  });

  test('is pushed where the disk is full', async () => {
    folder.isFull = true;
    await disk.sync();
    expect([flushes, faults, names()]).toEqual([1, ['disk-full'], []]);
    folder.isFull = false;
    await disk.sync();
    expect(names()).toEqual([]);
  });

  test('does not count while neither place has it: the push was overtaken or not answered', async () => {
    folder.isFull = true;
    flush = async () => {};
    await expect(disk.sync()).rejects.toMatchObject({ code: 'disk-full' });
    folder.isFull = false;
    await disk.sync();
    expect(names()).toEqual(['suspended:a', 'suspended:b']);
  });

  test('does not count where the remote is away as well', async () => {
    folder.isFull = true;
    flush = async () => {
      throw new Fault('remote-unreachable', 'gone', { retry: 'later', hint: '' });
    };
    await expect(disk.sync()).rejects.toMatchObject({ code: 'remote-unreachable' });
    await expect(disk.sync()).rejects.toMatchObject({ code: 'remote-unreachable' });
  });

  test('is not kept from the journal by another environment that still waits for the remote', async () => {
    folder.isFull = true;
    flush = async () => void pending.delete('production');
    pending.add('staging');
    await disk.sync();
  });
});

function names(): readonly string[] {
  return folder.journal.map((line) => JSON.parse(line.split('\t')[1] ?? '{}').id);
}
