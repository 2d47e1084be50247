// Three real controllers on one repository, and one of them struck while it deploys: each thing that can befall it, once.
// Many rounds: `npm run together`. How it is judged: tests/rig/together.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playRound } from '../rig/together/round.ts';
import { SCENARIOS } from '../rig/together/scenarios.ts';
import { overlaps, type Touch } from '../rig/together/target.ts';
import { TogetherWorld } from '../rig/together/world.ts';
import { Random } from '../simulation/random.ts';

const SEED = '20261121';

/** As short as a busy machine allows: a controller that does not get to renew in time loses its lease, as it must. */
const LEASE = { renew: '1s', expires: '4s' };

/** It needs a machine of its own for minutes: a lease that a busy one cannot renew in time is lost, as it must be. */
describe.skipIf(process.env['RIG'] !== '1')('three controllers (RIG=1), one of them', () => {
  let world: TogetherWorld;

  beforeAll(async () => {
    world = await TogetherWorld.begin(LEASE);
  }, 90_000);

  afterAll(async () => {
    expect(await world.end()).toEqual([]);
  });

  for (const scenario of SCENARIOS) {
    const why = scenario.impossible();
    test.skipIf(why !== null)(
      why === null ? scenario.name : `${scenario.name} (skipped: ${why})`,
      async () => {
        const random = new Random(`${SEED}/${scenario.name}`);
        const { breaches, takeoversMs, refused } = await playRound(scenario, scenario.name, world, random);
        expect(breaches).toEqual([]);
        if (scenario.takenOver) expect(takeoversMs.length).toBeGreaterThan(0);
        if (scenario.guarded) expect(refused).toBeGreaterThan(0);
      },
      120_000,
    );
  }
});

describe('the judge of overlaps', () => {
  const touch = (verb: string, who: string, atMs: number): Touch => ({
    verb,
    who,
    environment: 'production',
    epoch: who === 'one' ? 1 : 2,
    run: 'production-1',
    stage: 'deploy',
    atMs,
    job: who,
  });

  test('sees two at work at a time', () => {
    const all = [
      touch('begin', 'one', 0),
      touch('beat', 'one', 100),
      touch('begin', 'two', 50),
      touch('end', 'two', 60),
    ];
    expect(overlaps(all, false)).toEqual([
      "two's production-1 deploy (epoch 2) began while one's production-1 deploy (epoch 1) was at work",
    ]);
  });

  test('takes one after the other for what it is, and what the target refused for no work where that is its part', () => {
    const all = [
      touch('begin', 'one', 0),
      touch('begin', 'two', 50),
      touch('refused', 'one', 60),
      touch('end', 'two', 70),
    ];
    expect(overlaps(all, true)).toEqual([]);
    expect(overlaps(all, false)).toHaveLength(1);
    expect(overlaps(all.slice(0, 2), false)).toEqual([]);
  });
});
