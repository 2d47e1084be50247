// Looking at a remote that is ill, by a clock in hand: what is said and when, how often it is asked, and how that
// ends.

import { beforeEach, describe, expect, test } from 'vitest';
import { RemoteWatch } from '../../../../engine/controller/loop/remote-watch.ts';
import { Sayings } from '../../../../engine/controller/loop/sayings.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { type HandClock, handClock } from '../../../support/hand-clock.ts';

let clock: HandClock;
let watch: RemoteWatch;
let looks: number;
let said: string[];
let answer: () => Promise<void>;

const ILL = new Fault('remote-unreachable', 'HTTP 500', { retry: 'later', hint: 'wait' });
const busy = (afterMs: number) =>
  new Fault('remote-unreachable', 'HTTP 429', { retry: 'later', hint: 'wait', afterMs });

beforeEach(() => {
  clock = handClock();
  [looks, said] = [0, []];
  answer = async () => {};
  const sayings = new Sayings({
    info: (text) => void said.push(text),
    warn: (text) => void said.push(text),
    error() {},
  });
  watch = new RemoteWatch({
    clock,
    random: () => 0.5,
    look: async (onAnswer) => {
      looks += 1;
      await answer();
      onAnswer();
    },
    emit: (event) => {
      if (event.type === 'failed' && event.cause instanceof Fault) sayings.fault('look', event.cause);
      if (event.type === 'look-silent') sayings.fault('look', event.fault);
      if (event.type === 'look-succeeded' && sayings.works('look')) said.push('well');
    },
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('a remote that answers with a fault', () => {
  beforeEach(async () => {
    answer = () => Promise.reject(ILL);
    watch.soon();
    await settle();
  });

  test('is said at the first, once, and when it is well', async () => {
    for (let round = 0; round < 5; round += 1) {
      clock.advance(clock.nextInMs() ?? 0);
      await settle();
    }
    expect([looks, said]).toEqual([6, ['HTTP 500; wait']]);
    answer = async () => {};
    clock.advance(clock.nextInMs() ?? 0);
    await settle();
    expect(said).toEqual(['HTTP 500; wait', 'well']);
    expect(watch.isIll).toBe(false);
  });

  test('is asked less and less often, and never less often than every 20 s', async () => {
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      waits.push(clock.nextInMs() ?? 0);
      clock.advance(waits.at(-1) ?? 0);
      await settle();
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]);
  });

  test('is not asked by the pulse in between, but by anyone who waits', async () => {
    watch.soon();
    watch.soon();
    await settle();
    expect(looks).toBe(1);
    await expect(watch.look()).rejects.toBe(ILL);
    expect(looks).toBe(2);
  });

  test('is left alone after the end', async () => {
    watch.stop();
    expect(clock.nextInMs()).toBeNull();
  });
});

test.each([
  ['is obeyed', 30_000, 30_000],
  ['shorter than our own patience is no reason to hurry', 10, 500],
  ['of an hour is a minute', 3_600_000, 60_000],
])('what a remote asks for with Retry-After %s', async (_, afterMs, waitMs) => {
  answer = () => Promise.reject(busy(afterMs));
  watch.soon();
  await settle();
  expect(clock.nextInMs()).toBe(waitMs);
});

test('a remote that gives no answer is said while it is waited for, and not again when that is given up', async () => {
  let giveUp: (cause: unknown) => void = () => {};
  answer = () =>
    new Promise((_, reject) => {
      giveUp = reject;
    });
  watch.soon();
  clock.advance(4_000);
  expect(said).toEqual(['the remote has given no answer for 4 s; it is waited for, and then asked again']);
  giveUp(new Fault('remote-timeout', 'no answer within 10 s', { retry: 'later', hint: '' }));
  await settle();
  expect(said).toHaveLength(1);
  answer = async () => {};
  clock.advance(clock.nextInMs() ?? 0);
  await settle();
  expect(said).toHaveLength(2);
});

test('what is done with an answer may take its time', async () => {
  let done = () => {};
  const took = new Promise<void>((resolve) => {
    done = resolve;
  });
  const slow = new RemoteWatch({
    clock,
    random: () => 0.5,
    look: async (onAnswer) => {
      onAnswer();
      await took;
    },
    emit: (event) => {
      if (event.type === 'look-silent') said.push(event.fault.message);
      if (event.type === 'look-succeeded') said.push('well');
    },
  });
  const looking = slow.look();
  clock.advance(60_000);
  done();
  await looking;
  expect(said).toEqual(['well']);
});
