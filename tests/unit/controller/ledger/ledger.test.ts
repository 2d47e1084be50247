// The ledger between local disk and remote: whatever becomes of a push, each record is there once, or is dropped
// because another controller speaks for the environment now.

import { beforeEach, describe, expect, test } from 'vitest';
import { journalLine, readJournal } from '../../../../engine/controller/ledger/journal.ts';
import { COUNT_MAX } from '../../../../engine/ledger/bounds.ts';
import { basisOf } from '../../../../engine/ledger/entry.ts';
import {
  ENVIRONMENT,
  ended,
  event,
  type LedgerWorld,
  ledgerWorld,
  opened,
  REF,
  skipped,
  taken,
  type Writer,
} from '../../../support/ledger-world.ts';
import { memoryCache } from '../../../support/memory-git.ts';

let world: LedgerWorld;
let one: Writer;

beforeEach(async () => {
  world = ledgerWorld();
  one = await world.writer('one');
});

describe('a record that is appended', () => {
  test('counts at once here, and on the remote when it was pushed', async () => {
    one.ledger.append(ENVIRONMENT, [event('a')]);
    expect(one.entry.state.suspended?.reason).toBe('a');
    expect(await names()).toEqual([]);
    expect(await one.push()).toBe('accepted');
    expect(await names()).toEqual(['suspended:a']);
    expect(one.entry.pending).toEqual([]);
    expect(one.entry.pendingSinceMs).toBeNull();
  });

  test('is written however many have been: a file of events ends with its thousand', async () => {
    const reason = (count: number) => `${count} `.padEnd(2_000, '.');
    for (let batch = 0; batch < 3; batch += 1) {
      const many = Array.from({ length: 500 }, (_, count) => {
        return { ...event(`${batch}.${count}`), reason: reason(count) } as ReturnType<typeof event>;
      });
      one.ledger.append(ENVIRONMENT, many);
      expect(await one.push()).toBe('accepted');
    }
    expect(await names()).toHaveLength(1_500);
    const files = await one.git.listFiles(one.entry.remote.oid ?? '', ['events']);
    expect(files.map(({ path }) => path)).toEqual(['events/2026/11/1.jsonl', 'events/2026/11/1001.jsonl']);
  });

  test('while a push is under way waits for the next', async () => {
    one.ledger.append(ENVIRONMENT, [event('a')]);
    one.during = async () => one.ledger.append(ENVIRONMENT, [event('b')]);
    await one.push();
    expect(one.entry.pending.map(({ id }) => id)).toEqual(['suspended:b']);
    expect(one.entry.state.suspended?.reason).toBe('b');
    one.during = async () => {};
    await one.push();
    expect(await names()).toEqual(['suspended:a', 'suspended:b']);
  });

  test('goes with those of other environments in one push', async () => {
    const wanted = new Map(['production', 'staging', 'test'].map((name) => [name, `refs/heads/tidegate/${name}`]));
    await one.ledger.take(new Map(), wanted, world.clock.monotonicMs());
    for (const name of wanted.keys()) one.ledger.append(name, [event(name)]);
    let pushes = 0;
    one.during = async () => {
      pushes += 1;
    };
    const results = await one.ledger.push([...wanted.keys()]);
    expect([...results.values()].map(({ type }) => type)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(pushes).toBe(1);
  });
});

describe('a push that', () => {
  beforeEach(() => one.ledger.append(ENVIRONMENT, [event('a')]));

  test('the remote refuses keeps its records for the next', async () => {
    await world.remote.refusePushes({ to: 'tidegate', words: 'protected' });
    expect(await one.push()).toBe('refused');
    expect(one.entry.pending).toHaveLength(1);
    await world.remote.refusePushes(null);
    expect(await one.push()).toBe('accepted');
    expect(await names()).toEqual(['suspended:a']);
  });

  test('never left keeps its records, and does not keep looks out for ever', async () => {
    one.fate = 'thrown';
    await expect(one.push()).rejects.toThrow('never left');
    expect(one.entry).toMatchObject({ isPushing: false, pending: [{ id: 'suspended:a' }] });
    one.fate = 'through';
    expect(await one.push()).toBe('accepted');
    expect(await names()).toEqual(['suspended:a']);
  });

  test('was overtaken by another writer is built again on what that one wrote', async () => {
    await (await other('two', event('b'))).push();
    expect(await one.push()).toBe('moved');
    await one.look();
    expect(one.entry.state.suspended?.reason).toBe('a');
    expect(await one.push()).toBe('accepted');
    expect(await names()).toEqual(['suspended:b', 'suspended:a']);
  });

  test('arrived without an answer is recognised, and nothing is written twice', async () => {
    one.fate = 'unanswered';
    expect(await one.push()).toBe('in-doubt');
    expect(await one.push()).toBe('moved');
    expect(await one.look()).toBe(true);
    expect(one.entry).toMatchObject({ pending: [], doubt: null });
    expect(await names()).toEqual(['suspended:a']);
  });

  test('arrived without an answer is recognised behind another writer’s commit too', async () => {
    one.fate = 'unanswered';
    await one.push();
    const two = await other('two', event('b'));
    await two.push();
    await one.look();
    expect(one.entry.pending).toEqual([]);
    expect(one.entry.state.suspended?.reason).toBe('b');
    expect(await names()).toEqual(['suspended:a', 'suspended:b']);
  });

  test('was lost on the way is found missing, and the environment is decided again', async () => {
    one.fate = 'lost';
    expect(await one.push()).toBe('in-doubt');
    expect(await one.look()).toBe(true);
    one.fate = 'through';
    expect(await one.push()).toBe('accepted');
    expect(await names()).toEqual(['suspended:a']);
  });

  test('is in doubt stays so after a look that began before it', async () => {
    const before = one.seen();
    one.fate = 'unanswered';
    await one.push();
    expect(await before.take()).toBe(false);
    expect(one.entry.doubt).not.toBeNull();
  });

  test('is under way is not disturbed by a look', async () => {
    one.during = async () => {
      const two = await other('two', event('b'));
      await two.push();
      await one.look();
    };
    expect(await one.push()).toBe('moved');
    one.during = async () => {};
    await one.look();
    await one.push();
    expect(await names()).toEqual(['suspended:b', 'suspended:a']);
  });
});

describe('a claim', () => {
  test('counts when the remote has accepted it, and not before', async () => {
    const pushing = one.push([opened(1, 1, 'one')]);
    expect(one.entry.state.open).toEqual([]);
    expect(await pushing).toBe('accepted');
    expect(one.entry.claimedEpoch).toBe(1);
    expect(one.entry.state.open.map(({ id }) => id)).toEqual(['production-1']);
  });

  test('goes on top of what is pending', async () => {
    one.ledger.append(ENVIRONMENT, [event('a')]);
    expect(await one.push([opened(1, 1, 'one')])).toBe('accepted');
    expect(await names()).toEqual(['suspended:a', 'production-1.1']);
  });

  test('that was overtaken claims nothing', async () => {
    await (await world.writer('two')).push([opened(1, 1, 'two')]);
    expect(await one.push([opened(1, 1, 'one')])).toBe('moved');
    await one.look();
    expect(one.entry.claimedEpoch).toBeNull();
    expect(one.entry.state.open[0]?.lease).toEqual({ epoch: 1, controller: 'two' });
  });

  test.each([
    ['unanswered', 1, 1],
    ['lost', null, 0],
  ] as const)('that was %s is ours: %s', async (fate, epoch, runs) => {
    one.fate = fate;
    await one.push([opened(1, 1, 'one')]);
    expect(one.entry.claimedEpoch).toBeNull();
    expect(await one.look()).toBe(true);
    expect(one.entry.claimedEpoch).toBe(epoch);
    expect(one.entry.state.runs).toBe(runs);
  });

  test.each([
    ['renewed its lease', () => one.push()],
    ['written something', async () => (await other('three', event('a'))).push()],
  ] as const)('is not sent where another has %s since it was decided, though it would fit', async (_, write) => {
    await one.push([opened(1, 1, 'one')]);
    const two = await world.writer('two');
    const decidedOn = basisOf(two.entry);
    await write();
    await two.look();
    const claim = new Map([[ENVIRONMENT, [taken(1, 2, 2, 'two')]]]);
    const sent = await two.ledger.push([ENVIRONMENT], claim, new Map([[ENVIRONMENT, decidedOn]]));
    expect(sent.get(ENVIRONMENT)).toEqual({ type: 'moved' });
    const again = await two.ledger.push([ENVIRONMENT], claim, new Map([[ENVIRONMENT, basisOf(two.entry)]]));
    expect(again.get(ENVIRONMENT)).toEqual({ type: 'accepted' });
  });

  test('that does not fit what is known by now is not sent', async () => {
    await one.push([opened(1, 1, 'one')]);
    expect(await one.push([opened(1, 1, 'one')])).toBe('moved');
    expect(await names()).toEqual(['production-1.1']);
  });
});

describe('when another controller has raised the epoch', () => {
  test('our records of the run are dropped, those of people are kept', async () => {
    await one.push([opened(1, 1, 'one')]);
    one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2), event('a')]);
    const two = await world.writer('two');
    expect(await two.push([taken(1, 2, 2, 'two')])).toBe('accepted');
    expect(await one.push()).toBe('moved');
    await one.look();
    expect(one.entry).toMatchObject({ claimedEpoch: null, pending: [{ id: 'suspended:a' }] });
    expect(one.entry.state.open[0]).toMatchObject({ records: 2, lease: { epoch: 2, controller: 'two' } });
    expect(one.warnings).toEqual(['another controller has taken over production (epoch 2)']);
    await one.push();
    expect(await names()).toEqual(['production-1.1', 'production-1.2', 'suspended:a']);
  });

  test('a renewal that waited for its turn is not sent', async () => {
    await one.push([opened(1, 1, 'one')]);
    const two = await world.writer('two');
    await two.push([taken(1, 2, 2, 'two')]);
    await one.look();
    const tip = world.remote.refs.get(REF);
    expect(await one.push()).toBe('moved');
    expect(world.remote.refs.get(REF)).toBe(tip);
  });

  test('its lease is seen to live by its renewals, not by what people write', async () => {
    const two = await world.writer('two');
    await two.push([opened(1, 1, 'two')]);
    await one.look();
    const since = one.entry.movedAtMs;
    await (await other('ana', event('a'))).push();
    world.clock.advance(5_000);
    await one.look();
    expect(one.entry.movedAtMs).toBe(since);
    await two.look();
    await two.push();
    await one.look();
    expect(one.entry.movedAtMs).toBeGreaterThan(since);
  });
});

describe('after a restart', () => {
  test('what was on disk and not on the remote is found again, once', async () => {
    await one.push([opened(1, 1, 'one')]);
    const records = [skipped(1, 'a', 2), event('a'), skipped(1, 'b', 3)];
    const again = await restarted();
    expect(again.ledger.recover(ENVIRONMENT, onDisk(records))).toBe(3);
    expect(again.ledger.recover(ENVIRONMENT, onDisk(records))).toBe(0);
    await again.push();
    expect(await names()).toEqual(['production-1.1', 'production-1.2', 'suspended:a', 'production-1.3']);
  });

  test('what the remote has already is not written again', async () => {
    await one.push([opened(1, 1, 'one')]);
    const records = [skipped(1, 'a', 2), event('a'), skipped(1, 'b', 3)];
    one.ledger.append(ENVIRONMENT, records.slice(0, 2));
    await one.push();
    const again = await restarted();
    expect(again.ledger.recover(ENVIRONMENT, onDisk(records))).toBe(1);
    await again.push();
    expect(await names()).toEqual(['production-1.1', 'production-1.2', 'suspended:a', 'production-1.3']);
  });

  test('records of a run that another has taken over are left', async () => {
    await one.push([opened(1, 1, 'one')]);
    await (await world.writer('two')).push([taken(1, 2, 2, 'two')]);
    const again = await restarted();
    expect(again.ledger.recover(ENVIRONMENT, onDisk([skipped(1, 'a', 2), skipped(1, 'a', 3)]))).toBe(0);
  });

  test('a claim is never taken from disk, and its lease is of an earlier life', async () => {
    await one.push([opened(1, 1, 'one')]);
    const again = await restarted();
    expect(again.ledger.recover(ENVIRONMENT, onDisk([taken(1, 2, 2, 'one')]))).toBe(0);
    expect(again.entry.claimedEpoch).toBeNull();
  });

  test('lines of the journal that are no records are left out', () => {
    const line = journalLine(ENVIRONMENT, event('a'));
    const read = readJournal([
      '',
      'nonsense',
      line.slice(0, -3),
      `staging\t{}`,
      line,
      line.replace('"type":"suspended"', '"type":"unknown"'),
    ]);
    expect([...read]).toEqual([[ENVIRONMENT, [event('a')]]]);
  });
});

describe('a ref that', () => {
  test('was deleted is damage, not a beginning', async () => {
    one.ledger.append(ENVIRONMENT, [event('a')]);
    await one.push();
    await world.remote.setRef(REF, null);
    await one.look();
    expect(one.entry.remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('was deleted') });
    one.ledger.append(ENVIRONMENT, [event('b')]);
    expect(await one.push()).toBe('moved');
    expect(world.remote.refs.has(REF)).toBe(false);
  });

  test('was set back is damage, and whole again when it is put back', async () => {
    for (const name of ['a', 'b']) {
      one.ledger.append(ENVIRONMENT, [event(name)]);
      await one.push();
      if (name === 'a') await world.remote.setRef('refs/heads/kept', world.remote.refs.get(REF) ?? null);
    }
    const [whole, older] = [world.remote.refs.get(REF) ?? null, world.remote.refs.get('refs/heads/kept') ?? null];
    await world.remote.setRef(REF, older);
    await one.look();
    expect(one.entry.remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('was rewritten') });
    await world.remote.setRef(REF, whole);
    await one.look();
    expect(one.entry.remote.type).toBe('read');
  });

  test('has counted to where nothing can be added is damage, and nobody writes on it', async () => {
    await one.push([opened(1, 1, 'one')]);
    const git = one.git;
    const index = async () => (await git.readText(world.remote.refs.get(REF) ?? '', 'index.json')) ?? '';
    const set = async (count: number) => {
      const text = (await index()).replace(/"seq": \d+/, `"seq": ${count}`);
      await world.remote.commit({ 'index.json': text }, { branch: 'tidegate/production' });
      await one.look();
    };
    await set(COUNT_MAX);
    expect(one.entry.remote).toMatchObject({
      type: 'damaged',
      sentence: expect.stringContaining(`seq ${COUNT_MAX} leaves no room for another`),
    });
    expect(await one.push()).toBe('moved');

    // One less is read; what would follow from it is not written.
    await set(COUNT_MAX - 1);
    expect(one.entry.remote.type).toBe('read');
    const before = world.remote.refs.get(REF);
    one.ledger.append(ENVIRONMENT, [event('a')]);
    expect(await one.push()).toBe('moved');
    expect(world.remote.refs.get(REF)).toBe(before);
    expect(one.entry.remote).toMatchObject({
      type: 'damaged',
      sentence: expect.stringContaining(`cannot be written on: index.json: seq ${COUNT_MAX} leaves no room`),
    });
    await one.look();
    expect(one.entry.remote.type).toBe('damaged');
  });

  test('cannot be read is damage', async () => {
    await world.remote.commit({ 'index.json': '{}', 'lease.json': '{}' }, { branch: 'tidegate/production' });
    await one.look();
    expect(one.entry.remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('cannot be read') });
  });
});

test('a run’s file moves to the archive, and the ledger stays in order', async () => {
  await one.push([opened(1, 1, 'one')]);
  one.ledger.append(ENVIRONMENT, [skipped(1, 'a', 2)]);
  await one.push();
  one.ledger.append(ENVIRONMENT, [ended(1, 3)]);
  await one.push();
  expect(await world.problems()).toEqual([]);
  expect((await world.written()).map(({ id }) => id)).toEqual(['production-1.1', 'production-1.2', 'production-1.3']);
});

async function names(): Promise<readonly string[]> {
  expect(await world.problems()).toEqual([]);
  return (await world.written()).map(({ id }) => id);
}

async function other(id: string, record: Parameters<typeof journalLine>[1]): Promise<Writer> {
  const writer = await world.writer(id);
  writer.ledger.append(ENVIRONMENT, [record]);
  return writer;
}

/** The same controller with an empty cache. */
function restarted(): Promise<Writer> {
  return world.writer('one', memoryCache());
}

function onDisk(records: readonly Parameters<typeof journalLine>[1][]) {
  return readJournal(records.map((record) => journalLine(ENVIRONMENT, record))).get(ENVIRONMENT) ?? [];
}
