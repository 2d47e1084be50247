// Runs that ended, newest first by the day on which they ended, whatever their numbers; within a day by number.

import { expect, test } from 'vitest';
import { archivedRuns } from '../../../../engine/controller/ledger/archive.ts';
import { ENVIRONMENT, ended, ledgerWorld, opened, REF } from '../../../support/ledger-world.ts';

test('the tenth run of a day comes before the ninth, and after the eleventh', async () => {
  const world = ledgerWorld();
  const one = await world.writer('one');
  for (let number = 1; number <= 12; number += 1) {
    await one.push([opened(number, number, 'one')]);
    // The last two end on another day.
    const later = number > 10 ? { at: Date.UTC(2026, 11, 1) } : {};
    one.ledger.append(ENVIRONMENT, [{ ...ended(number, 2), ...later }]);
    await one.push();
  }
  const found: string[] = [];
  for await (const { id } of archivedRuns(one.git, ENVIRONMENT, world.remote.refs.get(REF) ?? '')) found.push(id);
  expect(found).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((number) => `production-${number}`));
});

test('a run that ended on a later day comes first, though its number is lower', async () => {
  const world = ledgerWorld();
  const one = await world.writer('one');
  const days = [Date.UTC(2027, 0, 1), Date.UTC(2026, 11, 9), Date.UTC(2026, 11, 10), Date.UTC(2026, 10, 30)];
  for (const [index, at] of days.entries()) {
    await one.push([opened(index + 1, index + 1, 'one')]);
    one.ledger.append(ENVIRONMENT, [{ ...ended(index + 1, 2), at }]);
    await one.push();
  }
  const found: string[] = [];
  for await (const { id } of archivedRuns(one.git, ENVIRONMENT, world.remote.refs.get(REF) ?? '')) found.push(id);
  expect(found).toEqual([1, 3, 2, 4].map((number) => `production-${number}`));
});
