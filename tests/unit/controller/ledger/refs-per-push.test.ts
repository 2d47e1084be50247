// A remote that takes only so many refs in one push: all arrive, in parts, and a refusal of another kind never
// becomes a push for each.

import { beforeEach, expect, test } from 'vitest';
import { RefsPerPush } from '../../../../engine/controller/ledger/refs-per-push.ts';
import type { PushResult, PushUpdate } from '../../../../engine/ports/git.ts';

const REFUSED: PushResult = { type: 'refused', message: 'GH013: Repository rule violations found' };

let pushes: number[];
let taken: Set<string>;
beforeEach(() => {
  pushes = [];
  taken = new Set();
});

function remote(takes: (refs: readonly string[]) => boolean) {
  return {
    push: async (updates: readonly PushUpdate[]): Promise<ReadonlyMap<string, PushResult>> => {
      pushes.push(updates.length);
      const isTaken = takes(updates.map(({ ref }) => ref));
      if (isTaken) for (const { ref } of updates) taken.add(ref);
      return new Map(updates.map(({ ref }) => [ref, isTaken ? { type: 'accepted' } : REFUSED]));
    },
  };
}

const many = (count: number): readonly PushUpdate[] =>
  Array.from({ length: count }, (_, at) => ({
    ref: `refs/heads/tidegate/e${at}`,
    expected: null,
    oid: 'a'.repeat(40),
  }));

test('a push of many refs is split where it is refused, and goes in parts from then on', async () => {
  const limited = remote((refs) => refs.length <= 5);
  const refs = new RefsPerPush();
  const answers = await refs.push(limited, many(12));
  expect([...answers.values()].every(({ type }) => type === 'accepted')).toBe(true);
  expect(taken.size).toBe(12);
  expect(pushes).toEqual([12, 5, 5, 2]);
  pushes = [];
  expect((await refs.push(limited, many(7))).size).toBe(7);
  expect(pushes).toEqual([5, 2]);
});

test('a remote that takes none of them is asked twice, and its words are the answer for all', async () => {
  const answers = await new RefsPerPush().push(
    remote(() => false),
    many(500),
  );
  expect(pushes).toEqual([500, 5]);
  expect(answers.size).toBe(500);
  expect(new Set(answers.values())).toEqual(new Set([REFUSED]));
});

test('what is not refused as a whole is not pushed again', async () => {
  await new RefsPerPush().push(
    remote(() => true),
    many(500),
  );
  expect(pushes).toEqual([500]);
});
