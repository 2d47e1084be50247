// What becomes of a ledger as a process holds it, event by event: the value before stays as it was, and the next one
// says all.

import { describe, expect, test } from 'vitest';
import { damagedTip, type LedgerEntry, newEntry, type RemoteTip, speaksFor } from '../../../engine/ledger/entry.ts';
import { foldAll } from '../../../engine/ledger/fold.ts';
import type { LedgerRecord } from '../../../engine/ledger/records/table.ts';
import { type LedgerEvent, step } from '../../../engine/ledger/step.ts';
import { emptyTip, type Tip } from '../../../engine/ledger/tip.ts';
import { ENVIRONMENT, event, opened, REF, skipped, taken } from '../../support/ledger-world.ts';

const LASTS_MS = 25_000;
const OPENED = opened(1, 1, 'one');

describe('appended', () => {
  test('counts here at once, and waits since the oldest came', () => {
    const one = afterwards(idle(), { type: 'appended', records: [event('a')], atMs: 5 });
    const two = afterwards(one, { type: 'appended', records: [event('b')], atMs: 9 });
    expect([one.pendingSinceMs, two.pendingSinceMs]).toEqual([5, 5]);
    expect(ids(two)).toEqual(['suspended:a', 'suspended:b']);
    expect([one.state.suspended?.reason, two.state.suspended?.reason]).toEqual(['a', 'b']);
    expect(ids(one)).toEqual(['suspended:a']);
  });

  test('does not take what cannot have happened', () => {
    expect(() => step(idle(), { type: 'appended', records: [skipped(1, 'a', 2)], atMs: 5 })).toThrow('production-1');
  });
});

describe('accepted', () => {
  test('takes what was carried off the pile, and leaves what came meanwhile on top', () => {
    const waits = afterwards(idle(), { type: 'appended', records: [event('a'), event('b')], atMs: 5 });
    const tip = tipOf(event('a'));
    const next = afterwards(waits, accepted({ oid: 'x', tip, records: 1, startedMs: 7, atMs: 9 }));
    expect(ids(next)).toEqual(['suspended:b']);
    expect(next).toMatchObject({ acceptedFromMs: 7, acceptedAtMs: 9, movedAtMs: 9, pendingSinceMs: 9 });
    expect(next.remote).toEqual({ type: 'read', oid: 'x', tip });
    expect(next.state.suspended?.reason).toBe('b');
  });

  test('with all of it leaves nothing waiting, and a claim is in force from then', () => {
    const next = holding();
    expect(next).toMatchObject({ claimedEpoch: 1, pendingSinceMs: null, pending: [], acceptedFromMs: 100 });
    expect(speaksFor(next)).toBe(true);
  });

  test('keeps the epoch where it claims none and came in time', () => {
    expect(afterwards(holding(), renewed(100 + LASTS_MS - 1)).claimedEpoch).toBe(1);
  });

  test('too late brings nothing back: jobs were ended when the lease lapsed', () => {
    expect(afterwards(holding(), renewed(100 + LASTS_MS)).claimedEpoch).toBeNull();
  });

  test('with a new claim is in force although the former had lapsed', () => {
    const tip = tipOf(OPENED, taken(1, 2, 2, 'one'));
    const next = afterwards(holding(), accepted({ tip, claim: 2, startedMs: 90_000, atMs: 90_001 }));
    expect([next.claimedEpoch, next.acceptedFromMs]).toEqual([2, 90_000]);
  });
});

describe('time passed', () => {
  test.each([
    [LASTS_MS - 1, 1],
    [LASTS_MS, null],
  ])('%d ms after the push that was accepted began: epoch %j', (ms, epoch) => {
    const one = holding();
    const next = afterwards(one, { type: 'time-passed', lastsMs: LASTS_MS, atMs: 100 + ms });
    expect(next.claimedEpoch).toBe(epoch);
    expect(next === one).toBe(epoch === 1);
  });

  test('says nothing of a ledger that nobody here speaks for', () => {
    const one = idle();
    expect(afterwards(one, { type: 'time-passed', lastsMs: LASTS_MS, atMs: 99_999 })).toBe(one);
  });
});

describe('a push', () => {
  test('that is under way keeps looks out until it is over', () => {
    const pushing = afterwards(idle(), { type: 'push-began' });
    const look = seen({ oid: 'x', tip: tipOf(event('a')) });
    expect(afterwards(pushing, look)).toBe(pushing);
    expect(afterwards(afterwards(pushing, { type: 'push-over' }), look).remote.oid).toBe('x');
    expect(afterwards(idle(), { type: 'push-over' })).toEqual(idle());
  });

  test('that was accepted is newer than a look that began before', () => {
    const one = holding();
    expect(afterwards(one, seen({ oid: 'older', lookedAtMs: 102, atMs: 200 }))).toBe(one);
    expect(afterwards(one, seen({ oid: 'newer', tip: one.remote.tip, lookedAtMs: 103, atMs: 200 })).remote.oid).toBe(
      'newer',
    );
  });

  const DOUBT = { oid: 'x', records: 1, claim: 1, startedMs: 50, sinceMs: 60 } as const;

  test('that nobody answered is in doubt, also for a look that began before it was given up', () => {
    const doubted = afterwards(idle(), { type: 'unanswered', ...DOUBT });
    expect(doubted.doubt).toEqual(DOUBT);
    expect(afterwards(doubted, seen({ lookedAtMs: 59 }))).toBe(doubted);
    expect(afterwards(doubted, { type: 'unmoved' }).doubt).toBeNull();
    expect(afterwards(idle(), { type: 'unmoved' })).toEqual(idle());
  });

  test.each([
    ['arrived', true, { claimedEpoch: 1, acceptedFromMs: 50, pending: [], pendingSinceMs: null, doubt: null }],
    ['did not arrive', false, { claimedEpoch: null, pending: [{ id: 'suspended:a' }], pendingSinceMs: 5, doubt: null }],
  ] as const)('that %s by a look is over', (_, isOurs, expected) => {
    const waits = afterwards(idle(), { type: 'appended', records: [event('a')], atMs: 5 });
    const doubted = afterwards(waits, { type: 'unanswered', ...DOUBT });
    const tip = isOurs ? tipOf(event('a'), OPENED) : emptyTip(ENVIRONMENT);
    expect(afterwards(doubted, seen({ oid: 'x', tip, isOurs, lookedAtMs: 61 }))).toMatchObject(expected);
  });

  test('that arrived claims nothing where another came after it', () => {
    const doubted = afterwards(idle(), { type: 'unanswered', ...DOUBT, records: 0 });
    const tip = tipOf(OPENED, taken(1, 2, 2, 'two'));
    expect(afterwards(doubted, seen({ oid: 'y', tip, isOurs: true, lookedAtMs: 61 })).claimedEpoch).toBeNull();
  });
});

describe('seen', () => {
  test('puts what waits on top of what another wrote', () => {
    const waits = afterwards(idle(), { type: 'appended', records: [event('a')], atMs: 5 });
    const next = afterwards(waits, seen({ oid: 'x', tip: tipOf(event('b')) }));
    expect([next.state.suspended?.reason, next.state.seq, ids(next)]).toEqual(['a', 2, ['suspended:a']]);
  });

  test('drops aloud what does not fit any more', () => {
    const waits = afterwards(idle(), { type: 'appended', records: [event('a')], atMs: 5 });
    const { entry, said } = step(waits, seen({ oid: 'x', tip: tipOf(event('a')) }));
    expect(ids(entry)).toEqual([]);
    expect(entry.pendingSinceMs).toBeNull();
    expect(said).toEqual([{ tone: 'warn', sentence: expect.stringMatching(/^dropped: /) }]);
  });

  test('under a newer epoch ends what we hold: what waits of the run goes, what a person said stays', () => {
    const waits = afterwards(holding(), { type: 'appended', records: [skipped(1, 'a', 2), event('a')], atMs: 105 });
    const { entry, said } = step(waits, seen({ oid: 'y', tip: tipOf(OPENED, taken(1, 2, 2, 'two')), lookedAtMs: 200 }));
    expect([entry.claimedEpoch, ids(entry)]).toEqual([null, ['suspended:a']]);
    expect(said).toEqual([{ tone: 'warn', sentence: 'another controller has taken over production (epoch 2)' }]);
  });

  test('as damage keeps what was known, and gives up what we hold', () => {
    const before = holding();
    const remote = damagedTip(ENVIRONMENT, 'z', 'it was rewritten');
    const { entry, said } = step(before, { ...seen({ lookedAtMs: 200 }), remote });
    expect(entry).toMatchObject({ remote, state: before.state, claimedEpoch: null });
    expect(said).toEqual([{ tone: 'error', sentence: 'it was rewritten' }]);
  });

  test('is a sign of life only where the lease moved', () => {
    const lease = { epoch: 1, holder: 'two', name: 'two', renewal: 1 };
    const tip = { ...tipOf(OPENED), lease };
    const first = afterwards(idle(), seen({ oid: 'x', tip, atMs: 30 }));
    const second = afterwards(first, seen({ oid: 'y', tip, atMs: 40 }));
    const third = afterwards(second, seen({ oid: 'z', tip: { ...tip, lease: { ...lease, renewal: 2 } }, atMs: 50 }));
    expect([first, second, third].map(({ movedAtMs }) => movedAtMs)).toEqual([30, 30, 50]);
  });
});

test('unwritable is damage from here on', () => {
  const { entry, said } = step(holding(), { type: 'unwritable', sentence: 'it is full' });
  expect(entry).toMatchObject({ remote: { type: 'damaged', oid: 'x', sentence: 'it is full' }, claimedEpoch: null });
  expect(said).toEqual([{ tone: 'error', sentence: 'it is full' }]);
});

describe('recovered', () => {
  test('keeps what fits behind what the remote has, once', () => {
    const records = [OPENED, skipped(1, 'a', 2), event('a')];
    const one = afterwards(holding(), { type: 'recovered', records, writer: 'one', atMs: 7 });
    expect([ids(one), one.pendingSinceMs]).toEqual([['production-1.2', 'suspended:a'], 7]);
    expect(afterwards(one, { type: 'recovered', records, writer: 'one', atMs: 9 })).toBe(one);
  });

  test('keeps nothing of a run that another controller speaks for', () => {
    const one = holding();
    expect(afterwards(one, { type: 'recovered', records: [skipped(1, 'a', 2)], writer: 'two', atMs: 7 })).toBe(one);
  });
});

test('placed elsewhere it goes on with what is known, and nothing is under way there', () => {
  const pushing = afterwards(afterwards(idle(), { type: 'push-began' }), {
    ...{ type: 'unanswered', oid: 'x', records: 0, claim: null, startedMs: 1, sinceMs: 2 },
  });
  const next = afterwards(pushing, { type: 'placed', ref: 'refs/elsewhere/production' });
  expect(next).toEqual({ ...idle(), ref: 'refs/elsewhere/production' });
});

function idle(): LedgerEntry {
  return newEntry(ENVIRONMENT, REF, 1);
}

/** A run was claimed by a push that began at 100 and was answered at 103. */
function holding(): LedgerEntry {
  return afterwards(idle(), accepted({ oid: 'x', tip: tipOf(OPENED), claim: 1, startedMs: 100, atMs: 103 }));
}

function tipOf(...records: readonly LedgerRecord[]): Tip {
  const empty = emptyTip(ENVIRONMENT);
  const folded = foldAll(empty.state, records);
  if (folded.type === 'refused') throw new Error(folded.sentence);
  return { ...empty, state: folded.state };
}

type Happened<Type extends LedgerEvent['type']> = Extract<LedgerEvent, { readonly type: Type }>;

function accepted(event: Partial<Happened<'accepted'>>): LedgerEvent {
  const rest = { oid: 'x', tip: emptyTip(ENVIRONMENT), records: 0, claim: null, startedMs: 0, atMs: 0 };
  return { type: 'accepted', ...rest, lastsMs: LASTS_MS, ...event };
}

function renewed(atMs: number): LedgerEvent {
  return accepted({ oid: 'y', tip: tipOf(OPENED), startedMs: 5_000, atMs });
}

type Look = { readonly oid?: string; readonly tip?: Tip } & Partial<Omit<Happened<'seen'>, 'type' | 'remote'>>;

function seen({ oid, tip = emptyTip(ENVIRONMENT), ...look }: Look): Happened<'seen'> {
  const remote: RemoteTip = { type: 'read', oid: oid ?? null, tip };
  return { type: 'seen', remote, isOurs: false, lookedAtMs: 10, atMs: 11, ...look };
}

/** The value before is frozen: nothing is written into it. */
function afterwards(entry: LedgerEntry, event: LedgerEvent): LedgerEntry {
  Object.freeze(entry.pending);
  return step(Object.freeze(entry), event).entry;
}

function ids({ pending }: LedgerEntry): readonly string[] {
  return pending.map(({ id }) => id);
}
