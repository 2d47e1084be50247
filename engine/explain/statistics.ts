// `tidegate stats`: what became of the runs of an environment in a stretch of time. Everything is counted from the
// ledger; what the ledger no longer knows (how long an old version waited) is left out of its median, and never taken
// for nothing.

import type { Instant } from '../base/instant.ts';
import { OFFERED_MAX } from '../ledger/bounds.ts';
import type { EnvironmentState, PostmortemDue } from '../model/environment-state.ts';
import type { Outcome, RunKind } from '../model/record.ts';
import type { Run } from '../model/run.ts';
import { medianOf } from './simulate-summary.ts';

/** Milliseconds; null where nothing is known. `of`: how many runs it rests on. */
export type Spread = { readonly median: number | null; readonly longest: number | null; readonly of: number };

export type Statistics = {
  readonly name: string;
  readonly runs: number;
  readonly kinds: Readonly<Record<RunKind, number>>;
  /** `open`: not ended yet. */
  readonly outcomes: Readonly<Record<Outcome | 'open', number>>;
  readonly rollbacks: { readonly automatic: number; readonly requested: number; readonly reverts: number };
  readonly emergencies: number;
  /** How often each rule was overridden, most often first. */
  readonly lifted: readonly { readonly rule: string; readonly runs: number }[];
  readonly postmortemsDue: readonly PostmortemDue[];
  /** From when a version was seen to wait until it began. */
  readonly waited: Spread;
  /** From when a version's commit was made until it was in place. */
  readonly lead: Spread;
  /** From when a run began until it ended. */
  readonly took: Spread;
  /** From a failure until the earlier version was back. */
  readonly restored: Spread;
  /** Of deployments that ended by themselves, how many did not succeed; null of none. */
  readonly failureRate: number | null;
  /** Deployments that succeeded, a week. */
  readonly perWeek: number;
};

type StatisticsAsk = {
  readonly name: string;
  readonly state: EnvironmentState;
  readonly runs: readonly Run[];
  readonly from: Instant;
  readonly to: Instant;
  readonly committedAt: ReadonlyMap<string, Instant>;
};

const WEEK_MS = 7 * 86_400_000;

export function statisticsOf({ name, state, runs: all, from, to, committedAt }: StatisticsAsk): Statistics {
  const runs = all.filter(({ openedAt }) => openedAt >= from && openedAt < to);
  const deploys = runs.filter(({ kind }) => kind === 'deploy');
  const succeeded = deploys.filter(({ outcome }) => outcome === 'Succeeded');
  const bad = deploys.filter(({ outcome }) => outcome !== null && FAILURES.includes(outcome)).length;
  const judged = succeeded.length + bad;
  const rollbacks = runs.filter(({ kind }) => kind === 'rollback');
  const triggered = (trigger: Run['trigger']) => rollbacks.filter((run) => run.trigger === trigger).length;
  return {
    name,
    runs: runs.length,
    kinds: {
      deploy: deploys.length,
      rollback: rollbacks.length,
      heal: runs.length - deploys.length - rollbacks.length,
    },
    outcomes: outcomesOf(runs),
    rollbacks: { automatic: triggered('failure'), requested: triggered('request'), reverts: triggered('revert') },
    emergencies: runs.filter(({ emergency }) => emergency).length,
    lifted: liftedIn(runs),
    postmortemsDue: state.postmortemsDue,
    waited: spread(deploys.flatMap((run) => waitedMs(run, state) ?? [])),
    lead: spread(
      succeeded.flatMap(({ version, endedAt }) => {
        const made = committedAt.get(version.commit);
        return made === undefined || endedAt === null ? [] : [Math.max(0, endedAt - made)];
      }),
    ),
    took: spread(succeeded.flatMap(({ startedAt, endedAt }) => between(startedAt, endedAt))),
    restored: spread(
      rollbacks
        .filter(({ trigger, outcome }) => trigger === 'failure' && outcome === 'Succeeded')
        .flatMap(({ openedAt, endedAt }) => between(openedAt, endedAt)),
    ),
    failureRate: judged === 0 ? null : bad / judged,
    perWeek: (succeeded.length * WEEK_MS) / Math.max(1, to - from),
  };
}

const FAILURES: readonly Outcome[] = ['Failed', 'Errored', 'RolledBack'];

function outcomesOf(runs: readonly Run[]): Statistics['outcomes'] {
  const outcomes = { Succeeded: 0, Failed: 0, Errored: 0, Superseded: 0, Cancelled: 0, RolledBack: 0, open: 0 };
  for (const { outcome } of runs) outcomes[outcome ?? 'open'] += 1;
  return outcomes;
}

function liftedIn(runs: readonly Run[]): Statistics['lifted'] {
  const counts = new Map<string, number>();
  for (const { lifted } of runs) for (const rule of lifted) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts]
    .map(([rule, times]) => ({ rule, runs: times }))
    .sort((a, b) => b.runs - a.runs || (a.rule < b.rule ? -1 : 1));
}

/** Null where the ledger no longer knows whether it waited. */
function waitedMs({ version, contents, startedAt, openedAt }: Run, { offered }: EnvironmentState): number | null {
  const began = startedAt ?? openedAt;
  const seen = offered.find(({ commit, digest }) => commit === version.commit && digest === contents.digest);
  if (seen !== undefined) return Math.max(0, began - seen.at);
  // Newest first, and the oldest are dropped: what is older than the last may have been among them.
  const oldest = offered.length < OFFERED_MAX ? Number.NEGATIVE_INFINITY : (offered.at(-1)?.at ?? 0);
  return openedAt > oldest ? 0 : null;
}

function between(from: Instant | null, to: Instant | null): readonly number[] {
  return from === null || to === null ? [] : [to - from];
}

function spread(spans: readonly number[]): Spread {
  const sorted = spans.toSorted((a, b) => a - b);
  return { median: medianOf(sorted), longest: sorted.at(-1) ?? null, of: sorted.length };
}
