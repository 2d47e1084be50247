// One call: what is an answer, what a Fault, what is in doubt; and logins that end in the middle of things.

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGithub } from '../../../../engine/forge/github/github.ts';
import { EVERYTHING, makeWorld, type World } from '../../../support/forge/model-world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(async () => {
  await world.end();
  expect(world.model.violations).toEqual([]);
});

const BRANCH = 'promote/production/v2';
const open = () => {
  const head = world.push(BRANCH, { 'environments/production/web.yaml': 'tag: 2\n' });
  return world.until(world.forge.open({ branch: BRANCH, base: 'main', head, title: 'v2', body: '' }));
};
const answer = (status: number, message: string, headers = {}) =>
  ({ type: 'answer', reply: { status, data: { message } }, headers }) as const;

describe('an App', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const secret = () => ({ type: 'app', key, ...world.model.app('tidegate') }) as const;

  test('is the account that its comments are by, and gets a token for each hour', async () => {
    const forge = world.another(secret());
    const facts = await world.until(forge.look(EVERYTHING));
    expect(facts).toMatchObject({ reachable: true, me: world.model.state.account('tidegate[bot]') });
    const tokens = () => world.model.requests.filter(({ name }) => name.includes('access_tokens')).length;
    expect(tokens()).toBe(1);
    world.clock.advance(50 * 60_000);
    await world.until(forge.look(EVERYTHING));
    expect(tokens()).toBe(1);
    world.clock.advance(10 * 60_000);
    expect(await world.until(forge.look(EVERYTHING))).toMatchObject({ reachable: true });
    expect(tokens()).toBe(2);
  });

  test('whose token is not taken any more in the middle of a look gets another for the next', async () => {
    const forge = world.another(secret());
    await world.until(forge.look(EVERYTHING));
    world.model.expireTokens();
    expect(await world.until(forge.look(EVERYTHING))).toMatchObject({
      reachable: false,
      trouble: 'GitHub does not take the login (Bad credentials)',
    });
    expect(await world.until(forge.look(EVERYTHING))).toMatchObject({ reachable: true });
  });
});

describe('a write', () => {
  test('that nobody heard was not done; one without an answer may have been', async () => {
    const nobody = createGithub({
      repository: 'acme/shop',
      api: 'http://127.0.0.1:1',
      secret: { type: 'token', token: 't' },
      clock: world.clock,
    });
    const order = { branch: BRANCH, base: 'main', head: '0'.repeat(40), title: '', body: '' };
    await expect(nobody.open(order)).rejects.toMatchObject({ code: 'remote-unreachable', isInDoubt: false });
    await nobody.end();
    world.model.fault({ ...answer(502, 'Bad Gateway'), only: /POST/, times: 1 });
    await expect(open()).rejects.toMatchObject({ code: 'remote-unreachable', isInDoubt: true });
  });
});

describe('a limit', () => {
  test('of 429 or 403 is a Fault that says when, and nothing is asked before', async () => {
    const reset = () => `${Math.ceil(world.clock.now() / 1_000) + 120}`;
    for (const [status, headers] of [
      [429, () => ({ 'retry-after': '120' })],
      [403, () => ({ 'retry-after': '120' })],
      [403, () => ({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset() })],
    ] as const) {
      world.model.fault({ ...answer(status, 'no', headers()), only: /./, times: 1 });
      await expect(open()).rejects.toMatchObject({ code: 'remote-limited', afterMs: 120_000 });
      const asked = world.model.requests.length;
      world.clock.advance(110_000);
      await expect(open()).rejects.toMatchObject({ code: 'remote-limited', afterMs: 10_000 });
      expect(world.model.requests.length).toBe(asked);
      world.clock.advance(10_000);
    }
    expect(await open()).toMatchObject({ type: 'open' });
  });

  test('without a word for how long is a minute, then two, then four; a right that is missing is none', async () => {
    const limit = answer(403, 'You have exceeded a secondary rate limit');
    world.model.fault({ ...limit, only: /./, times: 3 });
    for (const afterMs of [60_000, 120_000, 240_000]) {
      await expect(open()).rejects.toMatchObject({ code: 'remote-limited', afterMs });
      world.clock.advance(afterMs);
    }
    world.model.fault({ ...answer(403, 'Resource not accessible by personal access token'), only: /POST/, times: 1 });
    await expect(open()).rejects.toMatchObject({ code: 'remote-refused' });
  });
});

test('an answer that is not GitHub is not believed', async () => {
  world.model.fault({ type: 'answer', only: /./, times: 1, reply: { status: 200, data: ['<html>'] } });
  expect(await world.until(world.forge.look(EVERYTHING))).toMatchObject({
    reachable: false,
    trouble: 'GitHub answered something that is not a repository',
  });
});
