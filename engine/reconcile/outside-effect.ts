// The second half of an outside effect's life, once its intent is in the ledger: what became of it is recorded, or it
// is performed. Planning it again is harmless: its id is derived, and who performs it looks before it does.

import type { OutsideEffect, RecordedKind } from '../model/outside-effect.ts';
import type { Run } from '../model/run.ts';
import type { Draft } from './draft.ts';

export function carryOut(draft: Draft, run: Run, effect: OutsideEffect<RecordedKind>): 'done' | 'under-way' {
  const ended = draft.environment.effects.get(effect.id);
  if (ended?.kind === effect.kind) {
    draft.run(run.id, { type: 'effect-ended', effect: effect.id, kind: effect.kind, result: ended.result });
    draft.say(ended.result.sentence);
    return 'done';
  }
  draft.say(`${run.id}: ${sayUnderWay(effect)}`);
  if (draft.isRecorded) draft.effect(effect);
  return 'under-way';
}

function sayUnderWay({ kind, payload }: OutsideEffect<RecordedKind>): string {
  switch (kind) {
    case 'write-back':
      return `writing the rollback back to ${payload.branch}`;
  }
}
