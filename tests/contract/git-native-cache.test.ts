// The cache is only a copy: lost, damaged, locked, shared or of the wrong kind, the adapter goes on.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCatFile } from '../../engine/git/cat-file.ts';
import { createGit } from '../../engine/git/exec.ts';
import { eventually } from '../support/eventually.ts';
import { commitFiles, git } from '../support/git-repositories.ts';
import { bringMain, MAIN, type NativePlace, nativePlace, record } from './git-native-place.ts';

let place: NativePlace;
let tip: string;
beforeEach(() => {
  place = nativePlace();
  tip = commitFiles(place.bare, { 'a.txt': 'a', 'deep/b.txt': 'b' });
});
afterEach(() => place.dispose());

/** A small fetch leaves loose objects: one file each, which a test can harm. */
function looseObjects(cache: string): string[] {
  const objects = path.join(cache, 'objects');
  return readdirSync(objects, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[0-9a-f]{2}.[0-9a-f]{38}$/.test(name))
    .map((name) => path.join(objects, name));
}

describe('a damaged cache', () => {
  test.each([
    ['has an empty HEAD', (cache: string) => truncateSync(path.join(cache, 'HEAD'))],
    ['has lost its objects', (cache: string) => rmSync(path.join(cache, 'objects'), { recursive: true })],
    [
      'has a ref to nowhere',
      (cache: string) => writeFileSync(path.join(cache, 'refs', 'origin', 'heads', 'main'), `${'d'.repeat(40)}\n`),
    ],
    ['has garbage for a configuration', (cache: string) => writeFileSync(path.join(cache, 'config'), '[core\n')],
  ])('that %s is made again when it is opened', async (_, harm) => {
    const first = await place.open();
    await bringMain(first);
    await first.close();
    harm(place.cache);
    const second = await place.open();
    expect(await bringMain(second)).toBe(tip);
    expect(await second.readText(tip, 'a.txt')).toBe('a');
  });

  test('that is found while reading is a Fault, and fixed by the next open', async () => {
    const first = await place.open();
    await bringMain(first);
    await first.close();
    const objects = looseObjects(place.cache);
    expect(objects.length).toBeGreaterThan(3);
    const commit = objects.find((name) => name.endsWith(tip.slice(2))) ?? '';
    const second = await place.open();
    for (const object of objects) if (object !== commit) truncateSync(object);
    await expect(second.readText(tip, 'a.txt')).rejects.toMatchObject({ name: 'Fault', code: 'repository-damaged' });
    await second.close();
    const third = await place.open();
    expect(await bringMain(third)).toBe(tip);
    expect(await third.readText(tip, 'a.txt')).toBe('a');
  });
});

test('a cache that was deleted under a closed repository is simply filled again', async () => {
  const first = await place.open();
  await bringMain(first);
  await first.close();
  rmSync(place.cache, { recursive: true });
  const second = await place.open();
  expect(await bringMain(second)).toBe(tip);
});

test('a folder that Tidegate did not make is never thrown away', async () => {
  const precious = path.join(place.directory, 'precious');
  execFileSync('git', ['clone', '--quiet', '--bare', place.bare, precious]);
  writeFileSync(path.join(precious, 'HEAD'), '');
  for (const directory of [precious, path.join(place.directory, 'remotes')]) {
    await expect(place.open({ directory })).rejects.toMatchObject({ name: 'Fault', code: 'usage', retry: 'never' });
  }
  expect(existsSync(path.join(precious, 'packed-refs'))).toBe(true);
});

test('a reopened cache knows what it has, and fetches nothing', async () => {
  const server = await place.serve();
  const first = await place.open({ url: server.url('shop.git') });
  await bringMain(first);
  const oid = await record(first, null, 'one');
  await first.push([{ ref: 'refs/heads/x', expected: null, oid }]);
  await first.close();
  const second = await place.open({ url: server.url('shop.git') });
  server.requests.length = 0;
  await second.fetch(
    new Map([
      [MAIN, tip],
      ['refs/heads/x', oid],
    ]),
  );
  expect(server.requests).toEqual([]);
  expect(await second.readText(oid, 'index.json')).toBe('one');
});

test('a lock that a killed git left behind is nobody’s after a while', async () => {
  const repository = await place.open();
  const lock = path.join(place.cache, 'refs', 'origin', 'heads', 'main.lock');
  mkdirSync(path.dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  utimesSync(lock, new Date(0), new Date(0));
  expect(await bringMain(repository)).toBe(tip);
  expect(existsSync(lock)).toBe(false);
});

test('two repositories share one cache', async () => {
  const [one, two] = [await place.open(), await place.open()];
  for (let round = 0; round < 5; round += 1) {
    const next = commitFiles(place.bare, { 'a.txt': `${round}` });
    expect(await Promise.all([bringMain(one), bringMain(two)])).toEqual([next, next]);
    const written = await Promise.all([record(one, next, `one ${round}`), record(two, next, `two ${round}`)]);
    expect(await two.readText(written[0] ?? '', 'index.json')).toBe(`one ${round}`);
  }
});

test('many writes do not leave many packs', async () => {
  const repository = await place.open();
  let parent = await record(repository, null, 'start');
  for (let index = 0; index < 120; index += 1) parent = await record(repository, parent, `${index}`);
  const packs = () =>
    readdirSync(path.join(place.cache, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
  await expect.poll(packs).toBeLessThan(80);
  expect((await repository.firstParents(parent, 1_000)).length).toBe(121);
  expect(git(place.cache, ['for-each-ref'])).toBe('');
});

test('a SHA-256 remote is read and written', async () => {
  const modern = nativePlace('sha256');
  try {
    const wide = commitFiles(modern.bare, { 'a.txt': 'a', 'env/x': '1' });
    expect(wide).toHaveLength(64);
    const server = await modern.serve();
    for (const url of [modern.bare, server.url('shop.git')]) {
      const repository = await modern.open({ url, directory: `${modern.cache}-${url.length}` });
      expect(await bringMain(repository)).toBe(wide);
      const [contents] = await repository.contentsAt(wide, [['env']]);
      expect(contents?.inputs['env']).toHaveLength(64);
      const oid = await record(repository, wide, url);
      const ref = `refs/heads/ledger-${url.length}`;
      expect((await repository.push([{ ref, expected: null, oid }])).get(ref)).toEqual({ type: 'accepted' });
      expect(await repository.isAncestor(wide, oid)).toBe(true);
    }
  } finally {
    await modern.dispose();
  }
});

test('a helper that was killed from outside is started again', async () => {
  const cat = createCatFile(createGit(place.bare, { ...process.env, GIT_DIR: place.bare } as Record<string, string>), {
    batchCommand: true,
    timeoutMs: 10_000,
    onDamage: () => undefined,
  });
  expect(await cat.info([tip])).toMatchObject([{ type: 'object', kind: 'commit' }]);
  cat.restart();
  expect(await cat.info([tip])).toMatchObject([{ type: 'object', kind: 'commit' }]);
});

test.each([true, false])(
  'a helper that makes room for another still answers what it was asked (%s)',
  async (batchCommand) => {
    const runner = createGit(place.bare, { ...process.env, GIT_DIR: place.bare } as Record<string, string>);
    const started: number[] = [];
    const counted = {
      ...runner,
      spawn(args: readonly string[]) {
        const child = runner.spawn(args);
        started.push(child.pid ?? 0);
        return child;
      },
    };
    const cat = createCatFile(counted, { batchCommand, timeoutMs: 10_000, onDamage: () => undefined });
    const asked = cat.contents(
      Array.from({ length: 200 }, () => tip),
      1_000,
    );
    cat.renew();
    expect(await asked).toHaveLength(200);
    expect(await cat.contents([tip], 1_000)).toMatchObject([{ type: 'object', kind: 'commit' }]);
    expect(started).toHaveLength(2);
    const [first = 0] = started;
    await eventually(() => !existsSync(`/proc/${first}`) || process.platform !== 'linux');
    await runner.close();
  },
);

test('a git without --batch-command reads the same', async () => {
  const runner = createGit(place.bare, { ...process.env, GIT_DIR: place.bare } as Record<string, string>);
  const settings = { timeoutMs: 10_000, onDamage: () => undefined };
  const [modern, old] = [true, false].map((batchCommand) => createCatFile(runner, { ...settings, batchCommand }));
  const names = [tip, 'f'.repeat(40), tip];
  expect(await old?.info(names)).toEqual(await modern?.info(names));
  expect(await old?.contents(names, 1_000)).toEqual(await modern?.contents(names, 1_000));
  await runner.close();
});

test('an open repository does not keep the process alive', async () => {
  const native = new URL('../../engine/git/native.ts', import.meta.url).href;
  const server = await place.serve();
  const script = `
    const { openNativeGit } = await import(${JSON.stringify(native)});
    const repository = await openNativeGit({ url: process.argv[1], directory: process.argv[2] });
    const { refs } = await repository.look(['refs/heads/main']);
    await repository.fetch(new Map([['refs/heads/main', refs.get('refs/heads/main')]]));
    console.log(await repository.readText(refs.get('refs/heads/main'), 'a.txt'));`;
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    script,
    server.url('shop.git'),
    `${place.cache}-alone`,
  ]);
  let said = '';
  child.stdout.on('data', (part: Buffer) => {
    said += part.toString('utf8');
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, said]).toEqual([0, 'a\n']);
}, 30_000);
