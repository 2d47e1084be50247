// The native adapter before a Git host that misbehaves: slow, away, redirecting, old, cut off in the middle.

import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitFiles, git } from '../support/git-repositories.ts';
import { bringMain, MAIN, type NativePlace, nativePlace, record } from './git-native-place.ts';

const LEDGER = 'refs/heads/tidegate/production';

let place: NativePlace;
let tip: string;
beforeEach(() => {
  place = nativePlace();
  tip = commitFiles(place.bare, { 'a.txt': 'a' });
});
afterEach(() => place.dispose());

test('a look is one request once the server is known, and starts no process of ours', async () => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  await repository.look([MAIN]);
  server.requests.length = 0;
  for (let time = 0; time < 3; time += 1) expect((await repository.look([MAIN])).refs.get(MAIN)).toBe(tip);
  expect(server.requests).toEqual(Array(3).fill('POST /shop.git/git-upload-pack'));
});

test('a kept connection that the server closed meanwhile says nothing about the server', async () => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  await repository.look([MAIN]);
  server.requests.length = 0;
  server.fault({ type: 'refuse' }, { times: 1 });
  expect((await repository.look([MAIN])).refs.get(MAIN)).toBe(tip);
  expect(server.requests).toEqual(Array(2).fill('POST /shop.git/git-upload-pack'));
});

test('the clock of the host is compared with ours', async () => {
  const server = await place.serve({ skewMs: 600_000 });
  const repository = await place.open({ url: server.url('shop.git') });
  const before = performance.now();
  const { clockSkewMs } = await repository.look([MAIN]);
  // A `Date` is in whole seconds, and as old as the answer was under way.
  const unsure = 1_000 + performance.now() - before;
  expect(clockSkewMs).toBeGreaterThanOrEqual(600_000 - unsure);
  expect(clockSkewMs).toBeLessThanOrEqual(600_000 + unsure);
});

test('a host that hangs is a Fault in time', async () => {
  const server = await place.serve();
  await (await place.open({ url: server.url('shop.git') })).look([MAIN]);
  server.fault({ type: 'hang' });
  const repository = await place.open({ url: server.url('shop.git'), limits: { timeoutMs: 300, fetchTimeoutMs: 300 } });
  const late = { name: 'Fault', code: 'remote-timeout', retry: 'later' };
  await expect(repository.look([MAIN])).rejects.toMatchObject(late);
  await expect(repository.fetch(new Map([[MAIN, tip]]))).rejects.toMatchObject(late);
});

test('a host that is gone, or answers 500 or 404, is unreachable, and found again when it is back', async () => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  for (const fault of [{ type: 'refuse' }, { type: 'status', code: 500 }, { type: 'status', code: 404 }] as const) {
    server.fault(fault);
    await expect(repository.look([MAIN])).rejects.toMatchObject({ name: 'Fault', code: 'remote-unreachable' });
    await expect(repository.fetch(new Map([[MAIN, tip]]))).rejects.toMatchObject({ code: 'remote-unreachable' });
    server.fault(null);
    expect((await repository.look([MAIN])).refs.get(MAIN)).toBe(tip);
  }
  await server.close();
  await expect(repository.look([MAIN])).rejects.toMatchObject({ code: 'remote-unreachable' });
});

test.each([
  ['cut off', { type: 'cut', afterBytes: 20 }],
  ['a page of a proxy', { type: 'body', bytes: '<html>sign in</html>', contentType: 'text/html' }],
  ['garbage', { type: 'body', bytes: '0003', contentType: 'application/x-git-upload-pack-result' }],
  ['unavailable for a moment', { type: 'status', code: 503 }],
] as const)('an answer that is %s is asked for again by git itself', async (_, fault) => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  await repository.look([MAIN]);
  server.fault(fault, { times: 1 });
  expect((await repository.look([MAIN])).refs.get(MAIN)).toBe(tip);
});

test('a redirect and a server that speaks version 0 are left to git', async () => {
  const old = await place.serve({ protocolV2: false });
  const moved = await place.serve();
  moved.fault({ type: 'redirect', origin: old.origin });
  for (const server of [old, moved]) {
    const repository = await place.open({
      url: server.url('shop.git'),
      directory: `${place.cache}-${server.origin.length}-${old === server}`,
    });
    const looked = await repository.look([MAIN]);
    expect([looked.refs.get(MAIN), looked.head, looked.clockSkewMs]).toEqual([tip, MAIN, null]);
    expect(await bringMain(repository)).toBe(tip);
  }
});

test('more bytes or refs than the bound are a Fault', async () => {
  const server = await place.serve();
  for (let index = 0; index < 40; index += 1) git(place.bare, ['update-ref', `refs/tags/v${index}`, tip]);
  const few = await place.open({ url: server.url('shop.git'), limits: { refsMax: 30 } });
  await expect(few.look(['refs/tags/'])).rejects.toMatchObject({ code: 'remote-too-large' });
  const small = await place.open({ url: server.url('shop.git'), limits: { lookBytesMax: 1_000 } });
  await expect(small.look(['refs/tags/'])).rejects.toMatchObject({ code: 'remote-too-large' });
  const file = await place.open({ limits: { refsMax: 30 } });
  await expect(file.look(['refs/tags/'])).rejects.toMatchObject({ code: 'remote-too-large' });
});

test('a push that was applied and never acknowledged is found on the remote', async () => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  const oid = await record(repository, null, 'one');
  server.fault({ type: 'cut', afterBytes: 0 }, { only: 'POST /shop.git/git-receive-pack' });
  const pushed = await repository.push([{ ref: LEDGER, expected: null, oid }]);
  expect(pushed.get(LEDGER)).toEqual({ type: 'accepted' });
});

test('a push that never arrived, or whose fate cannot be read, is in doubt', async () => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  const oid = await record(repository, null, 'one');
  server.fault({ type: 'refuse' }, { only: 'git-receive-pack' });
  const lost = await repository.push([{ ref: LEDGER, expected: null, oid }]);
  expect(lost.get(LEDGER)).toMatchObject({
    type: 'in-doubt',
    fault: { message: expect.stringContaining('could not push') },
  });
  server.fault({ type: 'refuse' });
  const unread = await repository.push([{ ref: LEDGER, expected: null, oid }]);
  expect(unread.get(LEDGER)).toMatchObject({ type: 'in-doubt' });
  server.fault(null);
  expect((await repository.push([{ ref: LEDGER, expected: null, oid }])).get(LEDGER)).toEqual({ type: 'accepted' });
});

test('a host that lets us read and not write refuses', async () => {
  const server = await place.serve();
  const repository = await place.open({ url: server.url('shop.git') });
  const oid = await record(repository, null, 'one');
  server.fault({ type: 'status', code: 403 }, { only: 'git-receive-pack' });
  const pushed = await repository.push([{ ref: LEDGER, expected: null, oid }]);
  expect(pushed.get(LEDGER)).toMatchObject({ type: 'refused', message: expect.stringContaining('403') });
});

test('hundreds of refs are fetched by id, and by name where the server hands out none', async () => {
  const oids = Array.from({ length: 20 }, (_, index) =>
    commitFiles(place.bare, { 'a.txt': `${index}` }, { branch: 'many' }),
  );
  const names = Array.from({ length: 320 }, (_, index) => `create refs/tags/v${index} ${oids[index % 20]}\n`);
  const input = names.join('');
  execFileSync('git', ['update-ref', '--stdin'], { cwd: place.bare, input });
  for (const protocolV2 of [true, false]) {
    const server = await place.serve({ protocolV2 });
    const repository = await place.open({ url: server.url('shop.git'), directory: `${place.cache}-${protocolV2}` });
    const { refs } = await repository.look(['refs/tags/', 'refs/heads/many']);
    await repository.fetch(refs);
    expect(await repository.readText(oids[17] ?? '', 'a.txt')).toBe('17');
    expect(await repository.resolve('many')).toBe(oids.at(-1));
    server.requests.length = 0;
    await repository.fetch(refs);
    expect(server.requests).toEqual([]);
  }
});
