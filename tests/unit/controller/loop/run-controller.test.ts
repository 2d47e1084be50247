// How a controller's life ends: when it is told to, when nothing is left, when the world says no, and when it is
// wrong itself.

import { beforeEach, describe, expect, test } from 'vitest';
import { runController } from '../../../../engine/controller/loop/run-controller.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { eventually } from '../../../support/eventually.ts';
import { openFakeRunner } from '../../../support/fake-runner.ts';
import { memoryFolder } from '../../../support/memory-folder.ts';
import type { Around } from '../../../support/memory-git.ts';
import { type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const AWAY = new Fault('remote-unreachable', 'the remote is away', { retry: 'later', hint: 'wait' });
const WRONG = new Error('an invariant');

let world: SurveyWorld;
let told: string[];
let said: string[];
let beats: number[];
let isListening: boolean;
/** Ports that webhooks were to come to. */
let followed: (number | null)[];
let end: () => void;
/** Called for every record that it makes. */
let onRecord: () => void;

beforeEach(async () => {
  world = await surveyWorld({ staging: {} });
  [told, said, beats, isListening] = [[], [], [], false];
  followed = [];
  onRecord = () => {};
});

describe('a life that goes on', () => {
  test('ends with 0 when it is told to, and stops listening and beating', async () => {
    onRecord = () => told.at(-1) === 'run-ended' && end();
    expect(await life({ once: false })).toBe(0);
    expect(told).toContain('run-ended');
    expect([isListening, beats]).toEqual([false, []]);
  });

  test('hears webhooks where the configuration says so', async () => {
    await world.commit({
      'tidegate.yaml':
        'version: 1\nforge:\n  github: { repository: acme/shop, token: TOKEN, webhook: { port: 9090, secret: HOOK } }\n',
    });
    onRecord = () => told.at(-1) === 'run-ended' && end();
    await life({ once: false });
    expect(followed).toContain(9090);
  });

  test('does not live on with a broken invariant', async () => {
    onRecord = () => {
      throw WRONG;
    };
    await expect(life({ once: false })).rejects.toBe(WRONG);
    expect([isListening, beats]).toEqual([false, []]);
  });
});

describe('a single pass', () => {
  test('ends with 0 when nothing is left to do', async () => {
    expect(await inItsTime(life({ once: true }))).toBe(0);
    expect(told.at(-1)).toBe('run-ended');
    expect(isListening).toBe(false);
  });

  test('ends with 0 as well when it is told to before that', async () => {
    onRecord = () => end();
    expect(await life({ once: true })).toBe(0);
    expect(told).not.toContain('run-ended');
  });

  test('ends with 3 and the words of the Fault when the world says no', async () => {
    const around: Around = async (operation, work) => {
      if (operation === 'look') throw AWAY;
      return work();
    };
    expect(await life({ once: true, around })).toBe(3);
    expect(said).toEqual([expect.stringContaining('the remote is away')]);
  });

  test('ends with 2 where the configuration has errors and no environment can be decided', async () => {
    await world.commit({ 'tidegate.yaml': 'version: 9\n', 'environments/staging/environment.yaml': 'nonsense: 1\n' });
    expect(await life({ once: true })).toBe(2);
  });

  test('does not hide a broken invariant', async () => {
    onRecord = () => {
      throw WRONG;
    };
    await expect(life({ once: true })).rejects.toBe(WRONG);
    expect(isListening).toBe(false);
  });
});

/** The clock goes on until it has ended. */
async function inItsTime<T>(living: Promise<T>): Promise<T> {
  let isOver = false;
  const over = living.finally(() => {
    isOver = true;
  });
  await eventually(() => {
    world.clock.advance(world.clock.nextInMs() ?? 0);
    return isOver;
  });
  return over;
}

function life({ once, around }: { readonly once: boolean; readonly around?: Around }) {
  const folder = memoryFolder();
  const log = { info: () => {}, warn: () => {}, error: (sentence: string) => void said.push(sentence) };
  return runController({
    survey: world.another('controller-1', { exports: folder.exports, ...(around === undefined ? {} : { around }) }),
    runner: openFakeRunner({ concurrency: 2, behave: () => ({}) }),
    folder,
    clock: world.clock,
    log,
    flushMs: 1_000,
    onRecord: (_, record) => {
      told.push(record.type);
      onRecord();
    },
    onBecause: () => {},
    once,
    ticker: {
      start: (everyMs) => {
        beats.push(everyMs);
        return () => void beats.splice(beats.indexOf(everyMs), 1);
      },
    },
    webhook: {
      follow: (forge) =>
        void followed.push(forge?.place.kind === 'github' ? (forge.place.webhook?.port ?? null) : null),
      close: async () => undefined,
    },
    listen: (handlers) => {
      isListening = true;
      end = handlers.end;
      return () => {
        isListening = false;
      };
    },
  });
}
