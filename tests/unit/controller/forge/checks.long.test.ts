// What results on a forge count for: the model forge over HTTP, a real repository, and the decisions of a controller
// about an environment that asks for them.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { APP, DAN, ForgeStory, MINUTE_MS } from '../../../support/forge/forge-story.ts';
import type { World } from '../../../support/forge/model-world.ts';
import { commitFiles } from '../../../support/git-repositories.ts';

const ACTIONS = 15_368;
const REQUIRED = 'checks: { require: [ci/test] }\n';
const PINNED = `checks: { require: [{ name: "test (20.x)", app: ${ACTIONS} }] }\n`;

let story: ForgeStory;
let world: World;

beforeEach(async () => {
  story = await ForgeStory.begin(REQUIRED);
  world = story.world;
});
afterEach(() => story.end());

describe('a required result', () => {
  test.each([
    ['success', 'granted'],
    ['failure', 'denied'],
    ['pending', 'waits'],
  ] as const)('is told by a status: %s', async (state, decided) => {
    status(world.head('main'), state);
    expect(await story.round()).toBe(decided);
  });

  test.each([
    ['neutral', 'granted'],
    ['failure', 'denied'],
    [null, 'waits'],
  ] as const)('is told by a check run that ended %s', async (conclusion, decided) => {
    checkRun(world.head('main'), 'ci/test', ACTIONS, conclusion);
    expect(await story.round()).toBe(decided);
  });

  test('is waited for until it comes, in the next look', async () => {
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain('ci/test has no result for');
    status(world.head('main'), 'success');
    expect(await story.round()).toBe('granted');
    const [opened] = story.written.filter((record) => record.type === 'run-opened');
    const by = world.model.state.account('ci-bot').id;
    expect(opened?.evidence).toEqual([`ci/test passed on GitHub by ci-bot, account ${by}, on ${world.head('main')}`]);
  });

  test('of a pull request counts for a squash with the same files, and for nothing else', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    status(world.head('feature'), 'success');
    expect(await story.round()).toBe('waits');
    await story.merged(number, 'feature', 'squash');
    expect(await story.round()).toBe('granted');
    expect(world.head('main')).not.toBe(world.head('feature'));
    commitFiles(world.model.repository, { 'README.md': 'more\n', [APP]: 'three\n' }, { author: DAN });
    expect(await story.round()).toBe('waits');
  });

  test('on the commit itself goes before one on the pull request', async () => {
    const number = await story.opened('feature', { [APP]: 'two\n' });
    status(world.head('feature'), 'success');
    await story.merged(number, 'feature', 'squash');
    status(world.head('main'), 'failure');
    expect(await story.round()).toBe('denied');
  });

  test('that was recorded and one on the forge must both have passed', async () => {
    await story.look('at Git alone');
    story.survey.ledger.append('_all', [
      {
        ...{ type: 'check-recorded', id: 'c', at: world.clock.now(), by: 'CI <ci@example.org>' },
        ...{ commit: world.head('main'), name: 'ci/test', status: 'passed', value: null },
      },
    ]);
    status(world.head('main'), 'failure');
    expect(await story.round()).toBe('denied');
  });
});

describe('a name that anybody can set', () => {
  test('is pinned to an App: the same of another App, or a status, is no answer', async () => {
    pinned(PINNED);
    checkRun(world.head('main'), 'test (20.x)', 666, 'success');
    world.model.state.statuses.push(statusOf(world.head('main'), 'test (20.x)', 'success', 'mallory'));
    expect(await story.round()).toBe('waits');
    expect(story.why).toContain(`test (20.x) of app ${ACTIONS} has no result for`);
    checkRun(world.head('main'), 'test (20.x)', ACTIONS, 'success');
    expect(await story.round()).toBe('granted');
  });

  test('is pinned to an account: a newer status of another does not hide its no', async () => {
    const creator = world.model.state.account('ci-bot').id;
    pinned(`checks: { require: [{ name: ci/test, creator: ${creator} }] }\n`);
    status(world.head('main'), 'failure');
    world.model.state.statuses.push(statusOf(world.head('main'), 'ci/test', 'success', 'mallory'));
    expect(await story.round()).toBe('denied');
    expect(story.why).toContain(`failed (on GitHub by ci-bot, account ${creator})`);
  });
});

test('while the forge is away a yes is none after five minutes, and a no stands', async () => {
  status(world.head('main'), 'success');
  expect(await story.round()).toBe('granted');
  world.clock.advance(5 * MINUTE_MS);
  await story.look('at Git alone');
  expect(await story.decided()).toBe('waits');
  expect(story.why).toMatch(
    /ci\/test passed \(on GitHub by ci-bot.*\), but GitHub has not answered since 2026-11-20 12/,
  );
  status(world.head('main'), 'failure');
  expect(await story.round()).toBe('denied');
  world.clock.advance(60 * MINUTE_MS);
  await story.look('at Git alone');
  expect(await story.decided()).toBe('denied');
});

/** A rule is no input: a version that comes after it. */
function pinned(rule: string): void {
  story.configure(rule);
  commitFiles(world.model.repository, { [APP]: 'two\n' }, { author: DAN });
}

function status(sha: string, state: string): void {
  world.model.state.statuses.push(statusOf(sha, 'ci/test', state, 'ci-bot'));
}

function statusOf(sha: string, context: string, state: string, login: string) {
  const by = world.model.state.account(login);
  return { id: world.model.state.nextId(), sha, context, state, description: null, url: null, by };
}

function checkRun(sha: string, name: string, app: number, conclusion: string | null): void {
  world.model.state.runs.push({ id: world.model.state.nextId(), sha, name, app, conclusion });
}
