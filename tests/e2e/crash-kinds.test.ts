// A short set of the crash rig: a round of each kind of misfortune that a killed controller must survive, in one world.
// `npm run crash` plays hundreds of them; crash.test.ts has the state folder deleted.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Played } from '../rig/crash-round.ts';
import { play } from '../rig/play.ts';

const KINDS = [
  'disk full',
  'state folder read-only',
  'remote down',
  'remote killed mid-push',
  'git gc on the remote',
  'ledger ref deleted or rewritten',
];

/** Recovery is held to ten seconds, of which a lease is eight: for a machine that does nothing else. */
describe.skipIf(process.env['RIG'] !== '1')('kill -9 (RIG=1), and with it', () => {
  const rounds: Played[] = [];
  const skipped = new Map<string, string>();

  beforeAll(async () => {
    await play({
      seed: '20261121',
      from: 1,
      rounds: KINDS.length,
      only: KINDS,
      minutesMax: 4,
      onPlayed: (_round, played) => rounds.push(played),
      onSkipped: (kind, why) => skipped.set(kind, why),
    });
  }, 300_000);

  test.for(KINDS)('%s', (kind, { skip }) => {
    const why = skipped.get(kind);
    if (why !== undefined) skip(why);
    const of = rounds.filter(({ kinds }) => kinds.includes(kind));
    expect(of.length).toBeGreaterThan(0);
    expect(of.flatMap(({ breaches }) => breaches.map(({ sentence }) => sentence))).toEqual([]);
    expect(of.filter(({ records }) => records === 0)).toEqual([]);
  });
});
