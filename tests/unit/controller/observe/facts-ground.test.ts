// All that facts rest on is in their key: whatever of it changes, they are gathered again.

import { expect, test } from 'vitest';
import { type FactsRestOn, isSameGround } from '../../../../engine/controller/observe/facts-ground.ts';
import type { EnvironmentState } from '../../../../engine/model/environment-state.ts';
import { ANA, contents, Story, version } from '../../../support/observed-builders.ts';

const deployed = new Story().deployed('v1.0.0').deployed('v1.1.0');
const { state } = deployed;
const current = known(state.current);
const on: FactsRestOn = {
  refsVersion: 1,
  head: version('head').commit,
  state,
  source: current,
  extra: [],
  guards: null,
};

const approval = {
  id: 'approval-tag-seen:1',
  by: ANA,
  answer: 'approved',
  version: version('v1.2.0'),
  planDigest: null,
  reason: '',
  at: 0,
} as const;
const tag = { tag: 'v1.2.0', oid: version('v1.2.0').commit, commit: version('v1.2.0').commit };
const request = { id: 'deploy-requested:1', by: ANA, at: 0, reason: 'x' };
const deploy = { ...request, type: 'deploy', version: version('v1.2.0'), emergency: false, skipTests: false } as const;
const bad = { digest: 'digest-bad', version: version('bad'), run: 'production-9', sentence: 'it broke', at: 0 };
const held = {
  run: 'production-9',
  branch: null,
  into: 'main',
  commit: version('restore').commit,
  badDigest: 'a',
  goodDigest: 'b',
  sentence: 'held',
  at: 0,
};
const open = new Story().deployed('v1.0.0').deployed('v1.1.0').opens('v1.2.0');
const failed = new Story().deployed('v1.0.0').deployed('v1.1.0').opens('v1.2.0').passes('test');

test.each<[string, Partial<FactsRestOn>]>([
  ['the refs', { refsVersion: 2 }],
  ['the head', { head: version('other').commit }],
  ['what runs here', of({ current: { ...current, contents: contents('v1.2.0') } })],
  ['the name of what runs here', of({ current: { ...current, version: version('v1.2.0') } })],
  [
    'what people went away from',
    of({ current: { ...current, left: [{ version: version('v1.0.0'), digest: 'digest-v1.0.0' }] } }),
  ],
  ['what ran last, and could be gone back to', of({ contents: state.contents.slice(1) })],
  ['the quarantine', of({ quarantine: [bad] })],
  ['a request', of({ requests: [deploy] })],
  ['another request', of({ requests: [{ ...deploy, id: 'deploy-requested:2' }] })],
  ['an answer by tag', of({ approvals: [{ ...approval, tag: { name: 'approve/production/v1.2.0', oid: 'o' } }] })],
  ['an open run', of({ open: open.state.open })],
  ['an open run that has failed', of({ open: failed.fails('deploy', 'no', 'stop').state.open })],
  ['a hold', of({ held })],
  ['a tag seen', of({ tags: [tag] })],
  ['another tag seen, where the oldest was forgotten', of({ tags: [{ ...tag, tag: 'v1.3.0' }] })],
  ['a tag written', of({ writtenTags: ['v1.2.0'] })],
  ['another tag written, where the oldest was forgotten', of({ writtenTags: ['v1.3.0'] })],
  ['the version in the followed environment', { source: { ...current, version: version('v1.2.0') } }],
  ['the contents in the followed environment', { source: { ...current, contents: contents('v1.2.0') } }],
  ['what a command asks about', { extra: [version('v1.0.0').commit] }],
])('%s', (_, change) => {
  const changed = { ...on, ...change };
  expect(grounds.filter((other) => isSameGround(changed, other) || isSameGround(other, changed))).toEqual([]);
  grounds.push(changed);
});

/** Each change makes a ground of its own, unlike the first and all others. */
const grounds = [on];

test('the same is the same, whoever says it', () => {
  expect(isSameGround(structuredClone(on), on)).toBe(true);
});

function of(change: Partial<EnvironmentState>): Partial<FactsRestOn> {
  return { state: { ...state, ...change } };
}

function known<T>(value: T | null): T {
  if (value === null) throw new Error('something runs here');
  return value;
}
