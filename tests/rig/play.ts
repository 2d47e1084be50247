// Many rounds, one after another, from one seed. A world serves a dozen of them, so that ledgers grow and caches grow
// old; after a breach a new one is begun, so that one defect is not counted twice. Each round draws from a stream of
// its own.

import { Random } from '../simulation/random.ts';
import { type Played, playRound } from './crash-round.ts';
import type { Kind } from './kind.ts';
import { drawKinds, KINDS } from './kinds.ts';
import { Witness } from './witness.ts';
import { World } from './world.ts';

export type PlayOptions = {
  readonly seed: string;
  readonly from: number;
  readonly rounds: number;
  /** Names, or parts of them; empty for all. */
  readonly only: readonly string[];
  /** No further round is begun after that. */
  readonly minutesMax: number;
  /** From the start of the next life to its first act for what was under way. */
  readonly recoveryMsMax: number;
  readonly orphansMsMax: number;
  /** Ends after the round that is being played. */
  readonly signal?: AbortSignal;
  readonly onPlayed: (round: number, played: Played) => void;
  readonly onSkipped: (kind: string, why: string) => void;
};

const ROUNDS_PER_WORLD = 12;

export async function play(options: PlayOptions): Promise<readonly Played[]> {
  const endAt = performance.now() + options.minutesMax * 60_000;
  const all: Played[] = [];
  let world = await World.begin();
  try {
    const kinds = playable(world, options);
    if (kinds.length === 0) return [];
    let witness = await atWork(world);
    for (let round = options.from; round < options.from + options.rounds; round += 1) {
      if (performance.now() > endAt || options.signal?.aborted === true) break;
      const random = new Random(`${options.seed}/${round}`);
      const drawn = drawKinds(kinds, round, random.stream('which'));
      const played = await playRound(`round ${round}`, drawn, {
        world,
        witness,
        random,
        recoveryMsMax: options.recoveryMsMax,
        orphansMsMax: options.orphansMsMax,
      });
      all.push(played);
      options.onPlayed(round, played);
      if (played.breaches.length === 0 && all.length % ROUNDS_PER_WORLD !== 0) continue;
      await world.end();
      world = await World.begin();
      witness = await atWork(world);
    }
  } finally {
    await world.end();
  }
  return all;
}

function playable(world: World, { only, onSkipped }: PlayOptions): readonly Kind[] {
  const wanted = KINDS.filter(({ name }) => only.length === 0 || only.some((part) => name.includes(part)));
  if (wanted.length === 0)
    throw new Error(`no kind has that name; there are: ${KINDS.map(({ name }) => name).join(', ')}`);
  return wanted.filter((kind) => {
    const why = kind.cannot(world);
    if (why !== null) onSkipped(kind.name, why);
    return why === null;
  });
}

/** First versions are in place before anything goes wrong: there is something to lose. */
export async function atWork(world: World): Promise<Witness> {
  const { code, out, err } = await world.start(['run', '--once']).ended;
  if (code !== 0) throw new Error(`the first life ended with ${code}: ${out}${err}`);
  return new Witness(world);
}
