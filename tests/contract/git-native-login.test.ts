// Logins: a token from the environment, a URL, the user's own helper; and that no secret is ever seen.

import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fault } from '../../engine/ports/fault.ts';
import { commitFiles } from '../support/git-repositories.ts';
import { bringMain, MAIN, type NativePlace, nativePlace, record } from './git-native-place.ts';

const SECRET = 's3cret-t0ken';
const AUTH = { username: 'x-access-token', password: SECRET };

let place: NativePlace;
let tip: string;
beforeEach(() => {
  place = nativePlace();
  tip = commitFiles(place.bare, { 'a.txt': 'a' });
});
afterEach(() => place.dispose());

test('a token from the environment looks, fetches and pushes, and stands on no command line', async () => {
  const server = await place.serve({ auth: AUTH });
  const { folder, log } = spyOnGit(place.directory);
  const env = { TIDEGATE_GIT_TOKEN: SECRET, PATH: `${folder}${path.delimiter}${process.env['PATH']}` };
  const repository = await place.open({ url: server.url('shop.git'), env });
  expect(await bringMain(repository)).toBe(tip);
  const oid = await record(repository, null, 'one');
  const pushed = await repository.push([{ ref: 'refs/heads/x', expected: null, oid }]);
  expect(pushed.get('refs/heads/x')).toEqual({ type: 'accepted' });
  const commands = readFileSync(log, 'utf8');
  expect(commands).toContain('push --porcelain');
  expect(commands).not.toContain(SECRET);
  expect(commands).not.toContain(Buffer.from(`${AUTH.username}:${SECRET}`).toString('base64'));
});

test('once logged in, a look is one request again', async () => {
  const server = await place.serve({ auth: AUTH });
  const repository = await place.open({ url: server.url('shop.git'), env: { TIDEGATE_GIT_TOKEN: SECRET } });
  await repository.look([MAIN]);
  server.requests.length = 0;
  await repository.look([MAIN]);
  expect(server.requests).toEqual(['POST /shop.git/git-upload-pack']);
});

test('a login in the URL is used, and told to nobody', async () => {
  const server = await place.serve({ auth: { username: 'ana', password: 'pass word' } });
  const url = server.url('shop.git').replace('://', '://ana:pass%20word@');
  const repository = await place.open({ url });
  expect(await bringMain(repository)).toBe(tip);
  server.fault({ type: 'refuse' });
  const fault = await repository.look([MAIN]).catch((cause: unknown) => cause);
  expect(fault).toBeInstanceOf(Fault);
  expect(JSON.stringify([String(fault), (fault as Fault).hint])).not.toMatch(/pass( |%20)word/);
});

test("the user's own credential helper is asked, and told what was right and wrong", async () => {
  const server = await place.serve({ auth: { username: 'dan', password: SECRET } });
  const told = path.join(place.directory, 'told');
  const helper = `!f() { echo "$1" >> '${told}'; test "$1" = get && printf 'username=dan\\npassword=%s\\n' "$HELPER_SAYS"; }; f`;
  const config = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper', GIT_CONFIG_VALUE_0: helper };
  const good = await place.open({ url: server.url('shop.git'), env: { ...config, HELPER_SAYS: SECRET } });
  expect((await good.look([MAIN])).refs.get(MAIN)).toBe(tip);
  expect(readFileSync(told, 'utf8')).toBe('get\nstore\n');
  const bad = await place.open({ url: server.url('shop.git'), env: { ...config, HELPER_SAYS: 'wrong' } });
  await expect(bad.look([MAIN])).rejects.toMatchObject({ code: 'remote-auth' });
  expect(readFileSync(told, 'utf8')).toContain('erase');
});

test('no login, or a wrong one, is told with what to do, and without the secret', async () => {
  const server = await place.serve({ auth: { username: 'x-access-token', password: 'another' } });
  for (const env of [{}, { TIDEGATE_GIT_TOKEN: SECRET }]) {
    const repository = await place.open({ url: server.url('shop.git'), env });
    for (const asked of [repository.look([MAIN]), repository.fetch(new Map([[MAIN, tip]]))]) {
      const fault = await asked.catch((cause: unknown) => cause);
      expect(fault).toMatchObject({
        name: 'Fault',
        code: 'remote-auth',
        hint: expect.stringContaining('TIDEGATE_GIT_TOKEN'),
      });
      expect(String(fault)).not.toContain(SECRET);
    }
  }
});

test('a token is not given to the host that a redirect leads to', async () => {
  const elsewhere = await place.serve({ auth: AUTH });
  const server = await place.serve();
  server.fault({ type: 'redirect', origin: elsewhere.origin });
  const repository = await place.open({ url: server.url('shop.git'), env: { TIDEGATE_GIT_TOKEN: SECRET } });
  await expect(repository.look([MAIN])).rejects.toMatchObject({ code: 'remote-auth' });
});

/** A `git` first on PATH that writes its arguments down. */
function spyOnGit(directory: string): { folder: string; log: string } {
  const folder = path.join(directory, 'bin');
  const log = path.join(directory, 'commands');
  mkdirSync(folder);
  const spy = path.join(folder, 'git');
  writeFileSync(spy, `#!/bin/sh\necho "$@" >> '${log}'\nPATH="\${PATH#*:}" exec git "$@"\n`);
  chmodSync(spy, 0o755);
  return { folder, log };
}
