// A record in words, for commit messages and audit trails: `git log tidegate/production` is read by people.

import { formatSecond } from '../base/instant.ts';
import { visible } from '../base/visible.ts';
import { sayPlace } from '../model/ledger-place.ts';
import type { LedgerRecord } from '../model/record.ts';
import { sayVersion } from '../model/version.ts';

export function sayRecord(record: LedgerRecord): string {
  switch (record.type) {
    case 'run-opened': {
      const why =
        record.trigger === 'request' ? `asked for by ${record.requestedBy ?? 'nobody'}` : `by ${record.trigger}`;
      return `${record.run} opened: ${record.kind} ${sayVersion(record.version)} (${why})`;
    }
    case 'stage-skipped':
      return `${record.run}: ${record.stage} skipped: ${record.because}`;
    case 'stage-started':
      return `${record.run}: ${record.stage} started${record.attempt > 1 ? ` again (attempt ${record.attempt}, ${record.because})` : ''}`;
    case 'step-ended':
      return `${record.run}: ${record.stage}: ${record.name} ${record.outcome}${record.outcome === 'succeeded' ? '' : `: ${record.sentence}`}`;
    case 'step-retried':
      return `${record.run}: ${record.stage}: another try not before ${formatSecond(record.notBefore)}`;
    case 'stage-ended':
      return `${record.run}: ${record.stage} ${record.outcome}`;
    case 'lease-taken':
      return `${record.run}: taken over (epoch ${record.epoch}): ${record.because}`;
    case 'lease-released':
      return `${record.run}: waits; lease released`;
    case 'run-failed':
      return `${record.run} failed: ${record.sentence}; next: ${record.next.replace('-', ' ')}`;
    case 'effect-intended':
      return `${record.run}: ${sayIntent(record)}`;
    case 'effect-ended':
      return `${record.run}: ${record.result.sentence}`;
    case 'run-ended':
      return `${record.run} ${record.outcome}: ${record.sentence}`;
    case 'tag-seen':
      return `tag ${record.tag} first seen at ${record.commit.slice(0, 7)}`;
    case 'adopted':
      return `${sayVersion(record.version)} adopted: ${record.because}`;
    case 'suspended':
      return `suspended by ${record.by}${record.until === null ? '' : ` until ${formatSecond(record.until)}`}: ${record.reason}`;
    case 'resumed':
      return `resumed by ${record.by}: ${record.reason}`;
    case 'deploy-requested':
      return `${record.by} asks to deploy ${sayVersion(record.version)}${record.emergency ? ' (emergency)' : ''}${after(record.reason)}`;
    case 'rollback-requested':
      return `${record.by} asks to roll back${record.to === null ? '' : ` to ${sayVersion(record.to)}`}: ${record.reason}`;
    case 'request-closed':
      return `request closed: ${record.sentence}`;
    case 'hold-released':
      return `hold released: ${record.because}`;
    case 'approved':
    case 'rejected':
      return `${sayVersion(record.version)} ${record.type} by ${record.by}${after(record.reason)}`;
    case 'approval-tag-seen':
      return `${record.commit.slice(0, 7)} ${record.answer} by ${record.person} (tag ${record.tag})${after(record.reason)}`;
    case 'overridden': {
      const rules = record.rules.length === 0 ? 'all rules that name them' : record.rules.join(', ');
      const until = record.until === null ? '' : ` until ${formatSecond(record.until)}`;
      return `${record.by} lifts ${rules} for ${sayVersion(record.version)}${until}${after(record.reason)}`;
    }
    case 'gates-accepted':
      return `gates ${record.serial} (${record.digest.slice(0, 12)}) are in force: ${record.because}`;
    case 'gates-approved':
    case 'gates-rejected':
      return `change of gates ${sayDigest(record)} ${record.type.slice(6)} by ${record.by}${after(record.reason)}`;
    case 'gates-overridden':
      return `${record.by} accepts the change of gates ${sayDigest(record)} alone, by an override${after(record.reason)}`;
    case 'gates-tag-seen':
      return `change of gates ${sayDigest(record)} ${record.answer} by ${record.person} (tag ${record.tag})${after(record.reason)}`;
    case 'offered':
      return `${sayVersion(record.version)} is offered and waits`;
    case 'incident-opened':
      return `post-mortem ${record.incident} is due: ${record.sentence}`;
    case 'incident-closed':
      return `post-mortem ${record.incident} closed by ${record.by}${after(record.reason)}`;
    case 'check-recorded': {
      const value = record.value === null ? '' : ` (${record.value})`;
      return `${record.name} ${record.status}${value} on ${record.commit.slice(0, 7)}, says ${record.by}`;
    }
    case 'lock-taken':
      return `lock ${record.lock} taken by ${record.holder}`;
    case 'secret-claimed': {
      const why = record.because === 'granted' ? "by the operator's grant" : 'the first to name it';
      return `secret ${record.secret} belongs to ${record.environment}: ${why}, with ${record.holder}`;
    }
    case 'ledger-placed':
      return `the ledger is at ${sayPlace(record)}: ${record.because}`;
    case 'leftover-removed':
      return `${record.branch}: ${record.because}`;
  }
}

function sayIntent({ kind, payload }: Extract<LedgerRecord, { type: 'effect-intended' }>): string {
  switch (kind) {
    case 'write-back':
      return `to be written back to ${payload.branch}: ${sayVersion(payload.from)} to ${sayVersion(payload.to)}`;
  }
}

function sayDigest({ serial, digest }: { readonly serial: number; readonly digest: string }): string {
  return `${serial}-${digest.slice(0, 12)}`;
}

function after(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}

/** The record that a batch is named for: the one that a person scanning the log looks for. */
const WEIGHT: Readonly<Partial<Record<LedgerRecord['type'], number>>> = {
  'run-ended': 9,
  'run-failed': 8,
  'run-opened': 7,
  'effect-ended': 6,
  'lease-taken': 5,
  'deploy-requested': 5,
  'rollback-requested': 5,
  suspended: 5,
  resumed: 5,
  approved: 5,
  rejected: 5,
  overridden: 5,
  'gates-accepted': 5,
  'gates-approved': 5,
  'gates-rejected': 5,
  'gates-overridden': 5,
  'gates-tag-seen': 4,
  'incident-opened': 5,
  'incident-closed': 5,
  'check-recorded': 5,
  'ledger-placed': 6,
  'stage-ended': 3,
  'stage-started': 2,
};

export function subjectOf(environment: string, records: readonly LedgerRecord[]): string {
  const chief = records.toSorted((a, b) => (WEIGHT[b.type] ?? 0) - (WEIGHT[a.type] ?? 0))[0];
  if (chief === undefined) return `${environment}: lease renewed`;
  const said = visible(sayRecord(chief).replace(/\s+/g, ' '));
  return `${environment}: ${said.length > 160 ? `${said.slice(0, 159)}…` : said}`;
}
