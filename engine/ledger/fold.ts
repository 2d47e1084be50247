// Facts to state. One record at a time, in ledger order; an impossible transition is refused with a sentence, never guessed.
// Pure and total: the same records always give the same state, which is what `tidegate verify` rests on.

import { canonicalJson } from '../base/canonical-json.ts';
import { isInstant } from '../base/instant.ts';
import { type EnvironmentState, REPOSITORY_LEDGER } from '../model/environment-state.ts';
import {
  type EventRecord,
  isByController,
  isRunRecord,
  type LedgerRecord,
  REASON_LENGTH_MAX,
} from '../model/record.ts';
import { runId } from '../model/run-id.ts';
import { EVENTS_MAX, LEFTOVERS_MAX, POSTMORTEMS_DUE_MAX, STARTS_MAX, TAGS_MAX } from './bounds.ts';
import { settleEffect } from './fold-effect.ts';
import { foldGates } from './fold-gates.ts';
import { foldRun, openRun } from './fold-run.ts';
import { foldWord, isForBoth, isRepositoryWide, signatureOf } from './fold-word.ts';
import { settleRun } from './settle-run.ts';
import { isReason } from './shapes.ts';

type Opened = Extract<LedgerRecord, { type: 'run-opened' }>;
type Folded =
  | { readonly type: 'state'; readonly state: EnvironmentState }
  | { readonly type: 'refused'; readonly sentence: string };

export function fold(state: EnvironmentState, record: LedgerRecord): Folded {
  const strange = whyNoTime(record);
  if (strange !== null) return refuse(record, strange);
  if (!isRunRecord(record)) return foldEvent(state, record);
  if (state.environment === REPOSITORY_LEDGER) return refuse(record, 'no environment is called that');
  if (record.type === 'run-opened') {
    const number = state.runs + 1;
    const why = whyNotOpened(state, record, number);
    if (why !== null) return refuse(record, why);
    const run = openRun(state.environment, record);
    return done(state, record, {
      runs: number,
      // A revert that somebody pushed is gated like any version, and so it counts like one.
      starts:
        record.kind === 'deploy' || record.trigger === 'revert'
          ? [{ run: record.run, at: record.at }, ...state.starts].slice(0, STARTS_MAX)
          : state.starts,
      epoch: record.epoch,
      ...zonesOf(record),
      target: targetOf(record) ?? state.target,
      open: [...state.open, run],
      requests: state.requests.filter((request) => request.id !== record.request),
      quarantine:
        record.trigger === 'request' && record.kind === 'deploy'
          ? state.quarantine.filter((entry) => entry.digest !== record.contents.digest)
          : state.quarantine,
      stalled: record.trigger === 'request' ? null : state.stalled,
      held: record.trigger === 'request' && record.kind === 'deploy' ? null : state.held,
    });
  }
  const run = state.open.find((open) => open.id === record.run);
  if (run === undefined) return refuse(record, `${record.run} is not open`);
  if (record.type === 'lease-taken' && record.epoch <= state.epoch) {
    return refuse(record, `its epoch ${record.epoch} is not above ${state.epoch}`);
  }
  const next = foldRun(run, record);
  if (typeof next === 'string') return refuse(record, next);
  const open = state.open.map((other) => (other.id === next.id ? next : other));
  if (record.type === 'lease-taken') return done(state, record, { epoch: record.epoch, ...zonesOf(record), open });
  if (record.type === 'run-ended') return done(state, record, settleRun({ ...state, open }, next));
  if (record.type === 'effect-ended') return done(state, record, { open, ...settleEffect(state, record) });
  return done(state, record, { open });
}

function targetOf({ targetPlace: place, targetMark: mark }: Opened): EnvironmentState['target'] {
  return place === undefined || mark === undefined ? null : { place, mark };
}

/** What could not be read back is not written: neither by a clock that has lost its mind, nor by a span without end. */
function whyNoTime(record: LedgerRecord): string | null {
  if (!isInstant(record.at)) return 'it is not from the years 1970 to 9999; set the clock of this machine';
  if (!('until' in record) || record.until === null || isInstant(record.until)) return null;
  return 'it would hold beyond the year 9999; leave the end out, or give a nearer one';
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
  // The answer to a failure needs no claim of its own: it stands under the one of the run that failed, and nowhere else.
  if (trigger !== 'failure' || kind !== 'rollback') return `a ${kind} by ${trigger} answers no failure`;
  const failed = state.open.at(-1);
  if (failed?.id !== cause) return `${cause} is not open`;
  if (failed.failure?.next !== 'roll-back') return `${cause} is not to be rolled back`;
  if (failed.cause !== null) return `${cause} is itself the answer to a failure`;
  return epoch === state.epoch ? null : `its epoch ${epoch} is not ${state.epoch}, which ${cause} is under`;
}

/** Folds many; stops at the first refusal. */
export function foldAll(state: EnvironmentState, records: readonly LedgerRecord[]): Folded {
  let folded = state;
  for (const record of records) {
    const next = fold(folded, record);
    if (next.type === 'refused') return next;
    folded = next.state;
  }
  return { type: 'state', state: folded };
}

function foldEvent(state: EnvironmentState, record: EventRecord): Folded {
  if (state.events.includes(record.id)) return refuse(record, 'it is recorded twice');
  if ('reason' in record && !isReason(record.reason)) {
    return refuse(record, `its reason is longer than ${REASON_LENGTH_MAX} characters`);
  }
  if (isRepositoryWide(record) !== (state.environment === REPOSITORY_LEDGER) && !isForBoth(record)) {
    return refuse(record, `it does not belong into the ledger of ${state.environment}`);
  }
  const events = [record.id, ...state.events].slice(0, EVENTS_MAX);
  switch (record.type) {
    case 'tag-seen': {
      const seen = { tag: record.tag, oid: record.oid, commit: record.commit };
      if (state.tags.some((entry) => entry.tag === record.tag)) return refuse(record, `${record.tag} is known already`);
      return done(state, record, { events, tags: [seen, ...state.tags].slice(0, TAGS_MAX) });
    }
    case 'adopted': {
      if (state.current === null || state.current.contents.digest !== record.contents.digest) {
        return refuse(record, 'other contents run here');
      }
      return done(state, record, { events, current: { ...state.current, version: record.version } });
    }
    case 'suspended':
      return done(state, record, {
        events,
        suspended: { by: record.by, reason: record.reason, at: record.at, until: record.until },
      });
    case 'resumed':
      // A person has looked: an instant before this one holds nothing up any more, whatever clock it was written by.
      return done(state, record, { events, suspended: null, stalled: null, lastAt: null, lastBy: null });
    case 'deploy-requested':
    case 'rollback-requested': {
      const { id, by, at, reason } = record;
      const common = { id, by, at, reason, ...signatureOf(record) };
      const request =
        record.type === 'deploy-requested'
          ? ({
              ...common,
              type: 'deploy',
              version: record.version,
              emergency: record.emergency,
              skipTests: record.skipTests,
            } as const)
          : ({ ...common, type: 'rollback', to: record.to } as const);
      // A newer request replaces one that still waits: the last word of a person counts.
      return done(state, record, { events, requests: [request] });
    }
    case 'request-closed':
      return done(state, record, {
        events,
        requests: state.requests.filter((request) => request.id !== record.request),
      });
    case 'hold-released':
      return done(state, record, { events, held: null });
    case 'leftover-removed': {
      if (!state.leftovers.some(({ branch }) => branch === record.branch)) {
        return refuse(record, `${record.branch} is no branch of a rollback that is over`);
      }
      return done(state, record, {
        events,
        leftovers: state.leftovers.filter(({ branch }) => branch !== record.branch),
      });
    }
    case 'incident-opened': {
      const due = { id: record.incident, run: record.about, sentence: record.sentence, at: record.at };
      if (state.postmortemsDue.some(({ id }) => id === due.id)) return refuse(record, `${due.id} is due already`);
      return done(state, record, {
        events,
        postmortemsDue: [due, ...state.postmortemsDue].slice(0, POSTMORTEMS_DUE_MAX),
      });
    }
    case 'incident-closed': {
      if (!state.postmortemsDue.some(({ id }) => id === record.incident)) {
        return refuse(record, `no post-mortem ${record.incident} is due`);
      }
      return done(state, record, {
        events,
        postmortemsDue: state.postmortemsDue.filter(({ id }) => id !== record.incident),
      });
    }
    case 'gates-accepted':
    case 'gates-approved':
    case 'gates-rejected':
    case 'gates-overridden':
    case 'gates-tag-seen': {
      const change = foldGates(state, record);
      return typeof change === 'string' ? refuse(record, change) : done(state, record, { events, ...change });
    }
    default: {
      const change = foldWord(state, record);
      return typeof change === 'string' ? refuse(record, change) : done(state, record, { events, ...change });
    }
  }
}

function zonesOf({ zones }: { readonly zones?: string }): Pick<EnvironmentState, 'zones'> {
  return zones === undefined ? {} : { zones };
}

function done(state: EnvironmentState, record: LedgerRecord, change: Partial<EnvironmentState>): Folded {
  const isNewest = isTimely(record) && (state.lastAt === null || record.at >= state.lastAt);
  const clock = isNewest ? { lastAt: record.at, lastBy: record.by } : {};
  return { type: 'state', state: { ...state, ...leftOver(state, change), ...clock, ...change, seq: state.seq + 1 } };
}

/** However a hold ends, its branch is of no more use then. */
function leftOver({ held, leftovers }: EnvironmentState, change: Partial<EnvironmentState>): Partial<EnvironmentState> {
  if (held === null || held.branch === null || change.held === undefined) return {};
  const { branch, commit } = held;
  if (change.held?.branch === branch || leftovers.some((other) => other.branch === branch)) return {};
  return { leftovers: [...leftovers, { branch, commit }].slice(-LEFTOVERS_MAX) };
}

/** A laptop's clock may say anything, and a given one does: only what controllers say by their own can hold work up. */
function isTimely(record: LedgerRecord): boolean {
  return record.clock !== 'given' && isByController(record);
}

function refuse(record: LedgerRecord, why: string): Folded {
  return { type: 'refused', sentence: `${record.type} ${canonicalJson(record.id)} cannot be: ${why}` };
}
