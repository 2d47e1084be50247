// When the ledger is pushed, by a clock in hand: in batches, soon, again and again while a run is open; and what it
// tells the runner and the journal.

import { beforeEach, describe, expect, test } from 'vitest';
import { Flusher, readSeen } from '../../../../engine/controller/loop/flusher.ts';
import type { Survey } from '../../../../engine/controller/observe/survey.ts';
import { basisOf } from '../../../../engine/ledger/entry.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { eventually } from '../../../support/eventually.ts';
import { openFakeRunner } from '../../../support/fake-runner.ts';
import {
  ENVIRONMENT,
  event,
  type LedgerWorld,
  ledgerWorld,
  opened,
  REF,
  skipped,
  taken,
  type Writer,
} from '../../../support/ledger-world.ts';
import { type MemoryFolder, memoryFolder } from '../../../support/memory-folder.ts';

let world: LedgerWorld;
let one: Writer;
let folder: MemoryFolder;
let flusher: Flusher;
let renewed: number[];
let moved: number;
let changed: string[];
let warned: string[];
let faults: string[];

beforeEach(async () => {
  world = ledgerWorld();
  one = await world.writer('one');
  folder = memoryFolder();
  [renewed, moved, changed, warned, faults] = [[], 0, [], [], []];
  const runner = openFakeRunner({ concurrency: 1, behave: () => 'runs' });
  flusher = new Flusher({
    survey: { ledger: one.ledger, seen: one.ledger.known, ledgerRef: () => REF } as unknown as Survey,
    clock: world.clock,
    log: { info: () => {}, error: () => {}, warn: (said) => void warned.push(said) },
    runner: { ...runner, renew: (_, forMs) => void renewed.push(forMs) },
    folder,
    flushMs: 1_000,
    emit: (event) => {
      if (event.type === 'remote-moved') moved += 1;
      else if (event.type === 'pushed') changed.push(...event.accepted);
      else faults.push(event.cause instanceof Fault ? event.cause.code : String(event.cause));
    },
  });
});

describe('records', () => {
  test('wait for others, and go in one commit', async () => {
    append('a');
    flusher.schedule();
    world.clock.advance(600);
    append('b');
    flusher.schedule();
    expect(world.clock.nextInMs()).toBe(400);
    world.clock.advance(399);
    expect(world.clock.nextInMs()).toBe(1);
    world.clock.advance(1);
    await eventually(() => changed.length > 0);
    expect(await written()).toEqual(['suspended:a', 'suspended:b']);
    expect(await commits()).toBe(1);
    expect(changed).toEqual([ENVIRONMENT]);
  });

  test('of a run’s end go soon', async () => {
    append('a');
    flusher.flushSoon();
    expect(world.clock.nextInMs()).toBe(100);
  });

  test('that the remote refuses stay, and are tried again less and less often', async () => {
    await world.remote.refusePushes({ to: 'tidegate', words: 'protected' });
    append('a');
    flusher.schedule();
    const waits: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const waitMs = world.clock.nextInMs() ?? 0;
      waits.push(waitMs);
      world.clock.advance(waitMs);
      // The attempt is over when the next is set.
      await eventually(() => faults.length > round);
      await eventually(() => world.clock.nextInMs() !== null);
    }
    expect(waits.at(-1)).toBeGreaterThan(2 * (waits[1] ?? 0));
    expect(warned).toHaveLength(1);
    expect(new Set(faults)).toEqual(new Set(['remote-refused']));
    expect(faults.length).toBeGreaterThan(3);
    expect(folder.journal).toHaveLength(1);
    await world.remote.refusePushes(null);
    world.clock.advance(60_000);
    await eventually(() => changed.length > 0);
    expect(await written()).toEqual(['suspended:a']);
  });

  test('that nobody answers are a fault each time, said once, and tried again after a look less and less often', async () => {
    one.fate = 'lost';
    append('a');
    flusher.schedule();
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      waits.push(world.clock.nextInMs() ?? 0);
      world.clock.advance(waits.at(-1) ?? 0);
      await eventually(() => faults.length > round);
      await one.look();
      flusher.schedule();
    }
    expect(waits.at(-1)).toBeGreaterThan(2 * (waits[1] ?? 0));
    expect(warned).toEqual([expect.stringContaining(`the remote did not say that it took ${REF}`)]);
    one.fate = 'through';
    world.clock.advance(60_000);
    await eventually(() => changed.length > 0);
    expect(await written()).toEqual(['suspended:a']);
  });

  test('that were overtaken ask for a look, and go after it', async () => {
    append('a');
    const two = await world.writer('two');
    two.ledger.append(ENVIRONMENT, [event('b')]);
    await two.push();
    await flusher.flushAll();
    expect(moved).toBe(1);
    await one.look();
    await flusher.flushAll();
    expect(await written()).toEqual(['suspended:b', 'suspended:a']);
  });

  test('in doubt are not sent again before a look', async () => {
    append('a');
    one.fate = 'unanswered';
    await expect(flusher.flushAll()).rejects.toThrow(`the remote did not say that it took ${REF}`);
    one.fate = 'through';
    await flusher.flushAll();
    expect([moved, await commits()]).toEqual([1, 1]);
    await one.look();
    await flusher.flushAll();
    expect(await written()).toEqual(['suspended:a']);
  });
});

describe('the journal', () => {
  test('is cleared when the remote has everything', async () => {
    append('a');
    await flusher.flushAll();
    expect(folder.journal).toEqual([]);
  });

  test('is kept while something came during the push', async () => {
    append('a');
    one.during = async () => append('b');
    await flusher.flushAll();
    expect(folder.journal.join()).toContain('suspended:b');
    one.during = async () => {};
    await flusher.flushAll();
    expect(folder.journal).toEqual([]);
  });

  test('is kept while the push is in doubt', async () => {
    append('a');
    one.fate = 'lost';
    await expect(flusher.flushAll()).rejects.toBeInstanceOf(Fault);
    expect(folder.journal).toHaveLength(1);
  });
});

describe('a lease', () => {
  beforeEach(async () => {
    await flusher.claim(
      new Map([[ENVIRONMENT, { records: [opened(1, 1, 'one')], bound: null, decidedOn: basisOf(one.entry) }]]),
    );
    renewed.length = 0;
  });

  test('is renewed in time while the run is open, and with it the runner’s jobs', async () => {
    flusher.schedule();
    expect(world.clock.nextInMs()).toBe(8_000);
    world.clock.advance(8_000);
    await eventually(() => renewed.length > 0);
    await eventually(() => world.clock.nextInMs() !== null);
    expect(one.entry.remote.tip.lease.renewal).toBe(2);
    expect(renewed).toEqual([25_000]);
    expect(world.clock.nextInMs()).toBe(8_000);
  });

  test.each([
    [1_000, true],
    [1_001, false],
  ])('goes with another that is due %d ms earlier, in one push: %s', async (laterMs, isTogether) => {
    const wanted = new Map(['staging', ENVIRONMENT].map((name) => [name, `refs/heads/tidegate/${name}`]));
    await one.ledger.take(new Map(world.remote.refs), wanted, world.clock.monotonicMs());
    world.clock.advance(laterMs);
    const claim = { ...opened(1, 1, 'one'), id: 'staging-1.1', run: 'staging-1' } as const;
    await one.ledger.push(['staging'], new Map([['staging', [claim]]]));
    flusher.schedule();
    expect(world.clock.nextInMs()).toBe(8_000 - laterMs);
    changed.length = 0;
    world.clock.advance(8_000 - laterMs);
    await eventually(() => changed.length > 0);
    expect(changed.toSorted()).toEqual(isTogether ? [ENVIRONMENT, 'staging'] : [ENVIRONMENT]);
  });

  test('is renewed by any push as well', async () => {
    world.clock.advance(5_000);
    one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2)]);
    await flusher.flushAll();
    flusher.schedule();
    expect(world.clock.nextInMs()).toBe(8_000);
  });

  test('counts from when the push began, not from when it was answered', async () => {
    one.during = async () => world.clock.advance(3_000);
    one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2)]);
    await flusher.flushAll();
    expect(renewed).toEqual([22_000]);
  });

  test('is not lost over the rest after a push that took long', async () => {
    one.during = async () => world.clock.advance(10_000);
    one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2)]);
    await flusher.flushAll();
    append('a');
    flusher.flushSoon();
    // Four times what it took would be beyond the lease; a quarter of a renewal is the most.
    expect(world.clock.nextInMs()).toBe(2_500);
  });

  test.each([
    [0, 100],
    [100, 400],
    [600, 2_400],
    [3_000, 2_500],
  ])('may wait after a push of %d ms for %d ms', async (tookMs, restMs) => {
    one.during = async () => world.clock.advance(tookMs);
    one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2)]);
    await flusher.flushAll();
    append('a');
    flusher.flushSoon();
    expect(world.clock.nextInMs()).toBe(restMs);
  });

  test('that another has taken is not renewed by what else is written', async () => {
    await (await world.writer('two')).push([taken(1, 2, 2, 'two')]);
    await one.look();
    append('a');
    await flusher.flushAll();
    expect(await written()).toContain('suspended:a');
    expect(renewed).toEqual([]);
  });

  test('that another has taken is not renewed', async () => {
    await (await world.writer('two')).push([taken(1, 2, 2, 'two')]);
    await one.look();
    flusher.schedule();
    expect(world.clock.nextInMs()).toBeNull();
  });
});

describe('a claim', () => {
  test('that is refused says so, beside those that were accepted', async () => {
    await world.remote.refusePushes({ to: 'tidegate', words: 'protected branch' });
    const { accepted, fault } = await flusher.claim(
      new Map([[ENVIRONMENT, { records: [opened(1, 1, 'one')], bound: null, decidedOn: basisOf(one.entry) }]]),
    );
    expect([...accepted]).toEqual([]);
    expect(fault).toMatchObject({ code: 'remote-refused', message: expect.stringContaining('protected branch') });
  });
});

test('a claim that nobody answers is a fault, and not taken for one that was overtaken', async () => {
  const decidedOn = basisOf(one.entry);
  one.fate = 'lost';
  const claims = new Map([[ENVIRONMENT, { records: [opened(1, 1, 'one')], bound: null, decidedOn }]]);
  const { accepted, fault } = await flusher.claim(claims);
  expect([...accepted]).toEqual([]);
  expect(fault).toMatchObject({ message: expect.stringContaining('the remote did not say that it took') });
  expect(moved).toBe(1);
});

test('a claim that was overtaken while it waited for its turn is decided again', async () => {
  const decidedOn = basisOf(one.entry);
  append('a');
  const claims = new Map([[ENVIRONMENT, { records: [opened(1, 1, 'one')], bound: null, decidedOn }]]);
  expect(await flusher.claim(claims)).toEqual({ accepted: new Set(), fault: null });
  expect(moved).toBe(1);
});

test('stopping pushes what is pending, and notes what was seen', async () => {
  append('a');
  await flusher.stop();
  expect(await written()).toEqual(['suspended:a']);
  expect(readSeen(folder.notes.get('ledger-tips.json') ?? null)).toEqual(new Map([[REF, world.remote.refs.get(REF)]]));
  flusher.schedule();
  expect(world.clock.nextInMs()).toBeNull();
});

test.each([null, '', '[]', 'null', '{"a":1}', '{'])('a note that says %j has seen nothing', (text) => {
  expect(readSeen(text)).toEqual(new Map());
});

function append(name: string): void {
  one.ledger.append(ENVIRONMENT, [event(name)]);
  folder.journal.push(`${ENVIRONMENT}\t${event(name).id}`);
}

async function written(): Promise<readonly string[]> {
  expect(await world.problems()).toEqual([]);
  return (await world.written()).map(({ id }) => id);
}

async function commits(): Promise<number> {
  const tip = world.remote.refs.get(REF);
  if (tip === undefined) return 0;
  await one.git.fetch(new Map([[REF, tip]]));
  return (await one.git.firstParents(tip, 100)).length;
}
