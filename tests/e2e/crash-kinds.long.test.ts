// A short set of the crash rig: rounds of misfortunes that a killed controller must survive, in one world. Two of
// them always; with RIG=1 one of each kind. `npm run crash` plays hundreds of them; crash.long.test.ts has the state
// folder deleted.

import { beforeAll, describe, expect, test } from 'vitest';
import type { Played } from '../rig/crash-round.ts';
import { play } from '../rig/play.ts';

const ALWAYS = ['remote killed mid-push', 'ledger ref deleted'];
const KINDS =
  process.env['RIG'] === '1'
    ? [
        ...ALWAYS,
        'ledger ref rewritten',
        'disk full',
        'state folder read-only',
        'remote down',
        'git gc on the remote',
        'state folder deleted',
      ]
    : ALWAYS;

/**
 * `npm run crash` holds recovery to ten seconds. Here it only has to come: the machine may have other things to do.
 */
const PATIENCE_MS = 240_000;

describe.skipIf(process.platform !== 'linux')('kill -9 (the rig reads /proc), and with it', () => {
  const rounds: Played[] = [];
  const skipped = new Map<string, string>();

  beforeAll(async () => {
    await play({
      seed: '20261121',
      from: 1,
      rounds: KINDS.length,
      only: KINDS,
      minutesMax: 8,
      recoveryMsMax: PATIENCE_MS,
      orphansMsMax: PATIENCE_MS,
      onPlayed: (_round, played) => rounds.push(played),
      onSkipped: (kind, why) => skipped.set(kind, why),
    });
  }, 1_200_000);

  test.for(KINDS)('%s', (kind, { skip }) => {
    const why = skipped.get(kind);
    if (why !== undefined) skip(why);
    const of = rounds.filter(({ kinds }) => kinds.includes(kind));
    expect(of.length).toBeGreaterThan(0);
    expect(of.flatMap(({ breaches }) => breaches.map(({ sentence }) => sentence))).toEqual([]);
    expect(of.filter(({ records }) => records === 0)).toEqual([]);
  });
});
