// The controller's own disk: one owner at a time, a journal that loses no line which it said it had, and the same one
// that it was.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateFolder } from '../../../engine/host/state-folder.ts';
import { Fault } from '../../../engine/ports/fault.ts';
import type { StateFolder } from '../../../engine/ports/state-folder.ts';

let place: string;
const opened: StateFolder[] = [];

beforeEach(() => {
  place = mkdtempSync(path.join(tmpdir(), 'tidegate-state-'));
});

afterEach(async () => {
  for (const folder of opened.splice(0)) await folder.close().catch(() => {});
  await rm(place, { recursive: true, force: true });
});

describe('the journal', () => {
  test('holds what was appended, in order, across a restart', async () => {
    const folder = await open();
    await folder.appendJournal(['one', 'two']);
    await folder.appendJournal(['three']);
    await folder.close();
    expect(await (await open()).readJournal()).toEqual(['one', 'two', 'three']);
  });

  test('is on the disk when an append resolves', async () => {
    const folder = await open();
    await folder.appendJournal(['one']);
    expect(readFileSync(journal(), 'utf8')).toMatch(/^\n?one\n$/);
  });

  test('shares one sync among all who append meanwhile, and keeps their order', async () => {
    const folder = await open();
    const names = Array.from({ length: 200 }, (_, index) => `line ${index}`);
    await Promise.all(names.map((name) => folder.appendJournal([name])));
    expect(await folder.readJournal()).toEqual(names);
  });

  test('leaves out a line that was cut, and loses none that follows it', async () => {
    const folder = await open();
    await folder.appendJournal(['one', 'two']);
    await folder.close();
    await truncate(journal(), readFileSync(journal()).length - 2);
    const again = await open();
    expect(await again.readJournal()).toEqual(['one']);
    await again.appendJournal(['three']);
    expect(await again.readJournal()).toEqual(['one', 'tw', 'three']);
  });

  test('once cleared holds only what was appended after, also while both are under way', async () => {
    const folder = await open();
    for (let round = 0; round < 30; round += 1) {
      const before = folder.appendJournal([`before ${round}`]);
      const cleared = folder.clearJournal();
      const after = folder.appendJournal([`after ${round}`]);
      await Promise.all([before, cleared, after]);
      expect(await folder.readJournal()).toEqual([`after ${round}`]);
    }
  });

  test('of a folder that is only looked at cannot be written', async () => {
    const folder = await open({ exclusive: false });
    await expect(folder.appendJournal(['one'])).rejects.toMatchObject({ code: 'state-unwritable' });
    await expect(folder.clearJournal()).resolves.toBeUndefined();
  });

  test.skipIf(!existsSync('/dev/full'))(
    'on a full disk says so, and takes lines again when there is room',
    async () => {
      symlinkSync('/dev/full', journal());
      const folder = await open();
      await expect(folder.appendJournal(['one'])).rejects.toMatchObject({ code: 'disk-full', retry: 'later' });
      await expect(folder.appendJournal(['two'])).rejects.toBeInstanceOf(Fault);
    },
  );
});

describe('the lock', () => {
  test('lets one controller in, and tells the second who is there', async () => {
    await open();
    const second = openStateFolder(place, { exclusive: true });
    await expect(second).rejects.toMatchObject({
      code: 'state-locked',
      message: `another controller (process ${process.pid}) works in this state folder`,
    });
  });

  test('lets commands look meanwhile, and is free again afterwards', async () => {
    const folder = await open();
    const reader = await open({ exclusive: false });
    expect(reader.controllerId).toBe(folder.controllerId);
    await folder.close();
    await expect(open()).resolves.toBeDefined();
  });

  test('of a process that is gone is nobody’s', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await new Promise((resolve) => child.on('exit', resolve));
    await writeFile(lock(), `${child.pid} 12345\n`);
    await expect(open()).resolves.toBeDefined();
  });

  test.skipIf(!existsSync('/proc/self/stat'))('of a number that another process has now is nobody’s', async () => {
    await writeFile(lock(), `${process.pid} 1\n`);
    await expect(open()).resolves.toBeDefined();
  });

  test.each(['', 'nonsense\n', '-1 x\n', '0 x\n'])('that says %j is nobody’s', async (text) => {
    await writeFile(lock(), text);
    await expect(open()).resolves.toBeDefined();
  });

  test('that somebody else holds by now is not taken away at the end', async () => {
    const folder = await open();
    await writeFile(lock(), '1 other\n');
    await folder.close();
    opened.length = 0;
    expect(readFileSync(lock(), 'utf8')).toBe('1 other\n');
  });
});

describe('the folder', () => {
  test('is the same controller each time, and another folder another one', async () => {
    const first = await open();
    await first.close();
    const again = await open();
    const other = await openStateFolder(path.join(place, 'other'), { exclusive: true });
    opened.push(other);
    expect(first.controllerId).toMatch(/^[0-9a-f]{16}$/);
    expect(again.controllerId).toBe(first.controllerId);
    expect(other.controllerId).not.toBe(first.controllerId);
  });

  test.each(['controller-id', 'journal.jsonl', 'controller.lock'])(
    'cannot be used where %s is there and cannot be read',
    async (name) => {
      await mkdir(path.join(place, name), { recursive: true });
      await expect(open()).rejects.toMatchObject({ name: 'Fault', code: 'state-unwritable' });
    },
  );

  test('says of a journal and of a note that they cannot be read, and takes neither for an empty one', async () => {
    await mkdir(journal(), { recursive: true });
    await mkdir(path.join(place, 'seen.json'));
    const looking = await openStateFolder(place, { exclusive: false });
    await expect(looking.readJournal()).rejects.toMatchObject({ code: 'state-unwritable' });
    await expect(looking.readNote('seen.json')).rejects.toMatchObject({ code: 'state-unwritable' });
    await looking.close();
  });

  test('makes itself a new id where the old one cannot be read', async () => {
    await writeFile(path.join(place, 'controller-id'), 'cut');
    expect((await open()).controllerId).toMatch(/^[0-9a-f]{16}$/);
  });

  test('is no business of the clone that it stands in', async () => {
    await open();
    expect(readFileSync(path.join(place, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('keeps notes whole', async () => {
    const folder = await open();
    expect(await folder.readNote('seen.json')).toBeNull();
    await folder.writeNote('seen.json', '{"a":1}');
    await folder.writeNote('seen.json', '{}');
    expect(await folder.readNote('seen.json')).toBe('{}');
    expect((await readdir(place)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('sweeps what an earlier life left, but not what is kept', async () => {
    const folder = await open();
    for (const run of ['production-1', 'production-2']) {
      await mkdir(path.join(folder.exportPath(run), 'tree'), { recursive: true });
      await appendFile(path.join(folder.exportPath(run), 'tree', 'file'), 'x');
    }
    await folder.sweepExports(new Set(['production-2']));
    expect([existsSync(folder.exportPath('production-1')), existsSync(folder.exportPath('production-2'))]).toEqual([
      false,
      true,
    ]);
    await folder.removeExport('production-2');
    expect(existsSync(folder.exportPath('production-2'))).toBe(false);
    await folder.removeExport('never-there');
  });

  test('that cannot be made says where and what to do', async () => {
    writeFileSync(path.join(place, 'file'), '');
    const failing = openStateFolder(path.join(place, 'file', 'state'), { exclusive: true });
    await expect(failing).rejects.toMatchObject({ code: 'state-unwritable', retry: 'later' });
  });

  test('whose lock cannot be taken says where and what to do', async () => {
    await mkdir(lock());
    await expect(open()).rejects.toMatchObject({
      code: 'state-unwritable',
      message: expect.stringContaining(`the state folder ${place} cannot be written`),
    });
  });
});

async function open(options = { exclusive: true }): Promise<StateFolder> {
  const folder = await openStateFolder(place, options);
  opened.push(folder);
  return folder;
}

function journal(): string {
  return path.join(place, 'journal.jsonl');
}

function lock(): string {
  return path.join(place, 'controller.lock');
}
