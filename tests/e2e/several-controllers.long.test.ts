// Three real controllers on one repository, and one of them struck while it deploys. Always: one that is frozen with
// its jobs through its lease, whose old job is refused when it wakes up. With RIG=1 each thing that can befall it,
// once. Many rounds: `npm run together`. How it is judged: tests/rig/together.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playRound } from '../rig/together/round.ts';
import { SCENARIOS } from '../rig/together/scenarios.ts';
import { TogetherWorld } from '../rig/together/world.ts';
import { Random } from '../simulation/random.ts';

const SEED = '20261121';

/**
 * As short as a busy machine allows. A controller that does not get to renew in time loses its lease, as it must: its
 * run goes to another then, which costs time and nothing else.
 */
const LEASE = { renewMs: 1_000, expiresMs: 4_000 };

/** `npm run together` holds takeovers to their bound. Here they only have to come. */
const TAKEOVER_MS_MAX = 240_000;

const played = SCENARIOS.filter(({ name }) => process.env['RIG'] === '1' || name === 'frozen with its jobs');

describe.skipIf(process.platform !== 'linux')('three controllers (it reads /proc), one of them', () => {
  let world: TogetherWorld;

  beforeAll(async () => {
    world = await TogetherWorld.begin(LEASE);
  }, 600_000);

  afterAll(async () => {
    expect(await world?.end()).toEqual([]);
  });

  for (const scenario of played) {
    const why = scenario.impossible();
    test.skipIf(why !== null)(
      why === null ? scenario.name : `${scenario.name} (skipped: ${why})`,
      async () => {
        const random = new Random(`${SEED}/${scenario.name}`);
        const round = { random, takeoverMsMax: TAKEOVER_MS_MAX };
        const { breaches, takeoversMs, refused } = await playRound(scenario, scenario.name, world, round);
        expect(breaches).toEqual([]);
        if (scenario.takenOver) expect(takeoversMs.length).toBeGreaterThan(0);
        if (scenario.guarded) expect(refused).toBeGreaterThan(0);
      },
      1_200_000,
    );
  }
});
