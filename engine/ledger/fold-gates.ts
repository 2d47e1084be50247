// Gates in force and the words about them. An acceptance follows the one before it, rests on words that are there where it
// says so, and ends all words on what it replaces: a yes counts for one change, once.

import type { EnvironmentState } from '../model/environment-state.ts';
import type { GatesWord } from '../model/gate-terms.ts';
import type { EventRecord } from '../model/record.ts';
import { GATE_WORDS_MAX } from './bounds.ts';
import { signatureOf } from './fold-word.ts';

export type GatesRecord = Extract<
  EventRecord,
  { type: 'gates-accepted' | 'gates-approved' | 'gates-rejected' | 'gates-overridden' | 'gates-tag-seen' }
>;

/** The change, or a sentence that says why the record cannot follow. */
export function foldGates(state: EnvironmentState, record: GatesRecord): Partial<EnvironmentState> | string {
  const serial = state.gates?.serial ?? 0;
  switch (record.type) {
    case 'gates-accepted': {
      if (record.serial !== serial + 1) return `gates ${record.serial} do not follow gates ${serial}`;
      if (record.digest === state.gates?.digest) return 'these gates are in force already';
      const why = whyWordless(state, record);
      if (why !== null) return why;
      const { digest, from, at, on, words, gates: terms } = record;
      return { gates: { serial: record.serial, digest, from, at, on, words, terms }, gateWords: [] };
    }
    case 'gates-tag-seen': {
      const { id, at, tag, oid, answer, digest, person, reason, signedBy } = record;
      if (record.serial !== serial) return whyStale(record.serial, serial);
      if (state.gateWords.some((word) => word.tag?.name === tag)) return `${tag} is known already`;
      const seen = { name: tag, oid, ...(signedBy === undefined ? {} : { signedBy }) };
      return remember(state, { id, by: person, answer, serial, digest, reason, at, tag: seen });
    }
    default: {
      const { id, by, at, digest, reason } = record;
      if (record.serial !== serial) return whyStale(record.serial, serial);
      const answer = ANSWERS[record.type];
      return remember(state, { id, by, answer, serial, digest, reason, at, ...signatureOf(record), tag: null });
    }
  }
}

const ANSWERS = {
  'gates-approved': 'approved',
  'gates-rejected': 'rejected',
  'gates-overridden': 'overridden',
} as const;

function whyStale(answered: number, serial: number): string {
  return `it answers what was to follow gates ${answered}, and gates ${serial} are in force: look at the change again and answer it anew`;
}

/** What rests on words names them, and they are about this very change. */
function whyWordless(
  state: EnvironmentState,
  { on, words, digest }: Extract<GatesRecord, { type: 'gates-accepted' }>,
): string | null {
  if ((on === 'words' || on === 'override') && words.length === 0) return 'it names no word that it rests on';
  if ((on === 'first-sight' || on === 'upgrade') && (state.gates?.terms ?? null) !== null) {
    return `gates ${state.gates?.serial} are in force already`;
  }
  const strange = words.find((id) => !state.gateWords.some((word) => word.id === id && word.digest === digest));
  return strange === undefined ? null : `the word ${strange} that it rests on is not about this change`;
}

/** Where there are too many, what the same person said before goes first. */
function remember(state: EnvironmentState, word: GatesWord): Partial<EnvironmentState> {
  const words = [...state.gateWords, word];
  while (words.length > GATE_WORDS_MAX) {
    const again = words.findIndex((old, at) => words.slice(at + 1).some(({ by }) => by === old.by));
    words.splice(Math.max(0, again), 1);
  }
  return { gateWords: words };
}
