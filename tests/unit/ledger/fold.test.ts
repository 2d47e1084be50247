// Facts to state: the same facts, the same state; and what cannot have happened is refused with a sentence.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, foldAll } from '../../../engine/ledger/fold.ts';
import type { EventRecord, LedgerRecord, RunRecord } from '../../../engine/ledger/records/table.ts';
import { type EnvironmentState, emptyState, isKnownGood } from '../../../engine/model/environment-state.ts';
import type { WriteBackResult } from '../../../engine/model/outside-effect.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { writeBackEnded, writeBackIntended } from '../../support/effect-records.ts';
import { Life } from '../../support/model-life.ts';
import { moves, shapes } from '../../support/model-moves.ts';
import { ANA, contents, instant, Story, version } from '../../support/observed-builders.ts';

describe('folding', () => {
  test('gives the same state for the same records, in one go or one at a time', () => {
    fc.assert(
      fc.property(shapes(), moves(), (shape, happens) => {
        const life = new Life(shape, reconcile).live(happens);
        const folded = foldAll(emptyState(shape.environment), structuredClone(life.records));
        expect(folded).toEqual({ type: 'state', state: life.state });
        expect(JSON.stringify(folded)).toBe(JSON.stringify({ type: 'state', state: life.state }));
        expect(life.state.seq).toBe(life.records.length);
      }),
      { numRuns: 150 },
    );
  });

  test('changes nothing that it was given', () => {
    const story = new Story().deployed('v1.0.0').opens('v1.1.0');
    const frozen = deepFreeze(structuredClone(story.state));
    expect(fold(frozen, next(frozen, { type: 'run-ended', outcome: 'Superseded', sentence: '' })).type).toBe('state');
  });

  test('takes no record twice: neither an event nor a record of a run', () => {
    fc.assert(
      fc.property(shapes(), moves(), fc.nat(), (shape, happens, at) => {
        const { records, state } = new Life(shape, reconcile).live(happens);
        if (records.length === 0) return;
        const again = records[at % records.length];
        // The ids of events are remembered only so far.
        if (again !== undefined && ('run' in again || state.events.includes(again.id))) {
          expect(fold(state, again).type).toBe('refused');
        }
      }),
      { numRuns: 150 },
    );
  });

  test('never lets the time of a record decide its place', () => {
    const story = new Story().event(suspended('first')).at('2020-01-01 00:00').event(suspended('second'));
    expect(story.state.suspended?.reason).toBe('second');
  });

  test('takes the time from controllers: the newest that any of them said, and who said it', () => {
    const story = new Story().opens('v1.0.0').event(seen('v1.1.0'), 'controller two');
    const noon = instant('2026-11-20 12:00');
    expect(story.state).toMatchObject({ lastAt: noon, lastBy: 'controller two' });
    story.at('2026-11-20 11:59').starts('test');
    expect(story.state).toMatchObject({ lastAt: noon, lastBy: 'controller two' });
  });

  test.each([
    ['a person’s laptop', { by: ANA }],
    ['a person who is called like one', { by: 'controllers of the world <a@example.org>' }],
    ['a person whose very name is one', { by: 'controller one <a@example.org>' }],
    ['a given clock', { by: 'controller one', clock: 'given' }],
  ] as const)('does not take the time from %s', (_, who) => {
    const record = { ...suspended('x'), id: 'suspended:x', at: instant('2099-01-01 00:00'), ...who } as const;
    const folded = fold(new Story().deployed('v1.0.0').state, record);
    const known = { lastAt: instant('2026-11-20 12:00') + 3_000, lastBy: 'controller one' };
    expect(folded).toMatchObject({ type: 'state', state: known });
  });
});

describe('what cannot have happened is refused:', () => {
  const open = () => new Story().deployed('v1.0.0').opens('v1.1.0');

  test.each<[string, () => Story, Partial<RunRecord> & { type: RunRecord['type'] }, string]>([
    ['a run out of number', () => new Story(), opened('production-2'), 'the next run of production is production-1'],
    [
      'a run of another environment',
      () => new Story(),
      opened('staging-1'),
      'the next run of production is production-1',
    ],
    ['a second run', open, opened('production-3', { epoch: 3 }), 'production-2 is still open'],
    ['an old epoch', () => new Story().deployed('v1.0.0'), opened('production-2'), 'its epoch 1 is not above 1'],
    [
      'an answer to nothing',
      () => new Story(),
      opened('production-1', { ...ANSWER, cause: 'production-0' }),
      'production-0 is not open',
    ],
    [
      'an answer to a run that goes on',
      () => open().starts('test'),
      opened('production-3', ANSWER),
      'production-2 is not to be rolled back',
    ],
    [
      'an answer to a failure that was to stop',
      () => open().fails('test', 'no', 'stop'),
      opened('production-3', ANSWER),
      'production-2 is not to be rolled back',
    ],
    [
      'an answer under a new epoch',
      toBeRolledBack,
      opened('production-3', { ...ANSWER, epoch: 3 }),
      'its epoch 3 is not 2, which production-2 is under',
    ],
    [
      'an answer under an old epoch',
      toBeRolledBack,
      opened('production-3', { ...ANSWER, epoch: 1 }),
      'its epoch 1 is not 2, which production-2 is under',
    ],
    [
      'an answer to the answer',
      () => toBeRolledBack().opens('v1.0.0', ANSWER).fails('deploy', 'no', 'roll-back'),
      opened('production-4', { ...ANSWER, cause: 'production-3' }),
      'production-3 is itself the answer to a failure',
    ],
    [
      'an answer by another trigger',
      toBeRolledBack,
      opened('production-3', { ...ANSWER, trigger: 'request' }),
      'a rollback by request answers no failure',
    ],
    [
      'an answer that deploys',
      toBeRolledBack,
      opened('production-3', { ...ANSWER, kind: 'deploy' }),
      'a deploy by failure answers no failure',
    ],
    [
      'an answer that says not to what',
      () => new Story().deployed('v1.0.0'),
      opened('production-2', { ...ANSWER, cause: null }),
      'it answers a failure and names none',
    ],
    [
      'a takeover with an old epoch',
      open,
      { type: 'lease-taken', epoch: 2, controller: 'x', because: '' },
      'its epoch 2 is not above 2',
    ],
    ['letting go of another lease', open, { type: 'lease-released', epoch: 1 }, 'epoch 1 does not hold the lease'],
    [
      'a stage that is not there',
      open,
      stage('stage-skipped', 'lunch', { because: '' }),
      'production-2 has no stage lunch',
    ],
    [
      'a stage skipped under way',
      () => open().starts('test'),
      stage('stage-skipped', 'test', { because: '' }),
      'test has started',
    ],
    ['a stage started after its end', () => open().passes('test'), started('test', 2), 'test has ended'],
    ['an attempt too far', open, started('test', 2), 'attempt 2 of test cannot follow attempt 0'],
    [
      'an end without a beginning',
      open,
      stage('stage-ended', 'test', { outcome: 'Failed', sentence: '' }),
      'test is not under way',
    ],
    [
      'two ends',
      () => open().passes('test'),
      stage('stage-ended', 'test', { outcome: 'Failed', sentence: '' }),
      'test is not under way',
    ],
    ['a step that was not running', () => open().starts('test'), stepEnded(1, 1), 'step 1 of test was not running'],
    ['a step of another attempt', () => open().starts('test'), stepEnded(2, 0), 'step 0 of test was not running'],
    ['a step of an ended stage', () => open().passes('test'), stepEnded(1, 1), 'step 1 of test was not running'],
    ['a retry of another step', () => open().starts('test'), retried(2, 1), 'step 1 of test was not the last to fail'],
    ['failing twice', () => open().fails('test', 'no', 'stop'), failed(), 'production-2 has failed'],
    [
      'a stage after the failure',
      () => open().fails('test', 'no', 'stop'),
      started('deploy', 1),
      'production-2 has failed',
    ],
    [
      'a stage started again without doubt',
      () => open().starts('test'),
      started('test', 2),
      'test is under way, and nobody doubts it',
    ],
    ['an end of no write-back', open, merged('production-2'), 'no write-back is intended'],
    [
      'an effect by another name than its own',
      open,
      intended('production-3'),
      'the write-back of production-2 is called production-2/write-back',
    ],
    [
      'a second intent',
      () => open().record(intended('production-2')),
      intended('production-2'),
      'a write-back is intended already',
    ],
    [
      'a second end',
      () => open().record(intended('production-2')).record(merged('production-2')),
      merged('production-2'),
      'the write-back has ended',
    ],
    ['anything after the end', () => open().ends('Superseded', ''), failed(), 'production-2 is not open'],
  ])('%s', (_, tell, record, why) => {
    const { state } = tell();
    const told = { ...record, run: record.run ?? 'production-2' } as RunRecord;
    const folded = fold(state, next(state, told));
    expect(folded).toMatchObject({ type: 'refused', sentence: expect.stringMatching(new RegExp(`: ${why}$`)) });
  });

  test('and nothing else: the answer to a failure under its lease is taken', () => {
    const { state } = toBeRolledBack().opens('v1.0.0', { ...ANSWER });
    expect(state.open.map(({ id, cause }) => [id, cause])).toEqual([
      ['production-2', null],
      ['production-3', 'production-2'],
    ]);
    expect(state.epoch).toBe(2);
  });

  test('a record out of its number, with the one that is due', () => {
    const { state } = open();
    const folded = fold(state, { ...next(state, failed()), id: 'production-2.7' });
    expect(folded).toEqual({
      type: 'refused',
      sentence: 'run-failed "production-2.7" cannot be: record 2 of production-2 is due',
    });
  });

  test('a tag seen twice', () => {
    const story = new Story().event(seen('v1.0.0'));
    expect(() => story.event(seen('v1.0.0'))).toThrow('v1.0.0 is known already');
  });

  test('a reason that is a book', () => {
    const why = 'its reason is longer than 2000 characters';
    expect(() => new Story().event(suspended('x'.repeat(2_001)))).toThrow(why);
    expect(() => new Story().event({ type: 'rollback-requested', to: null, reason: 'x'.repeat(2_001) })).toThrow(why);
    expect(new Story().event(suspended('x'.repeat(2_000))).state.suspended?.reason).toHaveLength(2_000);
  });

  test('adopting other contents than those that run', () => {
    const adopted = { type: 'adopted', version: version('v1.1.0'), contents: contents('v1.1.0'), because: '' } as const;
    expect(() => new Story().event(adopted)).toThrow('other contents run here');
    expect(() => new Story().deployed('v1.0.0').event(adopted)).toThrow('other contents run here');
  });

  test('and foldAll stops at the first', () => {
    const record = { ...suspended('x'), id: 'suspended:x', at: 0, by: ANA } as const;
    expect(foldAll(emptyState('production'), [record, record])).toMatchObject({ type: 'refused' });
  });
});

describe('the end of a run', () => {
  test('that succeeded says what runs here, and that it is known-good', () => {
    const { state } = new Story().deployed('v1.0.0').deployed('v1.1.0');
    expect(state.current).toMatchObject({ version: version('v1.1.0'), run: 'production-2', left: [] });
    expect(isKnownGood(state, 'digest-v1.0.0')).toBe(true);
    expect(state.newest.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'production-2 Succeeded',
      'production-1 Succeeded',
    ]);
    expect(state.open).toEqual([]);
  });

  test.each([
    ['Failed', 1],
    ['Errored', 1],
    ['RolledBack', 1],
    ['Cancelled', 1],
    ['Superseded', 0],
  ] as const)('as %s puts its contents in quarantine: %i', (outcome, count) => {
    const { state } = new Story().deployed('v1.0.0').opens('v1.1.0').starts('test').ends(outcome, 'so it was');
    expect(state.quarantine).toHaveLength(count);
    expect(state.current?.version).toEqual(version('v1.0.0'));
    expect(isKnownGood(state, 'digest-v1.1.0')).toBe(false);
  });

  test('of a revert that somebody pushed is a start, as it waits like one; of a rollback it is none', () => {
    const story = new Story().deployed('v1.0.0').deployed('v1.1.0');
    story.deployed('v1.0.0', { kind: 'rollback', trigger: 'revert' });
    expect(story.state.starts.map(({ run }) => run)).toEqual(['production-3', 'production-2', 'production-1']);
    story.deployed('v1.1.0', { kind: 'rollback', trigger: 'request' });
    expect(story.state.starts).toHaveLength(3);
  });

  test('of a deployment that a person asked for releases the quarantine, and remembers what it replaced', () => {
    const story = new Story().deployed('v1.0.0').failedAndRolledBack('v1.1.0', 'no');
    expect(story.state.quarantine.map(({ digest }) => digest)).toEqual(['digest-v1.1.0']);
    story.deployed('v1.1.0', { trigger: 'request' });
    expect(story.state.quarantine).toEqual([]);
    expect(story.state.current?.left).toEqual([{ version: version('v1.0.0'), digest: 'digest-v1.0.0' }]);
  });

  test('of a rollback that a person asked for puts what it replaced in quarantine', () => {
    const { state } = new Story()
      .deployed('v1.0.0')
      .deployed('v1.1.0')
      .deployed('v1.0.0', { kind: 'rollback', trigger: 'request', reason: 'slow' });
    expect(state.quarantine).toMatchObject([{ digest: 'digest-v1.1.0', sentence: 'rolled back: slow' }]);
  });

  test('leaves the environment stalled where nothing else is tried, until a person acts', () => {
    const stalled = () => new Story().opens('v1.0.0').fails('deploy', 'no', 'stall').ends('Failed', 'no');
    expect(stalled().state.stalled).toMatchObject({ run: 'production-1', sentence: 'deploy: no' });
    expect(stalled().event({ type: 'resumed', reason: 'seen' }).state.stalled).toBeNull();
    expect(stalled().opens('v1.0.1', { trigger: 'request' }).state.stalled).toBeNull();
    expect(stalled().event(suspended('wait')).state.stalled).not.toBeNull();
  });

  test('leaves it stalled too where the rollback that was decided never came', () => {
    const { state } = new Story()
      .deployed('v1.0.0')
      .opens('v1.1.0')
      .fails('deploy', 'no', 'roll-back')
      .ends('Failed', 'gone');
    expect(state.stalled).toMatchObject({ run: 'production-2', sentence: 'gone' });
  });

  test('carries the patch tag on as what runs here', () => {
    const story = new Story().deployed('v1.0.0').deployed('v1.1.0');
    story.opens('v1.0.0', { kind: 'rollback', trigger: 'request' }).record(intended('production-3'));
    const commit = version('restore').commit;
    story.record(merged('production-3', { tag: 'v1.1.1', commit })).ends('Succeeded', 'rolled back');
    expect(story.state.current?.version).toEqual({ commit, tag: 'v1.1.1' });
    expect(story.state.writtenTags).toEqual(['v1.1.1']);
  });
});

describe('index.json stays small:', () => {
  test('contents, quarantine, tags and newest runs are bounded, newest first', () => {
    const story = new Story();
    for (let count = 1; count <= 230; count += 1) {
      story
        .event(seen(`v1.${count}.0`))
        .opens(`v1.${count}.0`)
        .starts('test')
        .ends('Failed', 'no');
    }
    const { contents: known, quarantine, tags, newest, events } = story.state;
    expect([known, quarantine, tags, newest, events].map((list) => list.length)).toEqual([20, 200, 200, 20, 50]);
    expect([known[0]?.digest, quarantine[0]?.digest, tags[0]?.tag, newest[0]?.id]).toEqual([
      'digest-v1.230.0',
      'digest-v1.230.0',
      'v1.230.0',
      'production-230',
    ]);
  });

  test('what failed since does not crowd out the good versions, which are bounded as well', () => {
    const story = new Story();
    for (let count = 1; count <= 60; count += 1) story.deployed(`v1.${count}.0`);
    for (let count = 1; count <= 30; count += 1) story.opens(`v2.${count}.0`).starts('test').ends('Failed', 'no');
    const good = story.state.contents.filter(({ outcome }) => outcome === 'Succeeded').map(({ digest }) => digest);
    expect([story.state.contents.length, good.length]).toEqual([70, 50]);
    expect([good.at(0), good.at(-1)]).toEqual(['digest-v1.60.0', 'digest-v1.11.0']);
  });

  test('an event is known for as long as a batch can be in doubt', () => {
    const story = new Story();
    const ids: string[] = [];
    for (let count = 0; count < 60; count += 1) {
      story.event(suspended(`${count}`));
      ids.unshift(story.state.events[0] ?? '');
    }
    expect(story.state.events).toEqual(ids.slice(0, 50));
  });
});

const ANSWER = { kind: 'rollback', trigger: 'failure', cause: 'production-2', epoch: 2 } as const;

function toBeRolledBack(): Story {
  return new Story().deployed('v1.0.0').opens('v1.1.0').fails('deploy', 'no', 'roll-back');
}

function next(state: EnvironmentState, record: Partial<RunRecord> & { type: RunRecord['type'] }): LedgerRecord {
  const run = record.run ?? `${state.environment}-${state.runs}`;
  const records = state.open.find((open) => open.id === run)?.records ?? 0;
  return { at: 0, by: 'controller one', id: `${run}.${records + 1}`, ...record, run } as LedgerRecord;
}

function opened(run: string, change: object = {}) {
  const { state } = new Story().opens('v9.0.0');
  const { version: of, contents: has } = state.open[0] ?? {};
  const common = { kind: 'deploy', trigger: 'tag', version: of, contents: has, previous: null, cause: null } as const;
  return { type: 'run-opened', run, ...common, stages: [], epoch: 1, controller: 'x', ...change } as never;
}

function stage(type: RunRecord['type'], name: string, rest: object) {
  return { type, stage: name, ...rest } as never;
}

function started(name: string, attempt: number) {
  return stage('stage-started', name, { attempt, step: 0, because: 'first', epoch: 2 });
}

function stepEnded(attempt: number, step: number) {
  return stage('step-ended', 'test', { attempt, step, name: 'x', outcome: 'failed', sentence: '' });
}

function retried(attempt: number, step: number) {
  return stage('step-retried', 'test', { attempt, step, notBefore: 0 });
}

function failed() {
  return { type: 'run-failed', stage: null, outcome: 'Failed', sentence: 'no', next: 'stop' } as const;
}

function intended(run = 'production-1') {
  const versions = { from: version('v1.1.0'), to: version('v1.0.0') };
  return writeBackIntended(run, { branch: 'main', ...versions, paths: ['a'], tag: 'v1.1.1', onlyBranch: null });
}

function merged(run = 'production-1', what: Partial<WriteBackResult> = {}) {
  return writeBackEnded(run, { result: 'merged', commit: null, tag: null, branch: null, sentence: '', ...what });
}

function suspended(reason: string) {
  return { type: 'suspended', reason, until: null } as const satisfies Partial<EventRecord>;
}

function seen(tag: string) {
  return { type: 'tag-seen', tag, oid: version(tag).commit, commit: version(tag).commit } as const;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
