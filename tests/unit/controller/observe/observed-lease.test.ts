// Observing only looks: a lease that has lapsed is seen as lapsed, and the ledger stays the very same value until the
// loop says that time has passed.

import { beforeEach, expect, test } from 'vitest';
import type { LedgerRecord } from '../../../../engine/ledger/records/table.ts';
import { opening, type SurveyWorld, surveyWorld } from '../../../support/survey-world.ts';

const LASTS_MS = 25_000;
const NOTHING = { jobs: new Map(), effects: new Map() };

let world: SurveyWorld;

beforeEach(async () => {
  world = await surveyWorld({ staging: {} });
  const { offers, config } = await world.observe('staging');
  const [offer] = offers;
  if (offer === undefined) throw new Error('nothing is offered');
  const common = { id: 'staging-1.1', run: 'staging-1', at: world.clock.now(), by: 'controller one', epoch: 1 };
  const record = { ...opening(offer.version, offer.contents, config ?? ''), ...common } as LedgerRecord;
  await world.survey.ledger.push(['staging'], new Map([['staging', [record]]]));
});

test('a lease in time is ours, and observing it writes nothing', async () => {
  world.clock.advance(LASTS_MS - 1);
  expect(await leaseWithoutTrace()).toEqual({ type: 'mine', epoch: 1 });
});

test('one that has lapsed is ours no more, and observing it writes nothing either', async () => {
  world.clock.advance(LASTS_MS);
  expect(await leaseWithoutTrace()).toEqual({ type: 'former', epoch: 1 });
  expect(world.survey.ledger.entry('staging').claimedEpoch).toBe(1);
  world.survey.ledger.timePassed(['staging', 'nowhere']);
  expect(world.survey.ledger.entry('staging').claimedEpoch).toBeNull();
});

test('one that was renewed too late stays lapsed', async () => {
  world.clock.advance(LASTS_MS);
  expect(await leaseWithoutTrace()).toEqual({ type: 'former', epoch: 1 });
  expect((await world.survey.ledger.push(['staging'])).get('staging')).toEqual({ type: 'accepted' });
  expect(await leaseWithoutTrace()).toEqual({ type: 'former', epoch: 1 });
});

async function leaseWithoutTrace() {
  const { survey } = world;
  const before = new Map(survey.ledger.entries);
  const [frozen] = [...before.values()].map(Object.freeze);
  expect(frozen).toBeDefined();
  const observed = await survey.observe(null, NOTHING);
  expect(survey.ledger.entries.size).toBe(before.size);
  for (const [name, entry] of before) expect(survey.ledger.entry(name)).toBe(entry);
  return observed.environments.find(({ name }) => name === 'staging')?.lease;
}
