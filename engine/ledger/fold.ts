// Facts to state. One record at a time, in ledger order; an impossible transition is refused with a sentence, never
// guessed. Pure and total: the same records always give the same state, which is what `tidegate verify` rests on.
// What each kind of record changes stands in its file in records/; here is what holds for all.

import { canonicalJson } from '../base/canonical-json.ts';
import { isInstant } from '../base/instant.ts';
import { type EnvironmentState, REPOSITORY_LEDGER } from '../model/environment-state.ts';
import { isByController, REASON_LENGTH_MAX } from '../model/record.ts';
import { EVENTS_MAX, LEFTOVERS_MAX } from './bounds.ts';
import { foldRun, openRun } from './fold-run.ts';
import type { Change } from './records/kind.ts';
import {
  type EventRecord,
  eventKindOf,
  isOpening,
  isRunRecord,
  type LedgerRecord,
  OPENING_RECORD,
  type RunRecord,
  runKindOf,
} from './records/table.ts';
import { isReason } from './shapes.ts';

type Folded =
  | { readonly type: 'state'; readonly state: EnvironmentState }
  | { readonly type: 'refused'; readonly sentence: string };

export function fold(state: EnvironmentState, record: LedgerRecord): Folded {
  const strange = whyNoTime(record);
  if (strange !== null) return refuse(record, strange);
  const change = isRunRecord(record) ? changeByRun(state, record) : changeByEvent(state, record);
  return typeof change === 'string' ? refuse(record, change) : done(state, record, change);
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

/**
 * What could not be read back is not written: neither by a clock that has lost its mind, nor by a span without end.
 */
function whyNoTime(record: LedgerRecord): string | null {
  if (!isInstant(record.at)) return 'it is not from the years 1970 to 9999; set the clock of this machine';
  if (!('until' in record) || record.until === null || isInstant(record.until)) return null;
  return 'it would hold beyond the year 9999; leave the end out, or give a nearer one';
}

function changeByRun(state: EnvironmentState, record: RunRecord): Change {
  if (state.environment === REPOSITORY_LEDGER) return 'no environment is called that';
  if (isOpening(record)) {
    return OPENING_RECORD[record.type].settle(state, record, openRun(state.environment, record));
  }
  const run = state.open.find((open) => open.id === record.run);
  if (run === undefined) return `${record.run} is not open`;
  const kind = runKindOf(record);
  const why = kind.whyNot?.(state, record) ?? null;
  if (why !== null) return why;
  const next = foldRun(run, record);
  if (typeof next === 'string') return next;
  const open = state.open.map((other) => (other.id === next.id ? next : other));
  return { open, ...kind.settle?.({ ...state, open }, record, next) };
}

function changeByEvent(state: EnvironmentState, record: EventRecord): Change {
  if (state.events.includes(record.id)) return 'it is recorded twice';
  if ('reason' in record && !isReason(record.reason)) {
    return `its reason is longer than ${REASON_LENGTH_MAX} characters`;
  }
  const kind = eventKindOf(record);
  if (kind.ledger !== 'both' && (kind.ledger === 'repository') !== (state.environment === REPOSITORY_LEDGER)) {
    return `it does not belong into the ledger of ${state.environment}`;
  }
  const change = kind.fold(state, record);
  if (typeof change === 'string') return change;
  return { events: [record.id, ...state.events].slice(0, EVENTS_MAX), ...change };
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

/**
 * A laptop's clock may say anything, and a given one does: only what controllers say by their own can hold work up.
 */
function isTimely(record: LedgerRecord): boolean {
  return record.clock !== 'given' && isByController(record);
}

function refuse(record: LedgerRecord, why: string): Folded {
  return { type: 'refused', sentence: `${record.type} ${canonicalJson(record.id)} cannot be: ${why}` };
}
