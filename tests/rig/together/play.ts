// Rounds of every scenario, one after another, from one seed; each scenario in a world of its own, each round with
// luck of its own, so that one can be played again alone.

import { Random } from '../../simulation/random.ts';
import { type Played, playRound } from './round.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Lease, TogetherWorld } from './world.ts';

export type PlayOptions = {
  readonly seed: string;
  readonly from: number;
  readonly rounds: number;
  readonly lease: Lease;
  readonly takeoverMsMax: number;
  /** Ends after the round that is being played. */
  readonly signal?: AbortSignal;
  readonly onPlayed: (round: number, played: Played) => void;
};

export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<readonly Played[]> {
  const all: Played[] = [];
  const world = await TogetherWorld.begin(options.lease);
  let left: readonly string[] = [];
  try {
    for (let round = options.from; round < options.from + options.rounds; round += 1) {
      if (options.signal?.aborted === true) break;
      const random = new Random(`${options.seed}/${scenario.name}/${round}`);
      const played = await playRound(scenario, `round ${round}`, world, {
        random,
        takeoverMsMax: options.takeoverMsMax,
      });
      all.push(played);
      options.onPlayed(round, played);
    }
  } finally {
    left = await world.end();
  }
  const last = all.at(-1);
  if (left.length === 0 || last === undefined) return all;
  const orphans = left.map((sentence) => ({ kind: 'orphan' as const, sentence: `after all had ended: ${sentence}` }));
  options.onPlayed(options.from + all.length - 1, { ...last, breaches: orphans });
  return [...all.slice(0, -1), { ...last, breaches: [...last.breaches, ...orphans] }];
}

export function scenariosNamed(parts: readonly string[]): readonly Scenario[] {
  return SCENARIOS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
}
