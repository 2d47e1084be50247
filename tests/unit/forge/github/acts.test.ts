// Acts of GitHub's adapter beyond the contract: people who are asked, closed ones that are found again, and who
// closes what.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BOT, makeWorld, type World } from '../../../support/forge/model-world.ts';

const BRANCH = 'promote/production/v2';
let world: World;
let head = '';
beforeEach(async () => {
  world = await makeWorld();
  head = world.push(BRANCH, { 'environments/production/web.yaml': 'tag: 2\n' });
});
afterEach(async () => {
  await world.end();
  expect(world.model.violations).toEqual([]);
});

const order = () => ({ branch: BRANCH, base: 'main', head, title: 'production: v2', body: 'why' });

describe('opening', () => {
  test('finds one that a person has closed, of the very commit, and opens none beside it', async () => {
    const opened = await world.until(world.forge.open(order()));
    for (const pull of world.model.state.pulls) pull.state = 'closed';
    expect(await world.until(world.forge.open(order()))).toMatchObject({ ...opened, type: 'closed' });
    expect(world.model.state.pulls).toHaveLength(1);
  });

  test('is refused, in the words of GitHub, where the branch is not there', async () => {
    const absent = { ...order(), branch: 'promote/production/v3' };
    await expect(world.until(world.forge.open(absent))).rejects.toMatchObject({
      code: 'remote-refused',
      message: 'GitHub refuses opening a pull request of promote/production/v3: Validation Failed; head is invalid',
    });
  });
});

test('closing leaves alone what somebody else opened', async () => {
  const { number } = world.model.state.open(world.model.state.account('ana'), BRANCH, 'main', 'mine', '');
  expect(await world.until(world.forge.close({ number, branch: BRANCH, head }))).toEqual({
    type: 'refused',
    sentence: `#1 was not opened by ${BOT}: it is left as it is`,
  });
  expect(world.model.state.pull(number)?.state).toBe('open');
});

describe('asking for reviews', () => {
  const requestReviews = (people: readonly { login: string; id: number | null }[], forge = world.forge) =>
    world.until(forge.requestReviews({ number: 1, branch: BRANCH, head, people }));
  beforeEach(async () => {
    await world.until(world.forge.open(order()));
  });

  test('asks each once about the same commit, also after they answered, and for another life', async () => {
    const { state } = world.model;
    const people = ['leo', 'mia'].map((login) => ({ login, id: state.account(login).id }));
    expect(await requestReviews(people)).toMatchObject({ asked: ['leo', 'mia'], unknown: [] });
    state.review(1, 'leo', 'CHANGES_REQUESTED');
    expect(await requestReviews(people, world.another())).toMatchObject({ asked: [] });
  });

  test('asks by the number: a login that somebody else has taken is not asked', async () => {
    const { state } = world.model;
    const ana = state.account('ana-p');
    ana.login = 'ana-parker';
    state.account('ana-p');
    expect(await requestReviews([{ login: 'ana-p', id: ana.id }])).toMatchObject({ asked: ['ana-parker'] });
  });

  test('one who cannot be asked does not take the others along, and is named', async () => {
    const { state } = world.model;
    const people = [BOT, 'nobody', 'leo'].map((login) => ({ login, id: null }));
    state.account('leo');
    expect(await requestReviews(people)).toEqual({
      type: 'requested',
      asked: ['leo'],
      unknown: [expect.stringContaining(`${BOT}: Validation Failed`), 'nobody: no such account'],
    });
  });
});

describe('merging', () => {
  test.each(['merge', 'squash', 'rebase'] as const)('by %s brings exactly what was asked for', async (method) => {
    await world.until(world.forge.open(order()));
    world.push('main', { 'README.md': 'meanwhile\n' });
    const merged = await world.until(world.forge.merge({ ...order(), number: 1, method, message: 'Merge v2' }));
    expect(merged).toEqual({ type: 'merged', commit: world.head('main') });
  });

  test('a way that the repository does not allow is refused before anything is asked for', async () => {
    world.model.state.rules.methods = ['squash'];
    await world.until(world.forge.open(order()));
    expect(await world.until(world.forge.merge({ ...order(), number: 1, method: 'merge', message: '' }))).toEqual({
      type: 'refused',
      sentence: 'the repository does not allow to merge: choose another way in its settings',
    });
  });

  test('what rules of GitHub keep back is said in its words where it cannot wait for them', async () => {
    Object.assign(world.model.state.rules, { isBlocked: true, allowsAutoMerge: false });
    await world.until(world.forge.open(order()));
    expect(await world.until(world.forge.merge({ ...order(), number: 1, method: 'merge', message: '' }))).toEqual({
      type: 'refused',
      sentence: 'GitHub does not merge #1 yet: At least 1 approving review is required by reviewers with write access.',
    });
  });
});
