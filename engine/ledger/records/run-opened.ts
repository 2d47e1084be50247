// A run is granted: what goes in, why, and the stages it goes through.

import type { EnvironmentState } from '../../model/environment-state.ts';
import { runId } from '../../model/run-id.ts';
import { sayVersion } from '../../model/version.ts';
import { STARTS_MAX } from '../bounds.ts';
import { type OfRun, openingKind } from './kind.ts';

const FIELDS = {
  kind: { oneOf: ['deploy', 'rollback', 'heal'] },
  trigger: { oneOf: ['commit', 'tag', 'promotion', 'revert', 'request', 'schedule', 'failure'] },
  version: 'version',
  contents: 'contents',
  previous: 'deployed?',
  reason: 'text?',
  /** The person who asked, or the author of the change; null when nobody did. */
  requestedBy: 'text?',
  request: 'text?',
  emergency: 'flag',
  skip: { oneOf: ['none', 'skippable'] },
  /** The commit whose gates let it in. */
  config: 'commit',
  /** The run whose failure this one answers. */
  cause: 'text?',
  stages: 'stages',
  epoch: 'count',
  controller: 'text',
  /** The verdict in one sentence, as it was when the run was granted. */
  because: 'text',
  /** `policy/rule` names of what was overridden; absent where nothing was. The format on disk keeps its name. */
  lifted: 'texts or absent',
  /** Reviews and checks of a forge that it rests on; absent where there are none. */
  evidence: 'texts or absent',
  /**
   * Where the target of the environment is from now on, and the mark that stands there: another one is refused by the
   * place. Absent where both are as before, and for targets without a place.
   */
  targetPlace: 'text or absent',
  targetMark: 'text or absent',
  /** The release of the time zone data that it was granted by: `2026b`. */
  zones: 'text or absent',
} as const;

type Opened = OfRun<'run-opened', typeof FIELDS>;

export const runOpened = openingKind({
  type: 'run-opened',
  fields: FIELDS,
  weight: 7,
  tone: () => 'plain',
  isClaim: ({ cause }) => cause === null,
  say(record) {
    const why =
      record.trigger === 'request' ? `asked for by ${record.requestedBy ?? 'nobody'}` : `by ${record.trigger}`;
    return `${record.run} opened: ${record.kind} ${sayVersion(record.version)} (${why})`;
  },
  open: (environment, record) => ({
    id: record.run,
    environment,
    kind: record.kind,
    trigger: record.trigger,
    version: record.version,
    contents: record.contents,
    previous: record.previous,
    reason: record.reason,
    requestedBy: record.requestedBy,
    request: record.request,
    emergency: record.emergency,
    skip: record.skip,
    config: record.config,
    cause: record.cause,
    because: record.because,
    lifted: record.lifted ?? [],
    stages: record.stages.map((stage) => ({
      ...stage,
      skipped: false,
      outcome: null,
      attempts: 0,
      startedAt: null,
      endedAt: null,
      step: 0,
      notBefore: null,
      failed: null,
      steps: [],
    })),
    lease: { epoch: record.epoch, controller: record.controller },
    touched: false,
    inDoubt: null,
    failure: null,
    writeBack: null,
    outcome: null,
    sentence: null,
    openedAt: record.at,
    startedAt: null,
    endedAt: null,
    records: 1,
  }),
  settle(state, record, run) {
    const number = state.runs + 1;
    const why = whyNotOpened(state, record, number);
    if (why !== null) return why;
    const { kind, trigger } = record;
    const isAsked = trigger === 'request';
    return {
      runs: number,
      // A revert that somebody pushed is gated like any version, and so it counts like one.
      starts:
        kind === 'deploy' || trigger === 'revert'
          ? [{ run: record.run, at: record.at }, ...state.starts].slice(0, STARTS_MAX)
          : state.starts,
      epoch: record.epoch,
      ...(record.zones === undefined ? {} : { zones: record.zones }),
      target: targetOf(record) ?? state.target,
      open: [...state.open, run],
      requests: state.requests.filter((request) => request.id !== record.request),
      quarantine:
        isAsked && kind === 'deploy'
          ? state.quarantine.filter((entry) => entry.digest !== record.contents.digest)
          : state.quarantine,
      stalled: isAsked ? null : state.stalled,
      held: isAsked && kind === 'deploy' ? null : state.held,
    };
  },
});

function targetOf({ targetPlace: place, targetMark: mark }: Opened): EnvironmentState['target'] {
  return place === undefined || mark === undefined ? null : { place, mark };
}

function whyNotOpened(state: EnvironmentState, record: Opened, number: number): string | null {
  const { cause, trigger, kind, epoch } = record;
  const mark = state.target?.mark ?? record.targetMark;
  // The mark is what the places that it had before know it by.
  if (record.targetMark !== undefined && record.targetMark !== mark) return `its mark is ${mark}`;
  if ((record.targetMark === undefined) !== (record.targetPlace === undefined))
    return 'a place and its mark go together';
  const next = runId(state.environment, number);
  if (record.run !== next) {
    return `the next run of ${state.environment} is ${next}`;
  }
  if (cause === null) {
    if (trigger === 'failure') return 'it answers a failure and names none';
    if (state.open.length > 0) return `${state.open[0]?.id} is still open`;
    return epoch > state.epoch ? null : `its epoch ${epoch} is not above ${state.epoch}`;
  }
  // The answer to a failure needs no claim of its own: it stands under the one of the run that failed, and nowhere
  // else.
  if (trigger !== 'failure' || kind !== 'rollback') return `a ${kind} by ${trigger} answers no failure`;
  const failed = state.open.at(-1);
  if (failed?.id !== cause) return `${cause} is not open`;
  if (failed.failure?.next !== 'roll-back') return `${cause} is not to be rolled back`;
  if (failed.cause !== null) return `${cause} is itself the answer to a failure`;
  return epoch === state.epoch ? null : `its epoch ${epoch} is not ${state.epoch}, which ${cause} is under`;
}
