// All that facts rest on is in their key: whatever of it changes, they are gathered again.

import { expect, test } from 'vitest';
import {
  type FactsGround,
  formerGround,
  isSameGround,
  OthersAsked,
} from '../../../../engine/controller/observe/facts-ground.ts';
import type { EnvironmentState } from '../../../../engine/model/environment-state.ts';
import { ANA, contents, Story, version } from '../../../support/observed-builders.ts';

const deployed = new Story().deployed('v1.0.0').deployed('v1.1.0');
const { state } = deployed;
const current = known(state.current);
const looked = { version: 1, refs: { refs: new Map(), peeled: new Map() }, defaultBranch: 'main' };
const on: FactsGround = {
  name: 'production',
  looked,
  head: headAt('head'),
  state,
  source: current,
  sources: new Map(),
  extra: [],
  reviews: [],
  heads: [],
  guards: null,
  others: new OthersAsked(() => false),
  operatorAccepts: null,
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
const review = {
  review: '7',
  by: { login: 'ana-p', id: 1 },
  commit: version('v1.2.0').commit,
  base: 'main',
  number: 1,
};
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

test.each<[string, Partial<FactsGround>]>([
  ['the environment', { name: 'staging' }],
  ['the refs', { looked: { ...looked, version: 2 } }],
  ['the head', { head: headAt('other') }],
  ['the head of a pull request', { heads: [version('v1.2.0').commit] }],
  ['a review', { reviews: [review] }],
  ['what the operator accepts', { operatorAccepts: 'digest' }],
  ['the gates in force elsewhere', { guards: { digest: 'gates', all: () => [] } }],
  ['those elsewhere, when they change', { guards: { digest: 'other gates', all: () => [] } }],
  [
    'the commit whose configuration let in what runs',
    of({ current: { ...current, config: version('config').commit } }),
  ],
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
  const isSame = (one: FactsGround, other: FactsGround) => isSameGround(formerGround(one), other);
  expect(grounds.filter((other) => isSame(changed, other) || isSame(other, changed))).toEqual([]);
  grounds.push(changed);
});

/** Each change makes a ground of its own, unlike the first and all others. */
const grounds = [on];

test('the same is the same, no matter who says it', () => {
  const again = { ...on, state: structuredClone(state), source: structuredClone(current), head: headAt('head') };
  expect(isSameGround(formerGround(again), on)).toBe(true);
});

test('what was answered about secrets is asked again, and remembered from one ground to the next', () => {
  const answering = (answer: boolean) => ({ ...on, others: new OthersAsked(() => answer) });
  const [first, second, third] = [answering(false), answering(false), answering(true)];
  first.others.ask(['token']);
  expect(isSameGround(formerGround(first), second)).toBe(true);
  expect(isSameGround(formerGround(second), third)).toBe(false);
});

function of(change: Partial<EnvironmentState>): Partial<FactsGround> {
  return { state: { ...state, ...change } };
}

function headAt(name: string): FactsGround['head'] {
  const { commit } = version(name);
  const config = { commit, config: null, problems: [], environments: {}, inputs: new Map() };
  return { config, ancestors: async () => [], allowedSigners: async () => '' };
}

function known<T>(value: T | null): T {
  if (value === null) throw new Error('something runs here');
  return value;
}
