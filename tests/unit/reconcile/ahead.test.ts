// Which version is ahead, and that nothing is granted on what was found out about another.

import { expect, test } from 'vitest';
import { inPlay } from '../../../engine/controller/observe/in-play.ts';
import { ahead, versionAhead } from '../../../engine/reconcile/ahead.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { ANA, contents, observedBy, Story, version } from '../../support/observed-builders.ts';

const opens = (story: Story) =>
  reconcile(observedBy(story), story.now).append.flatMap(({ record }) =>
    record.type === 'run-opened' ? [record.version] : [],
  );
const deploy = (name: string) =>
  ({
    type: 'deploy-requested',
    version: version(name),
    reason: 'customers wait',
    emergency: false,
    skipTests: false,
  }) as const;

test('a request stands before what is offered, also while nobody knows whether it can be had', () => {
  const story = new Story().deployed('v1.0.0').offers('v1.1.0').event(deploy('gone'));
  expect(ahead(story.state, story.observed().offers, 'latest')).toMatchObject({ type: 'request' });
  expect(versionAhead(story.state, story.observed().offers, 'latest')).toEqual(version('gone'));
});

test('what is offered is begun at the look after a request was refused, not in the same plan', () => {
  const story = new Story().deployed('v1.0.0').offers('v1.1.0').event(deploy('gone'));
  const plan = reconcile(observedBy(story), story.now);
  expect(plan.append.map(({ record }) => record.type)).toEqual(['request-closed']);
  for (const { record } of plan.append) if (record.type === 'request-closed') story.event(record, 'controller one');
  expect(opens(story)).toEqual([version('v1.1.0')]);
});

test('a run that waits is not superseded in the plan that refuses a request', () => {
  const closed = new Story().deployed('v1.0.0').opens('v1.1.0').offers('v1.2.0').event(deploy('gone'));
  const types = reconcile(observedBy(closed), closed.now).append.map(({ record }) => record.type);
  expect(types).toContain('request-closed');
  expect(types).not.toContain('run-ended');
});

test.each([
  ['nothing', []],
  ['another version', [version('v1.0.0')]],
  ['the same commit under another tag', [{ ...version('v1.1.0'), tag: 'v9.9.9' }]],
])('with %s found out, a version waits', (_, weighed) => {
  const story = new Story().deployed('v1.0.0').offers('v1.1.0').observes({ weighed });
  const plan = reconcile(observedBy(story), story.now);
  expect(opens(story)).toEqual([]);
  expect(plan.because.map(({ sentence }) => sentence).join()).toContain('nothing was found out about v1.1.0');
});

test.each(['latest', 'all'] as const)('with %s, what is ahead is among what is found out about', (queue) => {
  const stories = [
    new Story().offers('v1.1.0'),
    new Story().deployed('v1.0.0').offers('v1.1.0'),
    new Story().deployed('v1.0.0').offers('v1.1.0').event(deploy('v1.0.5')),
    new Story().deployed('v1.0.0', { trigger: 'request' }).deployed('v1.1.0', { trigger: 'request' }).offers('v1.2.0'),
    new Story().deployed('v1.0.0').opens('v1.1.0').fails('test', 'no', 'stop').ends('Failed', 'no').offers('v1.1.0'),
  ];
  for (const { state, ...story } of stories.map((each) => ({ state: each.state, ...each.observed() }))) {
    const many = [...story.offers, ...['v2.0.0', 'v2.1.0', 'v2.2.0', 'v2.3.0'].map(offer)];
    const asked = new Map(state.requests.map(() => [version('v1.0.5').commit, contents('v1.0.5')]));
    const chosen = versionAhead(state, many, queue);
    const found = inPlay(state, many, queue, asked, new Map()).map((each) => each.version);
    if (chosen !== null) expect(found).toContainEqual(chosen);
  }
});

function offer(name: string) {
  const tag = { name, oid: version(name).commit, reachable: true, on: ['main'] };
  return {
    version: version(name),
    contents: contents(name),
    trigger: 'tag',
    author: ANA,
    tag,
    descends: true,
    passedOver: null,
  } as const;
}
