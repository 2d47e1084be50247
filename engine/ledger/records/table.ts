// The kinds of record there are. One line a kind; the types of all records are made from these tables.

import { adopted } from './adopted.ts';
import { approvalTagSeen } from './approval-tag-seen.ts';
import { approved } from './approved.ts';
import { checkRecorded } from './check-recorded.ts';
import { deployRequested } from './deploy-requested.ts';
import { effectEnded } from './effect-ended.ts';
import { effectIntended } from './effect-intended.ts';
import { gatesAccepted } from './gates-accepted.ts';
import { gatesApproved } from './gates-approved.ts';
import { gatesOverridden } from './gates-overridden.ts';
import { gatesRejected } from './gates-rejected.ts';
import { gatesReviewSeen } from './gates-review-seen.ts';
import { gatesTagSeen } from './gates-tag-seen.ts';
import { holdReleased } from './hold-released.ts';
import { incidentClosed } from './incident-closed.ts';
import { incidentOpened } from './incident-opened.ts';
import type { EventKind, RecordKind, RecordOf, RunKind } from './kind.ts';
import { leaseReleased } from './lease-released.ts';
import { leaseTaken } from './lease-taken.ts';
import { ledgerPlaced } from './ledger-placed.ts';
import { leftoverRemoved } from './leftover-removed.ts';
import { lockTaken } from './lock-taken.ts';
import { mergeFailed } from './merge-failed.ts';
import { mergeIntended } from './merge-intended.ts';
import { offered } from './offered.ts';
import { overridden } from './overridden.ts';
import { promotionRequested } from './promotion-requested.ts';
import { proposalEnded } from './proposal-ended.ts';
import { proposalIntended } from './proposal-intended.ts';
import { proposalOpened } from './proposal-opened.ts';
import { proposalTouched } from './proposal-touched.ts';
import { rejected } from './rejected.ts';
import { requestClosed } from './request-closed.ts';
import { resumed } from './resumed.ts';
import { reviewGone } from './review-gone.ts';
import { reviewSeen } from './review-seen.ts';
import { rollbackRequested } from './rollback-requested.ts';
import { runEnded } from './run-ended.ts';
import { runFailed } from './run-failed.ts';
import { runOpened } from './run-opened.ts';
import { secretClaimed } from './secret-claimed.ts';
import { stageCancelled } from './stage-cancelled.ts';
import { stageEnded } from './stage-ended.ts';
import { stageSkipped } from './stage-skipped.ts';
import { stageStarted } from './stage-started.ts';
import { stepEnded } from './step-ended.ts';
import { stepFailed } from './step-failed.ts';
import { stepRetried } from './step-retried.ts';
import { stepSkipped } from './step-skipped.ts';
import { suspended } from './suspended.ts';
import { tagSeen } from './tag-seen.ts';

/** A run's own records live in its file and are written only by the holder of its lease. It begins with this one. */
export const OPENING_RECORD = { 'run-opened': runOpened } as const;

export const RUN_RECORDS = {
  'stage-skipped': stageSkipped,
  'stage-started': stageStarted,
  'step-ended': stepEnded,
  'step-retried': stepRetried,
  'step-failed': stepFailed,
  'step-skipped': stepSkipped,
  'stage-cancelled': stageCancelled,
  'stage-ended': stageEnded,
  'lease-taken': leaseTaken,
  'lease-released': leaseReleased,
  'run-failed': runFailed,
  'effect-intended': effectIntended,
  'effect-ended': effectEnded,
  'run-ended': runEnded,
} as const;

/** An environment's own records, and those of the whole repository. */
export const EVENT_RECORDS = {
  'tag-seen': tagSeen,
  adopted,
  suspended,
  resumed,
  'deploy-requested': deployRequested,
  'rollback-requested': rollbackRequested,
  'request-closed': requestClosed,
  'hold-released': holdReleased,
  approved,
  rejected,
  'approval-tag-seen': approvalTagSeen,
  overridden,
  'gates-accepted': gatesAccepted,
  'gates-approved': gatesApproved,
  'gates-rejected': gatesRejected,
  'gates-overridden': gatesOverridden,
  'gates-tag-seen': gatesTagSeen,
  'gates-review-seen': gatesReviewSeen,
  offered,
  'leftover-removed': leftoverRemoved,
  'incident-opened': incidentOpened,
  'incident-closed': incidentClosed,
  'check-recorded': checkRecorded,
  'lock-taken': lockTaken,
  'secret-claimed': secretClaimed,
  'ledger-placed': ledgerPlaced,
  'promotion-requested': promotionRequested,
  'proposal-intended': proposalIntended,
  'proposal-opened': proposalOpened,
  'proposal-touched': proposalTouched,
  'merge-intended': mergeIntended,
  'merge-failed': mergeFailed,
  'proposal-ended': proposalEnded,
  'review-seen': reviewSeen,
  'review-gone': reviewGone,
} as const;

type Of<Table> = RecordOf<Table[keyof Table]>;

export type OpeningRecord = Of<typeof OPENING_RECORD>;
export type GoingRecord = Of<typeof RUN_RECORDS>;
export type EventRecord = Of<typeof EVENT_RECORDS>;
export type RunRecord = OpeningRecord | GoingRecord;
export type LedgerRecord = RunRecord | EventRecord;

const BY_TYPE: Readonly<Record<LedgerRecord['type'], RecordKind<LedgerRecord>>> = {
  ...OPENING_RECORD,
  ...RUN_RECORDS,
  ...EVENT_RECORDS,
};
const GOING: Readonly<Record<GoingRecord['type'], RunKind<GoingRecord>>> = RUN_RECORDS;
const EVENTS: Readonly<Record<EventRecord['type'], EventKind<EventRecord>>> = EVENT_RECORDS;

export function kindOf(type: LedgerRecord['type']): RecordKind<LedgerRecord> {
  return BY_TYPE[type];
}

export function runKindOf({ type }: GoingRecord): RunKind<GoingRecord> {
  return GOING[type];
}

export function eventKindOf({ type }: EventRecord): EventKind<EventRecord> {
  return EVENTS[type];
}

export function isRecordType(type: string): type is LedgerRecord['type'] {
  return Object.hasOwn(BY_TYPE, type);
}

/** Whether its records stand in a run's file. */
export function isRunType(type: LedgerRecord['type']): boolean {
  return Object.hasOwn(OPENING_RECORD, type) || Object.hasOwn(RUN_RECORDS, type);
}

export function isOpening(record: LedgerRecord): record is OpeningRecord {
  return Object.hasOwn(OPENING_RECORD, record.type);
}

export function isRunRecord(record: LedgerRecord): record is RunRecord {
  return 'run' in record;
}

/** A claim must be accepted by the remote before anything that rests on it is done. */
export function isClaim(record: LedgerRecord): boolean {
  return BY_TYPE[record.type].isClaim?.(record) === true;
}

/**
 * Other controllers may do the same at the same time: the remote decides whose it is, before anything rests on it.
 */
export function isFirst({ type }: LedgerRecord): boolean {
  return BY_TYPE[type].isFirst === true;
}

/** An event before it is written: the shell adds its id, its time and its author. */
export type NewEvent = Unwritten<EventRecord>;
type Unwritten<T> = T extends unknown ? Omit<T, 'id' | 'at' | 'by' | 'clock'> : never;
