import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeTree } from '../../../engine/targets/files/copy.ts';
import type { Release } from '../../../engine/targets/files/kind.ts';
import { perform } from '../../../engine/targets/files/perform.ts';

const PROGRAM = fileURLToPath(new URL('./deploying-program.ts', import.meta.url));

let folder: string;
let exported: string;
let to: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tidegate-files-'));
  exported = path.join(folder, 'export');
  to = path.join(folder, 'srv', 'shop');
  write('shop/index.html', 'one');
});
afterEach(() => removeTree(folder));

function write(name: string, text: string, mode = 0o644): void {
  const file = path.join(exported, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode });
}

const said: string[] = [];
async function put(
  release: string,
  more: Partial<Release> = {},
  signal = new AbortController().signal,
  say: (line: string) => void = (line) => said.push(line),
) {
  const work: Release = { from: 'shop', to, release, keep: 5, epoch: 1, ...more };
  const place = { directory: exported, log: '', temporary: '' };
  const stateDirectory = path.join(folder, 'state');
  return perform(work, place, { signal, say, stateDirectory, repository: 'a repository' });
}

const releases = () => fs.readdirSync(path.join(to, 'releases')).sort();
const current = () => fs.readlinkSync(path.join(to, 'current'));
const tick = () => delay(2);

describe('the files target', () => {
  test('puts the files in place, whole, read-only, behind `current`', async () => {
    write('shop/bin/run', '#!/bin/sh\n', 0o755);
    fs.symlinkSync('../index.html', path.join(exported, 'shop/bin/home'));
    fs.mkdirSync(path.join(exported, 'shop/empty'));
    expect(await put('v1')).toEqual({ outcome: 'succeeded', sentence: `v1 is in place in ${to}` });
    expect(current()).toBe('releases/v1');
    const there = path.join(to, 'current');
    expect(fs.readFileSync(path.join(there, 'bin/home'), 'utf8')).toBe('one');
    expect(fs.readdirSync(there, { recursive: true }).sort()).toEqual([
      'bin',
      'bin/home',
      'bin/run',
      'empty',
      'index.html',
    ]);
    const mode = (name: string) => fs.statSync(path.join(there, name)).mode & 0o777;
    expect([mode('.'), mode('bin'), mode('bin/run'), mode('index.html')]).toEqual([0o555, 0o555, 0o555, 0o444]);
  });

  test('switches to the next, and back to one that is still there', async () => {
    await put('v1');
    write('shop/index.html', 'two');
    await put('v2');
    expect(fs.readFileSync(path.join(to, 'current/index.html'), 'utf8')).toBe('two');
    await put('v1');
    expect(fs.readFileSync(path.join(to, 'current/index.html'), 'utf8')).toBe('one');
    expect(said.at(-2)).toBe('releases/v1 is there already, whole');
  });

  test('does nothing twice', async () => {
    await put('v1');
    const before = fs.lstatSync(path.join(to, 'current')).ino;
    expect(await put('v1')).toEqual({ outcome: 'succeeded', sentence: `v1 was in place already in ${to}` });
    expect(fs.lstatSync(path.join(to, 'current')).ino).toBe(before);
  });

  test('keeps the newest by when they were put in place, the one before the current always', async () => {
    for (const release of ['v1', 'v2', 'v3', 'v1', 'v4']) {
      await put(release, { keep: 3 });
      await tick();
    }
    expect(releases()).toEqual(['v1', 'v3', 'v4']);
    await put('v5', { keep: 1 });
    expect(releases()).toEqual(['v4', 'v5']);
    await put('v5', { keep: 1 });
    expect(releases()).toEqual(['v4', 'v5']);
  });

  test('is below the state folder where `to` is relative, and does not leave it', async () => {
    await put('v1', { to: 'live/shop' });
    expect(fs.readlinkSync(path.join(folder, 'state/live/shop/current'))).toBe('releases/v1');
    expect(await put('v1', { to: '../elsewhere' })).toMatchObject({ outcome: 'failed' });
    expect(fs.existsSync(path.join(folder, 'elsewhere'))).toBe(false);
  });

  test('leaves all as it was when it is stopped', async () => {
    await put('v1');
    const stop = new AbortController();
    stop.abort();
    await expect(put('v2', {}, stop.signal)).rejects.toThrow();
    expect(current()).toBe('releases/v1');
    expect(releases().filter((name) => !name.startsWith('.'))).toEqual(['v1']);
    await put('v3');
    expect(releases()).toEqual(['v1', 'v3']);
  });
});

describe('it refuses', () => {
  test('a `current` that it did not make', async () => {
    fs.mkdirSync(path.join(to, 'current'), { recursive: true });
    expect(await put('v1')).toEqual({
      outcome: 'failed',
      sentence: `${to}/current is there and is no symlink of Tidegate's: move it away, then it can be replaced`,
    });
    expect(fs.readdirSync(to)).toEqual(expect.arrayContaining(['current']));
  });

  test('an older epoch than it has seen, and accepts the same and newer ones', async () => {
    await put('v1', { epoch: 7 });
    const older = await put('v2', { epoch: 6 });
    expect(older).toMatchObject({ outcome: 'failed' });
    expect(older.sentence).toContain('epoch 7, this one has 6');
    expect(current()).toBe('releases/v1');
    expect(await put('v2', { epoch: 7 })).toMatchObject({ outcome: 'succeeded' });
    expect(await put('v3', { epoch: 8 })).toMatchObject({ outcome: 'succeeded' });
    expect(JSON.parse(fs.readFileSync(path.join(to, '.tidegate.json'), 'utf8'))).toMatchObject({
      epoch: 8,
      release: 'v3',
    });
  });

  test('to switch when a newer epoch came while it copied', async () => {
    await put('v1', { epoch: 1 });
    const other = { epoch: 2, release: 'v1', at: '' };
    const late = await put('v2', { epoch: 1 }, undefined, (line) => {
      if (line.startsWith('copied')) fs.writeFileSync(path.join(to, '.tidegate.json'), JSON.stringify(other));
    });
    expect(late.sentence).toContain('epoch 2, this one has 1');
    expect(current()).toBe('releases/v1');
  });

  test('an epoch file that somebody damaged', async () => {
    await put('v1');
    fs.writeFileSync(path.join(to, '.tidegate.json'), '{"epoch":');
    expect((await put('v2')).sentence).toContain('is not as Tidegate wrote it');
  });

  test.each([
    ['absolute', '/etc/passwd'],
    ['one up too many', '../../secret'],
    ['up in the middle', 'inner/../../../secret'],
  ])('symlinks that leave the folder: %s', async (_, target) => {
    write('secret', 'x');
    fs.mkdirSync(path.join(exported, 'shop/inner'));
    fs.symlinkSync(target, path.join(exported, 'shop/inner/link'));
    const refused = await put('v1');
    expect(refused.outcome).toBe('failed');
    expect(refused.sentence).toContain(`the symlink inner/link -> ${target}`);
    expect(fs.existsSync(path.join(to, 'current'))).toBe(false);
    expect(releases()).toEqual([]);
  });

  test.each(['../outside', '/etc', 'missing', 'shop/index.html', 'link-out'])(
    '%s as the folder to copy',
    async (from) => {
      fs.mkdirSync(path.join(folder, 'outside'));
      fs.symlinkSync('/etc', path.join(exported, 'link-out'));
      expect(await put('v1', { from })).toMatchObject({ outcome: 'failed' });
      expect(fs.existsSync(path.join(to, 'current'))).toBe(false);
    },
  );

  test.each(['../v1', '.hidden', '-v', 'a/b', ''])('%j as the name of a release', async (release) => {
    expect(await put(release)).toMatchObject({ outcome: 'failed' });
  });

  test('a place inside what is to be copied', async () => {
    expect(await put('v1', { to: path.join(exported, 'shop/inner') })).toMatchObject({ outcome: 'failed' });
  });
});

describe('a reader', () => {
  test('that never pauses finds a whole release each time', async () => {
    await put('v0');
    const look = `
      const fs = require('node:fs');
      let looks = 0;
      console.log('reading');
      while (!fs.existsSync(process.argv[2])) for (let i = 0; i < 100; i++, looks++) fs.readFileSync(process.argv[1] + '/index.html');
      console.log(looks);
    `;
    const stop = path.join(folder, 'stop');
    const reader = spawn(process.execPath, ['-e', look, path.join(to, 'current'), stop], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const closed = once(reader, 'close');
    let words = '';
    for (const stream of [reader.stdout, reader.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        words += text;
      });
    }
    await once(reader.stdout, 'data');
    for (let number = 1; number <= 60; number++) await put(`v${number}`, { keep: 3 });
    fs.writeFileSync(stop, '');
    await closed;
    expect(words).toMatch(/^reading\n\d+\n$/);
  });
});

describe('a crash', () => {
  test('at any moment leaves the old release or the new one, whole, and the next run sweeps up', async () => {
    for (let index = 0; index < 30; index++) write(`shop/many/${index}`, 'x');
    await put('v0');
    let number = 1;
    for (const afterMs of [0, 3, 7, 12, 18, 25, 33, 45]) {
      const child = spawn(process.execPath, [PROGRAM, exported, to, String(number)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const ended = once(child, 'close');
      setTimeout(() => child.kill('SIGKILL'), afterMs);
      // A reader that looks all the while sees a whole release each time.
      while (child.signalCode === null && child.exitCode === null) {
        expect(fs.readFileSync(path.join(to, 'current/index.html'), 'utf8')).toBe('one');
        expect(fs.readdirSync(path.join(to, current(), 'many')).length).toBe(30);
        await delay(1);
      }
      await ended;
      for (const name of releases().filter((release) => !release.startsWith('.'))) {
        expect(fs.readdirSync(path.join(to, 'releases', name, 'many')).length).toBe(30);
      }
      number = 1 + Math.max(...releases().map((name) => Number(/v(\d+)$/.exec(name)?.[1])));
    }
    fs.mkdirSync(path.join(to, 'releases/.tidegate-unfinished-v999'), { mode: 0o555 });
    fs.symlinkSync('releases/v999', path.join(to, '.tidegate-unfinished-current'));
    expect(await put('last', { keep: 2 })).toMatchObject({ outcome: 'succeeded' });
    expect(releases().length).toBe(2);
    expect(fs.readdirSync(to).sort()).toEqual(['.tidegate.json', 'current', 'releases']);
  });
});
