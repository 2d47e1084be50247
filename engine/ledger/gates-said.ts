// A person's word on one change of gates, by a command or by a tag: those with this digest, after those in force with
// this serial. Words on what is in force already, or was before, are refused.

import type { Instant } from '../base/instant.ts';
import type { EnvironmentState } from '../model/environment-state.ts';
import type { GatesWord } from '../model/gate-terms.ts';
import { GATE_WORDS_MAX } from './bounds.ts';
import { SIGNABLE } from './fields.ts';
import { signatureOf } from './person-said.ts';

type Said = {
  readonly id: string;
  readonly by: string;
  readonly at: Instant;
  readonly serial: number;
  readonly digest: string;
  readonly reason: string;
  readonly signature?: string;
};

export const GATES_WORD = { serial: 'count', digest: 'digest', reason: 'reason', ...SIGNABLE } as const;

export function sayChange({ serial, digest }: { readonly serial: number; readonly digest: string }): string {
  return `${serial}-${digest.slice(0, 12)}`;
}

/** Where there are too many, what the same person said before goes first. */
export function rememberWord(
  state: EnvironmentState,
  said: Said,
  answer: GatesWord['answer'],
  tag: GatesWord['tag'] = null,
  review: GatesWord['review'] = undefined,
): Partial<EnvironmentState> | string {
  const serial = state.gates?.serial ?? 0;
  if (said.serial !== serial) return whyStale(said.serial, serial);
  if (tag !== null && state.gateWords.some((word) => word.tag?.name === tag.name)) {
    return `${tag.name} is known already`;
  }
  const { id, by, at, digest, reason } = said;
  const words: GatesWord[] = [
    ...state.gateWords,
    {
      id,
      by,
      answer,
      serial,
      digest,
      reason,
      at,
      ...signatureOf(said),
      tag,
      ...(review === undefined ? {} : { review }),
    },
  ];
  while (words.length > GATE_WORDS_MAX) {
    const again = words.findIndex((old, at) => words.slice(at + 1).some(({ by }) => by === old.by));
    words.splice(Math.max(0, again), 1);
  }
  return { gateWords: words };
}

function whyStale(answered: number, serial: number): string {
  return `it answers what was to follow gates ${answered}, and gates ${serial} are in force: look at the change again and answer it again`;
}
