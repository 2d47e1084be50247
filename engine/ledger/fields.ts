// The fields of every record type, once: what decoding accepts and nothing else. Instants are ISO 8601 in the file and
// numbers in memory.

import type { LedgerRecord } from '../model/record.ts';

export type FieldKind =
  | 'text'
  | 'text?'
  | 'reason'
  | 'number'
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
  | 'stages'
  | { readonly oneOf: readonly string[] };

type Fields<Type extends LedgerRecord['type']> = {
  readonly [Key in Exclude<
    keyof Extract<LedgerRecord, { type: Type }>,
    'id' | 'at' | 'by' | 'clock' | 'type' | 'run'
  >]: FieldKind;
};

const STEP_OUTCOMES = ['succeeded', 'failed', 'errored', 'timed-out', 'cancelled'];
const WRITE_BACK = { commit: 'text?', tag: 'text?', branch: 'text?', sentence: 'text' } as const;

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
    epoch: 'number',
    controller: 'text',
    because: 'text',
  },
  'stage-skipped': { stage: 'text', because: 'text' },
  'stage-started': {
    stage: 'text',
    attempt: 'number',
    step: 'number',
    because: { oneOf: ['first', 'in-doubt'] },
    epoch: 'number',
  },
  'step-ended': {
    stage: 'text',
    attempt: 'number',
    step: 'number',
    name: 'text',
    outcome: { oneOf: STEP_OUTCOMES },
    sentence: 'text',
    exitCode: 'number?',
    durationMs: 'number',
    outputBytes: 'number',
    logDigest: 'text?',
    tail: 'text',
  },
  'step-retried': { stage: 'text', attempt: 'number', step: 'number', notBefore: 'instant' },
  'stage-ended': {
    stage: 'text',
    outcome: { oneOf: ['Succeeded', 'Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
  },
  'lease-taken': { epoch: 'number', controller: 'text', because: 'text' },
  'lease-released': { epoch: 'number' },
  'run-failed': {
    stage: 'text?',
    outcome: { oneOf: ['Failed', 'Errored', 'Cancelled'] },
    sentence: 'text',
    next: { oneOf: ['roll-back', 'stop', 'stall'] },
  },
  'write-back-intended': {
    branch: 'text',
    from: 'version',
    to: 'version',
    paths: 'texts',
    tag: 'text?',
    onlyBranch: 'text?',
  },
  'write-back-ended': { result: { oneOf: ['merged', 'held', 'unneeded'] }, ...WRITE_BACK },
  'run-ended': {
    outcome: { oneOf: ['Succeeded', 'Failed', 'Errored', 'Superseded', 'Cancelled', 'RolledBack'] },
    sentence: 'text',
  },
  'tag-seen': { tag: 'text', oid: 'commit', commit: 'commit' },
  adopted: { version: 'version', contents: 'contents', because: 'text' },
  suspended: { reason: 'reason', until: 'instant?' },
  resumed: { reason: 'reason' },
  'deploy-requested': { version: 'version', reason: 'reason', emergency: 'flag', skipTests: 'flag' },
  'rollback-requested': { to: 'version?', reason: 'reason' },
  'request-closed': { request: 'text', sentence: 'text' },
  'hold-released': { because: 'text' },
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
  'write-back-intended',
  'write-back-ended',
  'run-ended',
]);
