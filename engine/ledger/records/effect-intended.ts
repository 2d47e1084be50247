// The intent of an outside effect: nothing is done outside before this stands in the ledger. `effect` is its derived
// id.

import { EFFECT, type EffectIntended, foldIntended, PAYLOADS, sayIntent } from '../fold-effect.ts';
import type { RunKind } from './kind.ts';

/** Written out: the fields of a payload are those of its kind. */
export const effectIntended: RunKind<EffectIntended> = {
  type: 'effect-intended',
  fields: { ...EFFECT, payload: { byKind: PAYLOADS } },
  say: (record) => `${record.run}: ${sayIntent(record)}`,
  fold: foldIntended,
};
