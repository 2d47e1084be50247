// How near to GitHub's limits the adapter comes, counted by the model forge in its own time: an idle hour, and a
// burst.

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DesiredDeployment, ForgeDesired } from '../../../../engine/ports/forge.ts';
import { BOT, EVERYTHING, makeWorld, type World } from '../../../support/forge/model-world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(async () => {
  await world.end();
  expect(world.model.violations).toEqual([]);
});

const NOTHING: ForgeDesired = { comments: [], statuses: [], deployments: [] };

test('an idle hour of a thousand open pull requests costs at most four requests that count', async () => {
  const { model } = world;
  world.push('feature', { 'README.md': 'shop, and more\n' });
  for (let n = 0; n < 1_000; n += 1) {
    world.clock.advance(1_000);
    model.state.open(model.state.account('ana'), 'feature', 'main', `Change ${n}`, '');
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const forge = world.another({ type: 'app', key, ...model.app('tidegate') });
  const since = { ...EVERYTHING, wantsReviews: () => false, fresh: false };
  expect((await world.until(forge.look(since))).proposals).toHaveLength(1_000);
  world.clock.advance(60_000);
  await world.until(forge.look(since));
  const { counted } = model.limits;
  const asked = model.requests.length;
  for (let s = 0; s < 3_600; s += 10) {
    world.clock.advance(10_000);
    await world.until(forge.look(since));
  }
  expect(model.limits.counted - counted).toBeLessThanOrEqual(4);
  expect(model.requests.length - asked).toBeGreaterThan(200);
});

test('statuses, comments and deployments keep to the limits at once, and end right', async () => {
  world.push('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
  world.model.state.open(world.model.state.account(BOT), 'promote/production/v2', 'main', 'production: v2', '');
  const commit = world.head('main');
  const deployment = (n: number, state: DesiredDeployment['state']): DesiredDeployment => ({
    run: `e${n}-1`,
    environment: `e${n}`,
    commit,
    state,
    description: 'v2',
    logUrl: 'https://tidegate.example/runs/1',
    environmentUrl: null,
    isProduction: n === 0,
  });
  const all = (state: DesiredDeployment['state']) => ({
    ...NOTHING,
    deployments: Array.from({ length: 500 }, (_, n) => deployment(n, state)),
  });
  world.forge.mirror(all('queued'));
  world.forge.mirror(all('in_progress'));
  await world.untilTrue(() => world.model.limits.writes.length >= 40);
  // What wants to be said meanwhile does not stand behind a thousand deployments.
  const status = { commit, context: 'tidegate/plan', state: 'success', description: 'planned', url: null } as const;
  const desired = { ...all('success'), statuses: [status], comments: [{ number: 1, recorded: null, body: 'plan' }] };
  world.forge.mirror(desired);
  await world.untilTrue(() => world.model.state.statuses.length === 1 && world.model.state.comments.length === 1);
  expect(world.model.limits.writes.length).toBeLessThan(60);
  await world.untilTrue(() => world.forge.mirror(desired).pending === 0);
  const { limits, state } = world.model;
  expect(state.deployments).toHaveLength(500);
  expect(state.deployments.every(({ states }) => states.at(-1)?.state === 'success')).toBe(true);
  expect(new Set(state.deployments.map(({ task }) => task)).size).toBe(500);
  expect(limits.refusals).toBe(0);
  expect(limits.peak(60_000)).toBeLessThanOrEqual(60);
  expect(limits.peak(3_600_000)).toBeLessThanOrEqual(400);
});
