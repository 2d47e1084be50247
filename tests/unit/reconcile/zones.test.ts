// Which release of the time zones decided: in the record of the run, and said where a controller has another one.

import { expect, test } from 'vitest';
import { decodeIndex } from '../../../engine/ledger/index-file.ts';
import { encodeIndex } from '../../../engine/ledger/tip.ts';
import { reconcile } from '../../../engine/reconcile/reconcile.ts';
import { instant, observedBy, officeHours, Story } from '../../support/observed-builders.ts';

const FRIDAY = instant('2026-11-20 12:00');
const SATURDAY = instant('2026-11-21 20:00');

const story = (before?: string) =>
  new Story()
    .at('2026-11-19 09:00')
    .gatedBy(officeHours())
    .deployed('v1.4.1', before === undefined ? {} : { zones: before })
    .offers('v1.4.2');

function plan(told: Story, now: number, zones?: string) {
  const observed = observedBy(told);
  const controller = { ...observed.controller, ...(zones === undefined ? {} : { zones }) };
  const { append, because } = reconcile({ ...observed, controller }, now);
  return {
    opened: append.map(({ record }) => record).find(({ type }) => type === 'run-opened'),
    said: because.map(({ sentence }) => sentence).filter((sentence) => sentence.includes('time zones')),
  };
}

test('a run that is begun names the release it was granted by', () => {
  expect(plan(story(), FRIDAY, '2026b').opened).toMatchObject({ zones: '2026b' });
  expect(plan(story(), FRIDAY).opened).not.toHaveProperty('zones');
});

test('a controller with another release than the one before says so, also while the window is closed', () => {
  const other = [
    'this controller knows the time zones of release 2026b, and the one who decided here before those of 2025a',
  ];
  expect(plan(story('2025a'), SATURDAY, '2026b').said).toEqual([expect.stringContaining(other[0] ?? '')]);
  expect(plan(story('2025a'), FRIDAY, '2026b').said).toHaveLength(1);
  expect(plan(story('2026b'), SATURDAY, '2026b').said).toEqual([]);
  expect(plan(story(), SATURDAY, '2026b').said).toEqual([]);
  expect(plan(story('2025a'), SATURDAY).said).toEqual([]);
});

test('the index carries it, and one without it is read', () => {
  for (const before of ['2025a', undefined]) {
    const { state } = story(before);
    const read = decodeIndex('production', encodeIndex(state));
    expect(typeof read === 'string' ? read : read.rest.zones).toBe(before);
  }
});
