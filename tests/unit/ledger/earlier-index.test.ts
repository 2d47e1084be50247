// An index from before there were approvals is read, and `verify` does not hold its age against it.

import { expect, test } from 'vitest';
import { saysTheSame } from '../../../engine/ledger/earlier-index.ts';
import { encodeIndex, encodeLease, readTip } from '../../../engine/ledger/tip.ts';
import { Story } from '../../support/observed-builders.ts';

const STATE = new Story().deployed('v1.0.0').deployed('v1.1.0').state;
const LEASE = { epoch: 0, holder: null, name: null, renewal: 0 };
const NEW_FIELDS = [
  'leftovers',
  'approvals',
  'overrides',
  'offered',
  'starts',
  'postmortemsDue',
  'checks',
  'locks',
  'secrets',
  'target',
];

/** As the version before wrote it. */
function earlier(): Record<string, unknown> {
  const index = JSON.parse(encodeIndex(STATE)) as Record<string, unknown>;
  for (const key of NEW_FIELDS) delete index[key];
  for (const entry of index['contents'] as Record<string, unknown>[]) {
    delete entry['healthySince'];
    delete entry['healthyMs'];
  }
  return index;
}

test('is read, with nothing in what it has no field for', () => {
  const read = readTip('production', JSON.stringify(earlier()), encodeLease(LEASE), new Map());
  expect(read).toMatchObject({ type: 'tip', tip: { state: { approvals: [], starts: [], current: STATE.current } } });
  if (read.type !== 'tip') return;
  expect(read.tip.state.contents).toMatchObject([{ healthySince: null, healthyMs: 0 }, {}]);
  // Written again it has them all, in the order in which they are always written.
  expect(Object.keys(JSON.parse(encodeIndex(read.tip.state)))).toEqual(Object.keys(JSON.parse(encodeIndex(STATE))));
});

test('what had another name is read by it, and the post-mortems that are due are kept', () => {
  const event = { type: 'incident-opened', incident: 'i1', about: 'production-1', sentence: 'explain' } as const;
  const state = new Story().deployed('v1.0.0').event(event).state;
  expect(state.postmortemsDue).toHaveLength(1);
  const then = encodeIndex(state).replace('"postmortemsDue"', '"incidents"');
  expect(then).not.toBe(encodeIndex(state));
  const read = readTip('production', then, encodeLease(LEASE), new Map());
  expect(read).toMatchObject({ type: 'tip', tip: { state: { postmortemsDue: state.postmortemsDue } } });
  expect(saysTheSame(then, encodeIndex(state))).toBe(true);
  expect(saysTheSame(then.replace('explain', 'nothing'), encodeIndex(state))).toBe(false);
});

test('one that remembers more contents is read; that they are right is not taken from it', () => {
  const story = new Story();
  for (let count = 1; count <= 50; count += 1) story.deployed(`v1.${count}.0`);
  const meant = encodeIndex(story.state);
  const index = JSON.parse(meant) as { contents: Record<string, unknown>[] };
  const more = [...index.contents, { ...index.contents.at(-1), digest: 'an older one' }];
  // Or a made-up one behind fifty would pass for known-good.
  expect(saysTheSame(JSON.stringify({ ...index, contents: more }), meant)).toBe(false);
  const read = readTip('production', JSON.stringify({ ...index, contents: more }), encodeLease(LEASE), new Map());
  expect(read).toMatchObject({ type: 'tip' });
});

test("does not leave out what the records gave: a secret without an owner would be anybody's", () => {
  const story = new Story().deployed('v1.0.0', { targetPlace: '/srv/shop', targetMark: 'ours' });
  const meant = encodeIndex(story.state);
  for (const key of ['target', 'approvals', 'locks']) {
    const index = JSON.parse(meant) as Record<string, unknown>;
    delete index[key];
    expect(saysTheSame(JSON.stringify(index), meant), key).toBe(key !== 'target');
  }
});

test('one that knew only the digest of what people went away from is read as what ran with it', () => {
  const story = new Story().deployed('v1.0.0').deployed('v1.1.0', { trigger: 'request' });
  const meant = encodeIndex(story.state);
  const earlierThan = (replaced: string | null) => {
    const index = JSON.parse(meant) as { current: Record<string, unknown> };
    const { left: _left, ...current } = index.current;
    return JSON.stringify({ ...index, current: { ...current, replaced } });
  };
  const read = readTip('production', earlierThan('digest-v1.0.0'), encodeLease(LEASE), new Map());
  expect(read).toMatchObject({ type: 'tip', tip: { state: { current: story.state.current } } });
  expect(saysTheSame(earlierThan('digest-v1.0.0'), meant)).toBe(true);
  expect(saysTheSame(earlierThan('digest-v9.9.9'), meant)).toBe(false);
  expect(saysTheSame(earlierThan(null), meant)).toBe(false);
});

test('says what the records fold to, as far as it can say it', () => {
  expect(saysTheSame(JSON.stringify(earlier(), null, 1), encodeIndex(STATE))).toBe(true);
  expect(saysTheSame(JSON.stringify({ ...earlier(), runs: 7 }), encodeIndex(STATE))).toBe(false);
  expect(saysTheSame(JSON.stringify({ ...earlier(), starts: [] }), encodeIndex(STATE))).toBe(false);
  expect(saysTheSame('nonsense', encodeIndex(STATE))).toBe(false);
});
