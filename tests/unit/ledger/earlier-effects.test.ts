// Ledgers that were written before outside effects had kinds: their write-backs are read as what is written today.

import { describe, expect, test } from 'vitest';
import { fold } from '../../../engine/ledger/fold.ts';
import { decodeLine, encodeLine } from '../../../engine/ledger/lines.ts';
import type { EnvironmentState } from '../../../engine/model/environment-state.ts';
import { Story, version } from '../../support/observed-builders.ts';

const FROM = version('v1.1.0');
const TO = version('v1.0.0');
const COMMIT = version('restore').commit;
const COMMON = { at: '2026-11-20T12:00:00Z', by: 'controller c1', run: 'production-3' };

const INTENDED = {
  ...COMMON,
  seq: 7,
  type: 'write-back-intended',
  id: 'production-3.2',
  branch: 'main',
  from: FROM,
  to: TO,
  paths: ['a'],
  tag: 'v1.1.1',
  onlyBranch: null,
};
const ENDED = {
  ...COMMON,
  seq: 8,
  type: 'write-back-ended',
  id: 'production-3.3',
  result: 'merged',
  commit: COMMIT,
  tag: 'v1.1.1',
  branch: null,
  sentence: 'written back',
};

describe('a write-back of an earlier ledger', () => {
  test('is read as an outside effect, with the name that it has today', () => {
    expect(recordOf(INTENDED)).toMatchObject({
      type: 'effect-intended',
      effect: 'production-3/write-back',
      kind: 'write-back',
      payload: { branch: 'main', from: FROM, to: TO, paths: ['a'], tag: 'v1.1.1', onlyBranch: null },
    });
    expect(recordOf(ENDED)).toMatchObject({
      type: 'effect-ended',
      effect: 'production-3/write-back',
      result: { result: 'merged', commit: COMMIT, tag: 'v1.1.1', branch: null, sentence: 'written back' },
    });
  });

  test('means what it meant: intended, ended, and its tag is ours', () => {
    const state = [INTENDED, ENDED].map(recordOf).reduce(folded, rollingBack());
    expect(state.open.at(-1)?.writeBack).toEqual({
      branch: 'main',
      from: FROM,
      to: TO,
      paths: ['a'],
      tag: 'v1.1.1',
      onlyBranch: null,
      intendedAt: Date.UTC(2026, 10, 20, 12),
      ended: { result: 'merged', commit: COMMIT, tag: 'v1.1.1', branch: null, sentence: 'written back' },
    });
    expect(state.writtenTags).toEqual(['v1.1.1']);
  });

  test('that was only intended is ended by a record of today', () => {
    const today = encodeLine(8, recordOf(ENDED));
    expect(today).toContain('"type":"effect-ended"');
    const state = [INTENDED, JSON.parse(today)].map(recordOf).reduce(folded, rollingBack());
    expect(state.open.at(-1)?.writeBack?.ended?.commit).toBe(COMMIT);
  });

  test.each([
    ['with a field that nobody knows', { ...INTENDED, force: true }],
    ['without one that it needs', { ...INTENDED, paths: undefined }],
    ['of no run', { ...INTENDED, run: undefined }],
    ['with a result that there is not', { ...ENDED, result: 'forced' }],
  ])('%s is refused', (_, line) => {
    expect(decodeLine(JSON.stringify(line)).type).toBe('refused');
  });
});

test('a kind that nobody knows is refused', () => {
  const line = JSON.parse(encodeLine(7, recordOf(INTENDED)));
  expect(decodeLine(JSON.stringify(line)).type).toBe('line');
  expect(decodeLine(JSON.stringify({ ...line, kind: 'merge' })).type).toBe('refused');
  expect(decodeLine(JSON.stringify({ ...line, kind: '__proto__' })).type).toBe('refused');
});

function rollingBack(): EnvironmentState {
  const story = new Story().deployed('v1.0.0').deployed('v1.1.0');
  return story.opens('v1.0.0', { kind: 'rollback', trigger: 'request' }).state;
}

function recordOf(line: object) {
  const decoded = decodeLine(JSON.stringify(line));
  if (decoded.type === 'refused') throw new Error(decoded.sentence);
  return decoded.line.record;
}

function folded(state: EnvironmentState, record: Parameters<typeof fold>[1]): EnvironmentState {
  const next = fold(state, record);
  if (next.type === 'refused') throw new Error(next.sentence);
  return next.state;
}
