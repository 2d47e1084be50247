// What became of an outside effect.

import { EFFECT, type EffectEnded, foldEnded, RESULTS, settleEffect } from '../fold-effect.ts';
import type { RunKind } from './kind.ts';

/** Written out: the fields of a result are those of its kind. */
export const effectEnded: RunKind<EffectEnded> = {
  type: 'effect-ended',
  fields: { ...EFFECT, result: { byKind: RESULTS } },
  weight: 6,
  tone: () => 'plain',
  say: (record) => `${record.run}: ${record.result.sentence}`,
  fold: foldEnded,
  settle: settleEffect,
};
