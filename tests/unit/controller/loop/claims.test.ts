import { describe, expect, test } from 'vitest';
import { Claims, type ClaimsOptions } from '../../../../engine/controller/loop/claims.ts';
import { Fault } from '../../../../engine/ports/fault.ts';
import { eventually } from '../../../support/eventually.ts';
import { opened } from '../../../support/ledger-world.ts';

const REFUSED = new Fault('remote-refused', 'protected', { retry: 'later', hint: '' });

describe('claims', () => {
  test('are one environment’s until the remote has answered', async () => {
    const { claims, pushes, answer } = open();
    claims.add(of('production'));
    expect([claims.has('production'), claims.has('staging'), claims.size]).toEqual([true, false, 1]);
    expect(pushes).toEqual([['production']]);
    answer();
    await eventually(() => claims.size === 0);
    expect(claims.has('production')).toBe(false);
  });

  test('that come while a push is under way share the next', async () => {
    const { claims, pushes, answer } = open();
    claims.add(of('a'));
    claims.add(of('b'));
    claims.add(of('c', 'd'));
    expect(pushes).toEqual([['a']]);
    answer();
    await eventually(() => pushes.length === 2);
    expect(pushes[1]).toEqual(['b', 'c', 'd']);
    answer();
    await eventually(() => claims.size === 0);
  });

  test('of hundreds begin small, so that work begins, and then share the cost', async () => {
    const { claims, pushes, answer } = open();
    claims.add(of(...Array.from({ length: 300 }, (_, index) => `e${index}`)));
    expect(pushes[0]).toHaveLength(20);
    answer();
    await eventually(() => pushes.length === 2);
    expect(pushes[1]).toHaveLength(280);
    expect(claims.size).toBe(280);
    answer();
    await eventually(() => claims.size === 0);
  });

  test('tell which were accepted, and a refusal beside them', async () => {
    const { claims, told, faults, answer } = open();
    claims.add(of('a', 'b'));
    answer({ accepted: new Set(['a']), fault: REFUSED });
    await eventually(() => claims.size === 0);
    expect(told).toEqual([[['a', 'b'], ['a']]]);
    expect(faults).toEqual([[[], 'protected']]);
  });

  test('of a push that failed are free again, and the next are tried all the same', async () => {
    const { claims, pushes, faults, told, answer, fail } = open();
    claims.add(of('a'));
    claims.add(of('b'));
    fail(new Error('gone'));
    await eventually(() => pushes.length === 2);
    expect(faults).toEqual([[['a'], 'gone']]);
    expect(claims.has('a')).toBe(false);
    answer();
    await eventually(() => claims.size === 0);
    expect(told).toEqual([[['b'], ['b']]]);
  });

  test('without room are put off, free to be decided about, and decided again when there is some', async () => {
    let room = 2;
    const { claims, pushes, freed, answer } = open({ room: () => room });
    claims.add(of('a', 'b', 'c', 'd', 'e'));
    expect(pushes).toEqual([['a', 'b']]);
    room = 0;
    answer();
    await eventually(() => claims.size === 0);
    expect([pushes.length, claims.has('c')]).toEqual([1, false]);
    claims.freed();
    expect(freed).toEqual([]);
    room = 2;
    claims.freed();
    claims.freed();
    expect(freed).toEqual(['c', 'd', 'e']);
  });

  test('that were put off and have come again meanwhile are not called a second time', async () => {
    let room = 0;
    const { claims, pushes, freed, answer } = open({ room: () => room });
    claims.add(of('a', 'b'));
    await eventually(() => claims.size === 0);
    room = 1;
    claims.add(of('b'));
    await eventually(() => pushes.length === 1);
    answer();
    await eventually(() => claims.size === 0);
    expect(pushes).toEqual([['b']]);
    await eventually(() => freed.length > 0);
    expect(freed).toEqual(['a']);
  });

  test('may come again as soon as they were answered', async () => {
    const { claims, pushes, answer } = open({
      onPushed: (batch) => batch.has('a') && pushes.length < 2 && claims.add(of('a')),
    });
    claims.add(of('a'));
    answer();
    await eventually(() => pushes.length === 2);
    answer();
    await eventually(() => claims.size === 0);
  });
});

type Answer = Awaited<ReturnType<ClaimsOptions['push']>>;

function open(own: { onPushed?: (batch: ReadonlyMap<string, unknown>) => unknown; room?: () => number } = {}) {
  const pushes: string[][] = [];
  const told: [string[], string[]][] = [];
  const faults: [string[], string][] = [];
  const freed: string[] = [];
  let settle: { resolve: (answer: Answer) => void; reject: (cause: unknown) => void } | null = null;
  const claims = new Claims({
    push: (batch) => {
      pushes.push([...batch.keys()]);
      return new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    },
    room: () => own.room?.() ?? Number.POSITIVE_INFINITY,
    emit: (event) => {
      switch (event.type) {
        case 'claims-have-room':
          freed.push(...event.environments);
          break;
        case 'claims-answered':
          told.push([[...event.claims.keys()], [...event.accepted]]);
          own.onPushed?.(event.claims);
          break;
        default: {
          const names = event.type === 'claims-failed' ? event.environments : [];
          faults.push([[...names], event.cause instanceof Error ? event.cause.message : '']);
        }
      }
    },
  });
  const answer = (how: Answer = { accepted: new Set(pushes.at(-1)), fault: null }) => settle?.resolve(how);
  return { claims, pushes, told, faults, freed, answer, fail: (cause: unknown) => settle?.reject(cause) };
}

function of(...names: readonly string[]): Parameters<Claims['add']>[0] {
  return new Map(
    names.map((name) => [name, { records: [opened(1, 1, 'one')], bound: null, decidedOn: { seq: 0, renewal: 0 } }]),
  );
}
