// Outside effects of a run, by kind: that one is intended, what became of it, and what the environment knows from then on.

import type { EnvironmentState } from '../model/environment-state.ts';
import { writeBackId } from '../model/outside-effect.ts';
import type { RunRecord } from '../model/record.ts';
import type { Run } from '../model/run.ts';
import { TAGS_MAX } from './bounds.ts';

type Intended = Extract<RunRecord, { type: 'effect-intended' }>;
type Ended = Extract<RunRecord, { type: 'effect-ended' }>;

/** The run with the intent, or a sentence that says why it cannot be. */
export function foldIntended(run: Run, { kind, effect, payload, at }: Intended): Run | string {
  switch (kind) {
    case 'write-back': {
      if (effect !== writeBackId(run.id)) return notItsId(run);
      if (run.writeBack !== null) return 'a write-back is intended already';
      return { ...run, writeBack: { ...payload, intendedAt: at, ended: null } };
    }
  }
}

export function foldEnded(run: Run, { kind, effect, result }: Ended): Run | string {
  switch (kind) {
    case 'write-back': {
      if (effect !== writeBackId(run.id)) return notItsId(run);
      if (run.writeBack === null) return 'no write-back is intended';
      if (run.writeBack.ended !== null) return 'the write-back has ended';
      return { ...run, writeBack: { ...run.writeBack, ended: result } };
    }
  }
}

export function settleEffect(state: EnvironmentState, { kind, result }: Ended): Partial<EnvironmentState> {
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
