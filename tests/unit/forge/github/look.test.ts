// What the adapter reads of GitHub: pull requests, reviews and results, and at what cost.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOT, EVERYTHING, makeWorld, type World } from '../../../support/forge/model-world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});
afterEach(async () => {
  await world.end();
  expect(world.model.violations).toEqual([]);
});

const look = async (more = {}) => await world.until(world.forge.look({ ...EVERYTHING, ...more }));

describe('a look', () => {
  test('tells open and closed pull requests, whose they are, and who we are', async () => {
    const { model } = world;
    const head = world.push('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
    model.state.open(model.state.account(BOT), 'promote/production/v2', 'main', 'production: v2', 'why');
    world.push('fix', { 'README.md': 'shop, and more\n' });
    model.state.open(model.state.account('ana'), 'fix', 'main', 'A fix', '').state = 'closed';
    const facts = await look();
    expect(facts).toMatchObject({
      reachable: true,
      trouble: null,
      asOf: world.clock.now(),
      me: { login: BOT },
      proposals: [
        { number: 1, branch: 'promote/production/v2', base: 'main', head, state: 'open', isFork: false, reviews: [] },
        { number: 2, branch: 'fix', state: 'closed', author: { login: 'ana' } },
      ],
    });
  });

  test('tells a branch of a fork apart from ours of the same name', async () => {
    const { model } = world;
    world.push('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
    const mallory = model.state.account('mallory');
    model.state.open(mallory, 'promote/production/v2', 'main', 'production: v2', '', mallory);
    expect((await look()).proposals).toMatchObject([{ branch: 'promote/production/v2', isFork: true }]);
  });

  test('asks at most twice a minute, unless something woke it', async () => {
    await look({ fresh: false });
    const asked = world.model.requests.length;
    world.clock.advance(20_000);
    await look({ fresh: false });
    expect(world.model.requests.length).toBe(asked);
    await look();
    expect(world.model.requests.length).toBe(asked + 2);
    expect(world.model.requests.slice(asked).map(({ status }) => status)).toEqual([304, 304]);
  });

  test('reads as many pages as there are pull requests, and then only what changed', async () => {
    const { model } = world;
    const ana = model.state.account('ana');
    world.push('feature', { 'README.md': 'shop, and more\n' });
    for (let n = 1; n <= 230; n += 1) {
      world.clock.advance(1_000);
      model.state.open(ana, 'feature', 'main', `Change ${n}`, '');
    }
    world.clock.advance(60_000);
    expect((await look({ wantsReviews: () => false })).proposals).toHaveLength(230);
    expect(model.requests.filter(({ name }) => name.includes('state=open'))).toHaveLength(3);
    const before = model.limits.counted;
    world.clock.advance(60_000);
    model.state.review(7, 'leo', 'APPROVED');
    const facts = await look({ wantsReviews: ({ number }: { number: number }) => number === 7 });
    expect(facts.proposals.find(({ number }) => number === 7)?.reviews).toMatchObject([{ answer: 'approved' }]);
    expect(model.limits.counted - before).toBeLessThanOrEqual(3);
  });

  test('says what it knew, how old that is and why, when GitHub does not answer', async () => {
    const { model } = world;
    world.push('feature', { 'README.md': 'shop, and more\n' });
    model.state.open(model.state.account('ana'), 'feature', 'main', 'A change', '');
    const { asOf } = await look();
    world.clock.advance(600_000);
    model.fault({
      type: 'answer',
      only: /\/pulls/,
      times: 1,
      reply: { status: 502, data: { message: 'Bad Gateway' } },
    });
    expect(await look()).toMatchObject({
      asOf,
      reachable: false,
      trouble: 'GitHub did not answer GET /repos/acme/shop/pulls: it answers 502: Bad Gateway',
      proposals: [{ number: 1 }],
    });
    expect(await look()).toMatchObject({ reachable: true, asOf: world.clock.now() });
  });

  test('follows a rename, and refuses another repository under the old name', async () => {
    const { model } = world;
    world.push('feature', { 'README.md': 'shop, and more\n' });
    model.state.open(model.state.account('ana'), 'feature', 'main', 'A change', '');
    await look();
    model.rename('store');
    model.state.review(1, 'leo', 'COMMENTED');
    expect(await look()).toMatchObject({ reachable: true, proposals: [{ number: 1 }] });
    model.rename('shop');
    model.state.repositoryId += 1;
    world.clock.advance(1_000);
    model.state.review(1, 'leo', 'COMMENTED');
    expect(await look()).toMatchObject({ reachable: false, trouble: 'under this name stands another repository now' });
  });
});

describe('reviews', () => {
  const reviews = async () => (await look()).proposals[0]?.reviews;
  beforeEach(() => {
    const { model } = world;
    world.push('promote/production/v2', { 'environments/production/web.yaml': 'tag: 2\n' });
    model.state.open(model.state.account(BOT), 'promote/production/v2', 'main', 'production: v2', '');
  });

  test('carry the commit and the number of the account, and the newest decides', async () => {
    const { model } = world;
    const head = world.head('promote/production/v2');
    model.state.review(1, 'leo', 'APPROVED');
    expect(await reviews()).toMatchObject([
      { answer: 'approved', commit: head, binds: 'commit', by: model.state.account('leo') },
    ]);
    world.clock.advance(1_000);
    model.state.review(1, 'leo', 'CHANGES_REQUESTED');
    expect(await reviews()).toMatchObject([{ answer: 'rejected' }]);
  });

  test('a dismissed one is no opinion, and brings back no earlier one', async () => {
    const { model } = world;
    model.state.review(1, 'leo', 'APPROVED');
    world.clock.advance(1_000);
    const no = model.state.review(1, 'leo', 'CHANGES_REQUESTED');
    world.clock.advance(1_000);
    model.state.dismiss(no);
    expect(await reviews()).toMatchObject([{ answer: 'withdrawn' }]);
  });

  test('count by the time they were given, in whatever order they are told', async () => {
    const { model } = world;
    model.state.review(1, 'leo', 'APPROVED');
    world.clock.advance(1_000);
    const no = model.state.review(1, 'leo', 'CHANGES_REQUESTED');
    model.state.dismiss(no);
    model.state.reviews.reverse();
    expect(await reviews()).toMatchObject([{ answer: 'withdrawn' }]);
  });

  test('a comment leaves the opinion as it is, and what was not submitted yet is not seen', async () => {
    const { model } = world;
    model.state.review(1, 'leo', 'APPROVED');
    world.clock.advance(1_000);
    model.state.review(1, 'leo', 'COMMENTED');
    model.state.review(1, 'mia', 'PENDING');
    expect(await reviews()).toMatchObject([{ answer: 'approved', by: { login: 'leo' } }]);
  });

  test('one within the same second as the change before is seen', async () => {
    const { model } = world;
    model.state.review(1, 'leo', 'COMMENTED');
    await look();
    model.state.review(1, 'leo', 'APPROVED');
    expect(await reviews()).toMatchObject([{ answer: 'approved' }]);
  });

  test('an account that took over a login is another person', async () => {
    const { model } = world;
    const ana = model.state.account('ana-p');
    ana.login = 'ana-parker';
    model.state.review(1, 'ana-p', 'APPROVED');
    const [review] = (await reviews()) ?? [];
    expect(review?.by.login).toBe('ana-p');
    expect(review?.by.id).not.toBe(ana.id);
  });
});

test('results on a commit are told with who set them; of one status the newest counts', async () => {
  const { model } = world;
  const sha = world.head('main');
  const by = model.state.account('ci');
  const status = { sha, url: null, by, description: null };
  model.state.statuses.push({ ...status, id: 1, context: 'ci/test', state: 'failure' });
  model.state.statuses.push({ ...status, id: 2, context: 'CI/test', state: 'success' });
  model.state.runs.push({ id: 3, sha, name: 'build', app: 15_368, conclusion: 'skipped' });
  model.state.runs.push({ id: 4, sha, name: 'lint', app: 15_368, conclusion: null });
  model.state.runs.push({ id: 5, sha, name: 'e2e', app: 15_368, conclusion: 'timed_out' });
  expect((await look({ checksOf: [sha] })).checks).toMatchObject([
    { commit: sha, name: 'build', state: 'passed', app: 15_368, by: null },
    { name: 'lint', state: 'pending' },
    { name: 'e2e', state: 'failed' },
    { name: 'CI/test', state: 'passed', app: null, by: { login: 'ci' } },
  ]);
  const counted = model.limits.counted;
  await look({ checksOf: [sha] });
  expect(model.limits.counted).toBe(counted);
});
