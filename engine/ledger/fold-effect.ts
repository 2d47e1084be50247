// Outside effects of a run, by kind: the fields of its intent and of what became of it, the words, and what the run
// and the environment know from then on.

import type { EnvironmentState } from '../model/environment-state.ts';
import { type OutsideEffects, type RecordedKind, type RecordedPayloads, writeBackId } from '../model/outside-effect.ts';
import type { RecordCommon } from '../model/record.ts';
import type { Run } from '../model/run.ts';
import { sayVersion } from '../model/version.ts';
import { TAGS_MAX } from './bounds.ts';
import type { FieldKind } from './fields.ts';

type OfRun<Type extends string> = RecordCommon & { readonly type: Type; readonly run: string; readonly effect: string };

/** `effect` is its derived id. */
export type EffectIntended<Kind extends RecordedKind = RecordedKind> = {
  [One in Kind]: OfRun<'effect-intended'> & { readonly kind: One; readonly payload: RecordedPayloads[One] };
}[Kind];

export type EffectEnded<Kind extends RecordedKind = RecordedKind> = {
  [One in Kind]: OfRun<'effect-ended'> & { readonly kind: One; readonly result: OutsideEffects[One]['result'] };
}[Kind];

type FieldsOf<Values extends Readonly<Record<RecordedKind, unknown>>> = {
  readonly [Kind in RecordedKind]: { readonly [Name in keyof Values[Kind]]-?: FieldKind };
};

export const PAYLOADS = {
  'write-back': {
    branch: 'text',
    from: 'version',
    to: 'version',
    paths: 'texts',
    tag: 'text?',
    onlyBranch: 'text?',
  },
} as const satisfies FieldsOf<RecordedPayloads>;

export const RESULTS = {
  'write-back': {
    result: { oneOf: ['merged', 'held', 'unneeded'] },
    commit: 'text?',
    tag: 'text?',
    branch: 'text?',
    sentence: 'text',
    tip: 'text or absent',
  },
} as const satisfies FieldsOf<{ readonly [Kind in RecordedKind]: OutsideEffects[Kind]['result'] }>;

export const EFFECT = { effect: 'text', kind: { oneOf: Object.keys(PAYLOADS) } } as const;

export function sayIntent({ kind, payload }: EffectIntended): string {
  switch (kind) {
    case 'write-back':
      return `to be written back to ${payload.branch}: ${sayVersion(payload.from)} to ${sayVersion(payload.to)}`;
  }
}

/** The run with the intent, or a sentence that says why it cannot be. */
export function foldIntended(run: Run, { kind, effect, payload, at }: EffectIntended): Run | string {
  switch (kind) {
    case 'write-back': {
      if (effect !== writeBackId(run.id)) return notItsId(run);
      if (run.writeBack !== null) return 'a write-back is intended already';
      return { ...run, writeBack: { ...payload, intendedAt: at, ended: null } };
    }
  }
}

export function foldEnded(run: Run, { kind, effect, result }: EffectEnded): Run | string {
  switch (kind) {
    case 'write-back': {
      if (effect !== writeBackId(run.id)) return notItsId(run);
      if (run.writeBack === null) return 'no write-back is intended';
      if (run.writeBack.ended !== null) return 'the write-back has ended';
      return { ...run, writeBack: { ...run.writeBack, ended: result } };
    }
  }
}

export function settleEffect(state: EnvironmentState, { kind, result }: EffectEnded): Partial<EnvironmentState> {
  switch (kind) {
    case 'write-back': {
      const { tag, commit } = result;
      if (tag === null || commit === null) return {};
      // A plain tag: its object is the commit. Seen from the start, so that moving it is noticed like any other's.
      const seen = { tag, oid: commit, commit };
      return {
        tags: [seen, ...state.tags.filter((entry) => entry.tag !== tag)].slice(0, TAGS_MAX),
        writtenTags: [tag, ...state.writtenTags].slice(0, TAGS_MAX),
      };
    }
  }
}

function notItsId(run: Run): string {
  return `the write-back of ${run.id} is called ${writeBackId(run.id)}`;
}
