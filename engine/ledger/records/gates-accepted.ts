// From here on these gates decide, and those before them no longer. `words`: ids of the records that it rests on. An
// acceptance follows the one before it, and ends all words on what it replaces: a yes counts for one change, once.

import type { EnvironmentState } from '../../model/environment-state.ts';
import { eventKind, type OfEnvironment } from './kind.ts';

const FIELDS = {
  serial: 'count',
  digest: 'digest',
  /** The commit that they were read from. */
  from: 'commit',
  on: {
    oneOf: ['first-sight', 'nothing-in-force', 'removals', 'words', 'override', 'run', 'operator', 'upgrade'],
  },
  words: 'texts',
  /** The newest word that was heard when it was decided; empty where there was none. */
  heard: 'text or absent',
  because: 'text',
  /** Null: the environment was removed. */
  gates: 'gates?',
} as const;

export const gatesAccepted = eventKind({
  type: 'gates-accepted',
  fields: FIELDS,
  weight: 5,
  tone: () => 'plain',
  say: (record) => `gates ${record.serial} (${record.digest.slice(0, 12)}) are in force: ${record.because}`,
  fold(state, record) {
    const before = state.gates?.serial ?? 0;
    if (record.serial !== before + 1) return `gates ${record.serial} do not follow gates ${before}`;
    if (record.digest === state.gates?.digest) return 'these gates are in force already';
    const why =
      whyWordless(state, record) ?? whyUnheard(state, record) ?? (record.on === 'run' ? whyNotByRun(state) : null);
    if (why !== null) return why;
    const { serial, digest, from, at, on, words, gates: terms } = record;
    return { gates: { serial, digest, from, at, on, words, terms }, gateWords: [] };
  },
});

/** What rests on words names them, and they are about this very change. */
function whyWordless(
  state: EnvironmentState,
  { on, words, digest }: OfEnvironment<'gates-accepted', typeof FIELDS>,
): string | null {
  if ((on === 'words' || on === 'override') && words.length === 0) return 'it names no word that it rests on';
  if ((on === 'first-sight' || on === 'upgrade') && (state.gates?.terms ?? null) !== null) {
    return `gates ${state.gates?.serial} are in force already`;
  }
  const strange = words.find((id) => !state.gateWords.some((word) => word.id === id && word.digest === digest));
  return strange === undefined ? null : `the word ${strange} that it rests on is not about this change`;
}

/**
 * A no that reached the ledger first was said first, also where the controller had not seen it when it decided. It
 * looks again, and hears it.
 */
function whyUnheard(
  { gateWords }: EnvironmentState,
  { heard, digest }: OfEnvironment<'gates-accepted', typeof FIELDS>,
): string | null {
  if (heard === undefined) return null;
  const since = gateWords.slice(gateWords.findLastIndex(({ id }) => id === heard) + 1);
  const no = since.find((word) => word.answer === 'rejected' && word.digest === digest);
  return no === undefined ? null : `${no.by} said no to this change before it was accepted`;
}

/**
 * What was let in by the gates before, as the ledger has it: what a controller decided that lost its run meanwhile is
 * void.
 */
function whyNotByRun({ gates, open }: EnvironmentState): string | null {
  const isGated = gates?.terms?.stages.some(({ policies }) => policies.length > 0) === true;
  const isLetIn = open.some(({ kind, touched }) => kind === 'deploy' && (touched || !isGated));
  return isLetIn ? null : 'no run is open that the gates before it have let in';
}
