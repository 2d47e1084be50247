// The life of outside effects in one process: once at a time, later after each fault, and what became of them kept by
// id for as long as it says something.

import { beforeEach, expect, test } from 'vitest';
import { Backoff } from '../../../../engine/controller/effects/backoff.ts';
import type { EffectEvent } from '../../../../engine/controller/effects/effect-event.ts';
import { Outside } from '../../../../engine/controller/effects/outside.ts';
import { type OutsideEffect, removeBranchId, writeBackId } from '../../../../engine/model/outside-effect.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { eventually } from '../../../support/eventually.ts';
import { type HandClock, handClock } from '../../../support/hand-clock.ts';
import { openMemoryGit } from '../../../support/memory-git.ts';
import { type MemoryRemote, memoryRemote } from '../../../support/memory-remote.ts';

const APP = 'environments/staging/app.txt';
const HELD = 'tidegate/_restore/staging-1';
const ID = writeBackId('staging-2');

let remote: MemoryRemote;
let clock: HandClock;
let outside: Outside;
let effect: OutsideEffect<'write-back'>;
let removal: OutsideEffect<'remove-branch'>;
let events: EffectEvent[];
let looks: number;
let isOurs: boolean;

beforeEach(async () => {
  remote = memoryRemote();
  const good = await remote.commit({ [APP]: 'good\n' });
  const held = await remote.commit({ [APP]: 'held\n' }, { branch: HELD, parent: good });
  const bad = await remote.commit({ [APP]: 'bad\n' });
  clock = handClock();
  events = [];
  looks = 0;
  isOurs = true;
  outside = new Outside({
    git: openMemoryGit({ remote }),
    clock,
    backoff: new Backoff(() => 0.5),
    isOurs: () => isOurs,
    look: async () => {
      looks += 1;
    },
    emit: (event) => events.push(event),
  });
  const payload = {
    branch: 'main',
    from: { commit: bad, tag: null },
    to: { commit: good, tag: null },
    paths: [APP],
    tag: null,
    onlyBranch: null,
    intendedAt: 0,
    reason: 'it is bad',
  };
  effect = {
    type: 'outside',
    id: ID,
    kind: 'write-back',
    environment: 'staging',
    run: 'staging-2',
    payload,
  };
  removal = {
    type: 'outside',
    id: removeBranchId(HELD),
    kind: 'remove-branch',
    environment: 'staging',
    run: null,
    payload: { branch: HELD, commit: held },
  };
});

test('asked twice at once, it is performed once, and what became of it is known by its id', async () => {
  outside.perform(effect);
  outside.perform(effect);
  expect(outside.pending).toBe(1);
  await over(1);
  expect(events).toEqual([{ type: 'effect-over', environment: 'staging' }]);
  expect(looks).toBe(1);
  expect(known(ID)).toMatchObject({ kind: 'write-back', run: 'staging-2', result: { result: 'merged' } });
  expect(outside.pending).toBe(0);
});

test('refused, it is tried again later, and the refusals are counted until they are the answer', async () => {
  await remote.refusePushes({ to: 'refs/', words: 'not now' });
  for (let times = 1; times <= 3; times += 1) {
    outside.perform(effect);
    await eventually(() => failures() === times);
    expect(known(ID)).toBeUndefined();
    outside.perform(effect);
    expect(outside.pending).toBe(1);
    clock.advance(clock.nextInMs() ?? 0);
    await over(times);
  }
  outside.perform(effect);
  await over(4);
  expect(failures()).toBe(3);
  expect(known(ID)?.result).toMatchObject({ result: 'held', branch: null });
});

test('who says when to come again is not asked before, and a controller that runs once does not stay for it', async () => {
  const afterMs = 1_800_000;
  const busy = new Fault('remote-refused', 'too many requests', { retry: 'later', hint: 'wait', afterMs });
  const ill = new Outside({
    git: { ...openMemoryGit({ remote }), look: () => Promise.reject(busy) },
    clock,
    backoff: new Backoff(() => 0.5),
    isOurs: () => true,
    look: async () => {},
    emit: (event) => events.push(event),
  });
  ill.perform(effect);
  await eventually(() => failures() === 1);
  expect(clock.nextInMs()).toBe(afterMs);
  expect(ill.pending).toBe(0);
  ill.perform(effect);
  clock.advance(afterMs - 1);
  expect(failures()).toBe(1);
  clock.advance(1);
  await over(1);
  ill.perform(effect);
  await eventually(() => failures() === 2);
});

test('a mistake of ours is no fault of the world, and is not tried again', async () => {
  const git = openMemoryGit({ remote });
  const ill = new Outside({
    git: { ...git, look: () => Promise.reject(new TypeError('a mistake of ours')) },
    clock,
    backoff: new Backoff(() => 0.5),
    isOurs: () => true,
    look: async () => {},
    emit: (event) => events.push(event),
  });
  ill.perform(effect);
  await eventually(() => failures() === 1);
  expect(events).toMatchObject([{ type: 'failed', what: ID, cause: { message: 'a mistake of ours' } }]);
  expect(clock.nextInMs()).toBeNull();
});

test('what became of a run is forgotten with it', async () => {
  outside.perform(effect);
  await over(1);
  outside.forget('staging', 'staging-1');
  expect(known(ID)).toBeDefined();
  outside.forget('staging', 'staging-2');
  expect(known(ID)).toBeUndefined();
});

test('of a run that is not ours any more nothing is kept, of what needs no lease it is', async () => {
  await remote.refusePushes({ to: HELD, words: 'not this one' });
  outside.perform(effect);
  outside.perform(removal);
  await over(2);
  isOurs = false;
  outside.forgetLost();
  expect(known(ID)).toBeUndefined();
  expect(known(removal.id)?.result).toEqual({
    result: 'kept',
    sentence: 'the remote does not let it be removed (not this one)',
  });
});

test('what ends after the run was lost is not kept at all', async () => {
  outside.perform(effect);
  isOurs = false;
  await over(1);
  expect(known(ID)).toBeUndefined();
});

function known(id: string) {
  return outside.ended.get('staging')?.get(id);
}

function failures(): number {
  return events.filter(({ type }) => type === 'failed').length;
}

function over(times: number): Promise<void> {
  return eventually(() => events.filter(({ type }) => type === 'effect-over').length === times);
}
