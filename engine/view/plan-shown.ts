// `tidegate plan`: what the next look would record and do, in words. Nothing of it is done here.

import { unreachable } from '../base/assert.ts';
import { type Instant, sayInstant } from '../base/instant.ts';
import { sayRecord } from '../ledger/say.ts';
import type { JobSpec } from '../model/job.ts';
import type { Observed } from '../model/observed.ts';
import type { Effect, Plan } from '../model/plan.ts';
import { sayVersion } from '../model/version.ts';
import { reconcile } from '../reconcile/reconcile.ts';
import { instantJson, instantJsonOrNull, type PlanJson } from './contract.ts';
import { BLANK, dim, type Line, line, oneLine, type Span, strong, styled } from './line.ts';
import { sayUntil } from './moment.ts';
import { noticeJson, sayTold } from './notices.ts';
import { table } from './table.ts';

export function planOf(observed: Observed, now: Instant): Plan {
  return reconcile(observed, now);
}

export function planJson(plan: Plan, now: Instant): PlanJson {
  return {
    at: instantJson(now),
    append: plan.append.map(({ environment, record }) => ({
      environment,
      type: record.type,
      sentence: sayRecord(record),
    })),
    effects: plan.effects.map((effect) => ({
      environment: effect.environment,
      type: effect.type,
      sentence: sayEffect(effect),
    })),
    because: plan.because.map(({ environment, sentence }) => ({ environment, sentence })),
    tell: plan.tell.map(({ environment, notice }) => ({ environment, ...noticeJson(notice) })),
    wakeAt: instantJsonOrNull(plan.wakeAt),
  };
}

export function planLines(plan: Plan, observed: Observed, now: Instant, timezone: string): readonly Line[] {
  const blocks = observed.environments
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => [...environmentLines(plan, name), BLANK]);
  const wake =
    plan.wakeAt === null
      ? 'nothing is due by time alone'
      : `time alone can change this ${sayUntil(plan.wakeAt, now, timezone)}`;
  return [...blocks, line(dim(`at ${sayInstant(now, timezone)}; ${wake}; nothing was done`))];
}

function environmentLines(plan: Plan, name: string): readonly Line[] {
  const isOurs = (item: { readonly environment: string }) => item.environment === name;
  const rows: (readonly Span[])[] = [
    ...plan.because.filter(isOurs).map(({ sentence }) => [dim('because'), plainSpan(sentence)]),
    ...plan.append.filter(isOurs).map(({ record }) => [styled('good', 'record'), plainSpan(sayRecord(record))]),
    ...plan.tell.filter(isOurs).map(({ notice }) => [styled('waits', 'tell'), plainSpan(sayTold(notice))]),
    ...plan.effects.filter(isOurs).map((effect) => [styled('waits', 'do'), plainSpan(sayEffect(effect))]),
  ];
  return [line(strong(name)), ...table(rows.length === 0 ? [[dim('nothing to do')]] : rows, 2)];
}

function plainSpan(text: string): Span {
  return styled('plain', oneLine(text));
}

function sayEffect(effect: Effect): string {
  switch (effect.type) {
    case 'start-job':
      return `start ${effect.job.id}: ${sayWork(effect.job)}`;
    case 'stop-job':
      return `stop ${effect.id}`;
    case 'remove-branch':
      return `remove ${effect.branch}`;
    case 'write-back':
      return `write ${effect.run} back to ${effect.writeBack.branch}: ${sayVersion(effect.writeBack.from)} to ${sayVersion(effect.writeBack.to)}`;
    default:
      return unreachable(effect);
  }
}

function sayWork({ work }: JobSpec): string {
  switch (work.type) {
    case 'process':
      return oneLine(work.script);
    case 'http':
      return `${work.method} ${work.url}`;
    case 'tcp':
      return `connect to ${work.host}:${work.port}`;
    case 'wait':
      return `wait ${work.waitMs} ms`;
    case 'files':
      return `put ${work.from} in place at ${work.to} as ${work.release}`;
    default:
      return unreachable(work);
  }
}
