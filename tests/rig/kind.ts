// What one kind of misfortune is: when it strikes, and what a life under it must say.

import type { Random } from '../simulation/random.ts';
import type { World } from './world.ts';

export type Round = { readonly world: World; readonly random: Random };

export type Kind = {
  readonly name: string;
  /** Why it cannot be had on this machine; null where it can. */
  cannot(world: World): string | null;
  /** At a random moment of the first life. */
  strike?(round: Round): Promise<void>;
  /** Between the kill and the next life. */
  between?(round: Round): Promise<void>;
  /** A life is started under it, and killed again, before it is repaired. */
  readonly outlasts?: boolean;
  /** After a life under it: what was wrong with that life, as sentences. */
  judge?(round: Round, said: string): Promise<readonly string[]>;
  repair?(round: Round): Promise<void>;
};

/** Nothing where these words were said; else a sentence. */
export function expectWords(said: string, words: RegExp): readonly string[] {
  return words.test(said) ? [] : [`a life under it did not say ${words}: ${JSON.stringify(said.slice(-600))}`];
}
