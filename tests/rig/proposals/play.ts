// Rounds one after the other in one world, and what the ledgers say at the end.

import { Random } from '../../simulation/random.ts';
import { type Played, playRound } from './round.ts';
import { ProposalWorld } from './world.ts';

export type Total = {
  readonly rounds: number;
  readonly kills: number;
  readonly deletions: number;
  readonly pulls: number;
  readonly comments: number;
  readonly forced: number;
  readonly breaches: number;
};

export async function playRounds(
  { seed, rounds }: { readonly seed: string; readonly rounds: number },
  onPlayed: (round: number, played: Played) => void,
): Promise<Total> {
  const world = await ProposalWorld.begin();
  const all: Played[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const played = await playRound(world, round, new Random(`${seed}/${round}`));
      all.push(played);
      onPlayed(round, played);
      if (played.breaches.some(({ kind }) => kind === 'lost')) break;
    }
    const wrong = await world.verified();
    const { violations, state } = world.model;
    const ends = [...(wrong === '' ? [] : [wrong]), ...violations];
    if (ends.length > 0) {
      const breaches = ends.map((sentence) => ({ kind: 'ledger', sentence }));
      const played = { kills: 0, deletions: 0, lost: 0, breaches };
      all.push(played);
      onPlayed(0, played);
    }
    const sum = (count: (played: Played) => number) => all.reduce((so, played) => so + count(played), 0);
    return {
      rounds: all.length,
      kills: sum(({ kills }) => kills),
      deletions: sum(({ deletions }) => deletions),
      pulls: state.pulls.length,
      comments: state.comments.length,
      forced: world.forced().length,
      breaches: sum(({ breaches }) => breaches.length),
    };
  } finally {
    await world.end();
  }
}
