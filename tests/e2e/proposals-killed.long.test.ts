// Promotions through pull requests with controllers killed by -9 in between, two at work: one pull request, one
// comment and one merge a version, nothing pushed over. `npm run proposals -- --rounds 200` plays more of it.

import { expect, test } from 'vitest';
import { playRounds } from '../rig/proposals/play.ts';

test('five rounds of proposals, killed at random points', async () => {
  const breaches: string[] = [];
  const total = await playRounds({ seed: '7', rounds: 5 }, (round, played) => {
    breaches.push(...played.breaches.map(({ kind, sentence }) => `round ${round}: ${kind}: ${sentence}`));
  });
  expect(breaches).toEqual([]);
  expect(total).toMatchObject({ rounds: 5, forced: 0 });
  expect(total.kills).toBeGreaterThanOrEqual(5);
}, 600_000);
