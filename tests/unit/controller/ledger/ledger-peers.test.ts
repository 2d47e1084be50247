// Ledgers confirm each other: what a person took away from one is noticed by what another says of it, also by a
// controller that never saw the part which is lost.

import { beforeEach, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../../../engine/ledger/entry.ts';
import { event, type LedgerWorld, ledgerWorld, type Writer } from '../../../support/ledger-world.ts';

const NAMES = ['production', 'staging'] as const;
const WANTED = new Map(NAMES.map((name) => [name, refOf(name)]));
const STAGING = refOf('staging');

let world: LedgerWorld;
let one: Writer;
let two: Writer;

beforeEach(async () => {
  world = ledgerWorld();
  [one, two] = [await world.writer('one'), await world.writer('two')];
  await look(one);
  await write(one, 'staging', 'a');
});

describe('a ledger that was set back', () => {
  test('is damage to a controller that never saw what is lost, by the word of another ledger', async () => {
    await look(two);
    const older = tip();
    await write(one, 'staging', 'b');
    await write(one, 'production', 'c');
    const whole = tip();
    await world.remote.setRef(STAGING, older);
    await look(two);
    expect(staging(two).remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('was rewritten') });
    expect(await write(two, 'staging', 'd')).toBe('moved');
    await world.remote.setRef(STAGING, whole);
    await look(two);
    expect(staging(two).remote.type).toBe('read');
  });

  test('is damage also where that word comes when the ledger has been read already', async () => {
    const older = tip();
    await write(one, 'staging', 'b');
    await world.remote.setRef(STAGING, older);
    await look(two);
    expect(staging(two).remote.type).toBe('read');
    await write(one, 'production', 'c');
    await look(two);
    expect(staging(two).remote.type).toBe('damaged');
  });

  test('is damage at the look after a push that the word came too late for', async () => {
    await look(two);
    const older = tip();
    await write(one, 'staging', 'b');
    await write(one, 'production', 'c');
    await world.remote.setRef(STAGING, older);
    two.during = () => look(two);
    expect(await write(two, 'staging', 'd')).toBe('accepted');
    two.during = async () => {};
    await look(two);
    expect(staging(two).remote.type).toBe('damaged');
  });
});

test('a ledger that was deleted before this controller saw it at all is damage, not a beginning', async () => {
  await write(one, 'production', 'c');
  await world.remote.setRef(STAGING, null);
  await look(two);
  expect(staging(two).remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('was deleted') });
});

test('a ledger that was deleted before anybody asked for it here is damage when somebody does', async () => {
  await write(one, 'production', 'c');
  await world.remote.setRef(STAGING, null);
  // Its environment is declared later than the other one was read.
  const late = await world.writer('late');
  await look(late);
  expect(staging(late).remote.type).toBe('damaged');
});

test('of a ledger that is gone its neighbours go on saying how far it was', async () => {
  await look(two);
  await world.remote.setRef(STAGING, null);
  await look(two);
  // Nothing was ever written here: only its writer knows of the other one.
  await write(two, 'production', 'c');
  const newcomer = await world.writer('newcomer');
  await look(newcomer);
  expect(staging(newcomer).remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('was deleted') });
});

test('who serves one environment only passes on what others have seen of the rest', async () => {
  await write(one, 'production', 'c');
  await world.remote.setRef(STAGING, null);
  const narrow = await world.writer('narrow');
  for (const what of ['d', 'e']) {
    narrow.ledger.append('production', [event(what)]);
    expect(await narrow.push()).toBe('accepted');
  }
  await look(two);
  expect(staging(two).remote).toMatchObject({ type: 'damaged', sentence: expect.stringContaining('was deleted') });
});

test('a list of refs that was read while they moved accuses nobody', async () => {
  await look(two);
  const older = tip();
  await write(one, 'staging', 'b');
  await write(one, 'production', 'c');
  // The remote read this ref before the pushes and the other one after them.
  const torn = new Map([...world.remote.refs, [STAGING, older]]);
  await expect(take(two, torn)).rejects.toMatchObject({ code: 'ref-moved', retry: 'now' });
  await look(two);
  expect(staging(two).remote.type).toBe('read');
  expect(staging(two).state.suspended?.reason).toBe('b');
});

test('a ledger that cannot be read keeps no other from being read', async () => {
  await world.remote.commit({ 'index.json': '{}' }, { branch: 'tidegate/production' });
  const commit = world.remote.refs.get(refOf('production')) ?? '';
  const object = await world.remote.store.read(commit);
  await world.remote.setRef(refOf('production'), object?.type === 'commit' ? object.tree : null);
  await look(two);
  expect(two.ledger.entry('production').remote.type).toBe('damaged');
  expect(staging(two).remote.type).toBe('read');
});

function refOf(name: string): string {
  return `refs/heads/tidegate/${name}`;
}

function tip(): string {
  return world.remote.refs.get(STAGING) ?? '';
}

function staging({ ledger }: Writer): LedgerEntry {
  return ledger.entry('staging');
}

function look(writer: Writer): Promise<void> {
  return take(writer, new Map(world.remote.refs));
}

async function take({ git, ledger }: Writer, refs: ReadonlyMap<string, string>): Promise<void> {
  world.clock.advance(1);
  await git.fetch(new Map([...refs].filter(([ref]) => ref.startsWith('refs/heads/tidegate/'))));
  await ledger.take(refs, WANTED, world.clock.monotonicMs());
}

async function write({ ledger }: Writer, name: string, what: string): Promise<string | undefined> {
  world.clock.advance(1);
  ledger.append(name, [event(what)]);
  return (await ledger.push([name])).get(name)?.type;
}
