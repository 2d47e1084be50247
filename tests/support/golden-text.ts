// Observations and plans as short, YAML-like text: only what is there is said, so that a difference in review is a
// difference in meaning.

import { formatInstant, type Instant, sayInstant } from '../../engine/base/instant.ts';
import type { LedgerRecord } from '../../engine/ledger/records/table.ts';
import { REPOSITORY_LEDGER } from '../../engine/model/environment-state.ts';
import type { JobEnding } from '../../engine/model/job.ts';
import type { Observed, ObservedEnvironment, ObservedLease, Offer } from '../../engine/model/observed.ts';
import type { EndedEffect } from '../../engine/model/outside-effect.ts';
import type { Run, StageState } from '../../engine/model/run.ts';
import { isChanged, settingsOf } from '../../engine/model/sides.ts';
import { sayVersion, type Version } from '../../engine/model/version.ts';
import type { Effect, Plan } from '../../engine/reconcile/plan.ts';

export function sayObserved(observed: Observed, environment: ObservedEnvironment, now: Instant): string {
  const { state } = environment.ledger;
  const { gates, lease } = environment;
  return lines([
    `at: ${sayInstant(now, 'UTC')}`,
    observed.clock === 'given' && 'clock: given',
    observed.clockSkewMs !== null && `clock skew: ${observed.clockSkewMs} ms`,
    `environment: ${environment.name}`,
    environment.ledger.type === 'damaged' && `ledger: damaged: ${environment.ledger.sentence}`,
    state.current !== null && `current: ${sayVersion(state.current.version)} by ${state.current.run}`,
    ...(state.current?.left ?? []).map(({ version }) => `left by people: ${sayVersion(version)}`),
    ...state.open.map((run) => `open: ${sayRun(run)}`),
    state.open.length > 0 && `lease: ${sayLease(lease)}`,
    gates === null ? 'gates: cannot be read' : `gates: [${gates.policies.map(({ name }) => name).join(', ')}]`,
    ...environment.problems.map(({ file, line, message }) => `problem: ${file}:${line}: ${message}`),
    ...(gates?.stages ?? []).map(
      ({ name, policies }) =>
        policies.length > 0 && `gates of ${name}: [${policies.map((policy) => policy.name).join(', ')}]`,
    ),
    isChanged(environment) &&
      `gates in force: [${(settingsOf(environment)?.policies ?? []).map(({ name }) => name).join(', ')}]`,
    ...environment.offers.map((offer) => `offer: ${sayOffer(offer)}`),
    ...state.quarantine.map(({ version, sentence }) => `quarantine: ${sayVersion(version)}: ${sentence}`),
    ...state.tags.map(({ tag, oid }) => `tag seen: ${tag} as ${oid.slice(0, 7)}`),
    state.suspended !== null && `suspended: ${state.suspended.by}: ${state.suspended.reason}`,
    state.stalled !== null && `stalled: ${state.stalled.run}: ${state.stalled.sentence}`,
    state.held !== null && `held: ${state.held.sentence}`,
    environment.holdLifted !== null && `hold lifted: ${environment.holdLifted}`,
    observed.repository.state.suspended !== null &&
      `all suspended: ${observed.repository.state.suspended.by}: ${observed.repository.state.suspended.reason}`,
    gates?.signatures === 'required' && 'signatures: required',
    ...state.approvals.map(({ answer, by, version, tag }) => `${answer}: ${sayVersion(version)} by ${tag?.name ?? by}`),
    ...state.overrides.map(({ by, version }) => `lifted: for ${sayVersion(version)} by ${by}`),
    ...state.offered.map(({ commit, at }) => `offered: ${commit.slice(0, 7)} since ${formatInstant(at)}`),
    ...environment.approvalTags.map(
      ({ name, oid, commit }) => `tag on the remote: ${name} as ${oid.slice(0, 7)} at ${commit?.slice(0, 7)}`,
    ),
    ...environment.holders.map(({ lock, run }) => `lock ${lock}: held by ${run}`),
    ...[...environment.evidence].flatMap(([commit, { change }]) =>
      change === null ? [] : [`change of ${commit.slice(0, 7)}: by ${change.authors.join(', ')}`],
    ),
    ...state.requests.map((request) => `request: ${sayRequest(request)}`),
    ...[...environment.jobs].map(([id, job]) => `job: ${id} ${sayJob(job)}`),
    ...[...environment.effects].map(([id, { result }]) => `what became of ${id}: ${sayResult(result)}`),
    environment.writeBack.digestAtHead !== null &&
      `contents at the head of ${environment.writeBack.branch}: ${environment.writeBack.digestAtHead}`,
  ]);
}

export function sayPlan(plan: Plan): string {
  return lines([
    plan.append.length === 0 && plan.effects.length === 0 && 'nothing to do',
    ...plan.append.map(({ environment, record }) =>
      environment === REPOSITORY_LEDGER
        ? `append to ${environment} ${sayRecord(record)}`
        : `append ${sayRecord(record)}`,
    ),
    ...plan.effects.map((effect) => `effect ${sayEffect(effect)}`),
    ...plan.because.map(({ sentence }) => `because ${sentence}`),
    ...plan.notices.map(({ notice }) => `tell ${notice.to.join(', ')} (${notice.kind}): ${notice.sentence}`),
    plan.wakeAt !== null && `wake at ${sayInstant(plan.wakeAt, 'UTC')}`,
  ]);
}

function sayRun(run: Run): string {
  const stages = run.stages.map(sayStage).join(', ');
  const failed = run.failure === null ? '' : `; failed, next: ${run.failure.next}`;
  const doubt = run.inDoubt === null ? '' : `; in doubt: ${run.inDoubt}`;
  const writeBack = run.writeBack === null ? '' : `; write-back ${run.writeBack.ended?.result ?? 'intended'}`;
  return `${run.id} ${run.kind} ${sayVersion(run.version)} by ${run.trigger} (${stages})${failed}${doubt}${writeBack}`;
}

function sayStage(stage: StageState): string {
  const retried = stage.notBefore === null ? '' : `, next try ${formatInstant(stage.notBefore)}`;
  if (stage.skipped) return `${stage.name} skipped`;
  if (stage.outcome !== null) return `${stage.name} ${stage.outcome}`;
  return stage.startedAt === null ? `${stage.name}` : `${stage.name} under way, attempt ${stage.attempts}${retried}`;
}

function sayLease(lease: ObservedLease): string {
  if (lease.type === 'none') return 'none';
  if (lease.type !== 'foreign') return `${lease.type} (epoch ${lease.epoch})`;
  return `of ${lease.controller} (epoch ${lease.epoch}) until ${formatInstant(lease.expiresAt)}`;
}

function sayOffer({ version, contents, trigger, author, tag, descends }: Offer): string {
  const reach = tag === null || tag.reachable ? '' : `, not on ${tag.on.join(' or ')}`;
  const rewritten = descends ? '' : ', does not descend from what runs';
  const oid = tag === null || tag.oid === version.commit ? '' : `, tag object ${tag.oid.slice(0, 7)}`;
  return `${sayVersion(version)} with ${contents.digest} by ${trigger}, ${author}${reach}${oid}${rewritten}`;
}

function sayRequest(request: ObservedEnvironment['ledger']['state']['requests'][number]): string {
  const who = `by ${request.by}: ${request.reason}`;
  if (request.type === 'rollback') return `roll back to ${said(request.to)} ${who}`;
  const flags = `${request.emergency ? ', emergency' : ''}${request.skipTests ? ', skip tests' : ''}`;
  return `deploy ${sayVersion(request.version)}${flags} ${who}`;
}

function sayJob(job: JobEnding | 'running'): string {
  return job === 'running' ? 'is running' : `${job.outcome}: ${job.sentence}`;
}

/** All fields that a record has beside its name, time and author, so that a change of any is seen. */
function sayRecord(record: LedgerRecord): string {
  const { type, id, at: _at, by: _by, ...rest } = record;
  const fields = Object.entries(rest).filter(([key]) => key !== 'run' && key !== 'clock');
  return `${type} ${id}${'clock' in record ? ' (clock given)' : ''}\n${fields.map(([key, value]) => sayField(key, value, '    ')).join('')}`.trimEnd();
}

/** What an effect is given and what became of it are shown field by field, as if they were the record's. */
function sayField(key: string, value: unknown, indent: string): string {
  const isOfEffect = (key === 'payload' || key === 'result') && typeof value === 'object' && value !== null;
  if (!isOfEffect) return `${indent}${key}: ${sayValue(key, value)}\n`;
  return `${indent}${key}:\n${Object.entries(value)
    .map(([one, own]) => sayField(one, own, `${indent}  `))
    .join('')}`;
}

function sayValue(key: string, value: unknown): string {
  if (typeof value === 'number' && (key === 'notBefore' || key === 'until')) return formatInstant(value);
  if (isVersion(value)) return sayVersion(value);
  if (typeof value === 'object' && value !== null && 'digest' in value) return String(value.digest);
  if (typeof value === 'object' && value !== null && 'version' in value && isVersion(value.version))
    return sayVersion(value.version);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isVersion(value: unknown): value is Version {
  return typeof value === 'object' && value !== null && 'commit' in value && 'tag' in value;
}

function sayEffect(effect: Effect): string {
  if (effect.type === 'start-job') {
    const work = effect.job.work.map((one) => JSON.stringify(one)).join(' ');
    return `start-job ${effect.job.id} at ${effect.commit.slice(0, 7)}\n    work: ${work}\n    log: ${effect.log}`;
  }
  if (effect.type === 'stop-job') return `stop-job ${effect.id}`;
  if (effect.kind === 'remove-branch')
    return `remove-branch ${effect.payload.branch} at ${effect.payload.commit.slice(0, 7)}`;
  if (effect.kind === 'promote-branch') return `promote-branch ${effect.payload.proposal}`;
  if (effect.kind === 'merge-proposal') return `merge-proposal ${effect.payload.intended.proposal}`;
  const { branch, from, to, tag, reason } = effect.payload;
  return `${effect.kind} ${effect.run}: ${branch}: ${sayVersion(from)} to ${sayVersion(to)}, tag ${tag ?? 'none'}: ${reason}`;
}

function sayResult(result: EndedEffect['result']): string {
  return 'sentence' in result ? `${result.result}: ${result.sentence}` : result.result;
}

function said(version: Version | null): string {
  return version === null ? 'the version before' : sayVersion(version);
}

function lines(all: readonly (string | false)[]): string {
  return all
    .filter((line) => line !== false)
    .map((line) => `${line}\n`)
    .join('');
}
