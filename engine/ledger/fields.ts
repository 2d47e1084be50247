// The fields of every record type, once: what decoding accepts and nothing else. Instants are ISO 8601 in the file and
// numbers in memory.

import type { RecordedKind } from '../model/outside-effect.ts';
import type { LedgerRecord } from '../model/record.ts';
import { ACCEPTED_ON } from './gates-file.ts';

export type FieldKind =
  | 'text'
  | 'text?'
  | 'reason'
  /** Never negative, and never near where numbers end. */
  | 'count'
  | 'number?'
  | 'flag'
  | 'instant'
  | 'instant?'
  | 'commit'
  | 'version'
  | 'version?'
  | 'contents'
  | 'deployed?'
  | 'texts'
  /** Absent in most records, and in all of earlier versions of Tidegate. */
  | 'texts or absent'
  | 'text or absent'
  | 'decimal?'
  | 'stages'
  | 'digest'
  /** What decides in an environment, or null. */
  | 'gates?'
  | { readonly oneOf: readonly string[] }
  /** An object whose fields depend on the record's own `kind`. */
  | { readonly byKind: Readonly<Record<RecordedKind, Readonly<Record<string, FieldKind>>>> };

type Fields<Type extends LedgerRecord['type']> = {
  readonly [Key in Exclude<
    keyof Extract<LedgerRecord, { type: Type }>,
    'id' | 'at' | 'by' | 'clock' | 'type' | 'run'
  >]: FieldKind;
};

const STEP_OUTCOMES = ['succeeded', 'failed', 'errored', 'timed-out', 'cancelled'];
const SIGNED = { signature: 'text or absent' } as const;
const ANSWERED = { version: 'version', planDigest: 'text', reason: 'reason', ...SIGNED } as const;
const GATES_WORD = { serial: 'count', digest: 'digest', reason: 'reason', ...SIGNED } as const;

/** What each kind of outside effect records: its intent, and what became of it. */
const PAYLOADS = {
  'write-back': {
    branch: 'text',
    from: 'version',
    to: 'version',
    paths: 'texts',
    tag: 'text?',
    onlyBranch: 'text?',
  },
} as const;
const RESULTS = {
  'write-back': {
    result: { oneOf: ['merged', 'held', 'unneeded'] },
    commit: 'text?',
    tag: 'text?',
    branch: 'text?',
    sentence: 'text',
    tip: 'text or absent',
  },
} as const;
const EFFECT = { effect: 'text', kind: { oneOf: Object.keys(PAYLOADS) } } as const;

export const FIELDS: { readonly [Type in LedgerRecord['type']]: Fields<Type> } = {
  'run-opened': {
    kind: { oneOf: ['deploy', 'rollback', 'heal'] },
    trigger: { oneOf: ['commit', 'tag', 'promotion', 'revert', 'request', 'schedule', 'failure'] },
    version: 'version',
    contents: 'contents',
    previous: 'deployed?',
    reason: 'text?',
    requestedBy: 'text?',
    request: 'text?',
    emergency: 'flag',
    skip: { oneOf: ['none', 'skippable'] },
    config: 'commit',
    cause: 'text?',
    stages: 'stages',
    epoch: 'count',
    controller: 'text',
    because: 'text',
    lifted: 'texts or absent',
    targetPlace: 'text or absent',
    targetMark: 'text or absent',
    zones: 'text or absent',
  },
  'stage-skipped': { stage: 'text', because: 'text' },
  'stage-started': {
    stage: 'text',
    attempt: 'count',
    step: 'count',
    because: { oneOf: ['first', 'in-doubt'] },
    epoch: 'count',
    lifted: 'texts or absent',
  },
  'step-ended': {
    stage: 'text',
    attempt: 'count',
    step: 'count',
    name: 'text',
    outcome: { oneOf: STEP_OUTCOMES },
    sentence: 'text',
    exitCode: 'number?',
    durationMs: 'count',
    outputBytes: 'count',
    logDigest: 'text?',
    tail: 'text',
  },
  'step-retried': { stage: 'text', attempt: 'count', step: 'count', notBefore: 'instant' },
  'stage-ended': {
    stage: 'text',
    outcome: { oneOf: ['Succeeded', 'Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
  },
  'lease-taken': { epoch: 'count', controller: 'text', because: 'text', zones: 'text or absent' },
  'lease-released': { epoch: 'count' },
  'run-failed': {
    stage: 'text?',
    outcome: { oneOf: ['Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
    next: { oneOf: ['roll-back', 'stop', 'stall'] },
  },
  'effect-intended': { ...EFFECT, payload: { byKind: PAYLOADS } },
  'effect-ended': { ...EFFECT, result: { byKind: RESULTS } },
  'run-ended': {
    outcome: { oneOf: ['Succeeded', 'Failed', 'Errored', 'Superseded', 'Cancelled', 'RolledBack'] },
    sentence: 'text',
  },
  'tag-seen': { tag: 'text', oid: 'commit', commit: 'commit' },
  adopted: { version: 'version', contents: 'contents', because: 'text' },
  suspended: { reason: 'reason', until: 'instant?', ...SIGNED },
  resumed: { reason: 'reason', ...SIGNED },
  'deploy-requested': { version: 'version', reason: 'reason', emergency: 'flag', skipTests: 'flag', ...SIGNED },
  'rollback-requested': { to: 'version?', reason: 'reason', ...SIGNED },
  'request-closed': { request: 'text', sentence: 'text' },
  'hold-released': { because: 'text' },
  approved: ANSWERED,
  rejected: ANSWERED,
  'approval-tag-seen': {
    tag: 'text',
    oid: 'commit',
    commit: 'commit',
    answer: { oneOf: ['approved', 'rejected'] },
    person: 'text',
    reason: 'reason',
    signedBy: 'text or absent',
  },
  overridden: { version: 'version', rules: 'texts', reason: 'reason', until: 'instant?', ...SIGNED },
  'gates-accepted': {
    serial: 'count',
    digest: 'digest',
    from: 'commit',
    on: { oneOf: Object.keys(ACCEPTED_ON) },
    words: 'texts',
    because: 'text',
    gates: 'gates?',
  },
  'gates-approved': GATES_WORD,
  'gates-rejected': GATES_WORD,
  'gates-overridden': GATES_WORD,
  'gates-tag-seen': {
    tag: 'text',
    oid: 'commit',
    answer: { oneOf: ['approved', 'rejected'] },
    serial: 'count',
    digest: 'digest',
    person: 'text',
    reason: 'reason',
    signedBy: 'text or absent',
  },
  offered: { version: 'version', digest: 'text' },
  'incident-opened': { incident: 'text', about: 'text', sentence: 'text' },
  'incident-closed': { incident: 'text', reason: 'reason', ...SIGNED },
  'check-recorded': {
    commit: 'commit',
    name: 'text',
    status: { oneOf: ['passed', 'failed', 'pending'] },
    value: 'decimal?',
    ...SIGNED,
  },
  'lock-taken': { lock: 'text', environment: 'text', holder: 'text' },
  'secret-claimed': { secret: 'text', environment: 'text', holder: 'text', because: { oneOf: ['first', 'granted'] } },
  'ledger-placed': { namespace: 'text', repository: 'text?', because: 'text' },
  'leftover-removed': { branch: 'text', because: 'text' },
};

/** Types whose records stand in a run's file. */
export const RUN_TYPES: ReadonlySet<string> = new Set([
  'run-opened',
  'stage-skipped',
  'stage-started',
  'step-ended',
  'step-retried',
  'stage-ended',
  'lease-taken',
  'lease-released',
  'run-failed',
  'effect-intended',
  'effect-ended',
  'run-ended',
]);
