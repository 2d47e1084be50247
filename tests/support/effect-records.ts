// Records of a write-back, for stories: the intent and what became of it.

import { type WriteBackIntent, type WriteBackResult, writeBackId } from '../../engine/model/outside-effect.ts';

export function writeBackIntended(run: string, payload: WriteBackIntent) {
  return { type: 'effect-intended', effect: writeBackId(run), kind: 'write-back', payload } as const;
}

export function writeBackEnded(run: string, result: WriteBackResult) {
  return { type: 'effect-ended', effect: writeBackId(run), kind: 'write-back', result } as const;
}
