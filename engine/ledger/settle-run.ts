// What the end of a run means for its environment: what runs now, what is known-good, what is in quarantine, what is
// held.

import type { Instant } from '../base/instant.ts';
import type {
  EnvironmentState,
  Held,
  KnownContents,
  Left,
  Quarantined,
  RunSummary,
} from '../model/environment-state.ts';
import type { Run } from '../model/run.ts';
import { COUNT_MAX, GOOD_CONTENTS_MAX, LEFT_MAX, NEWEST_MAX, OTHER_CONTENTS_MAX, QUARANTINE_MAX } from './bounds.ts';

export function settleRun(state: EnvironmentState, run: Run): Partial<EnvironmentState> {
  const stalled = run.failure !== null && run.failure.next === 'stall' ? run.failure.sentence : null;
  return {
    open: state.open.filter((other) => other.id !== run.id),
    newest: [summary(run), ...state.newest].slice(0, NEWEST_MAX),
    current: settledCurrent(state, run),
    contents: settledContents(state, run),
    quarantine: settledQuarantine(state, run),
    held: settledHeld(state, run),
    stalled: settledStalled(state, run, stalled),
  };
}

function settledCurrent(state: EnvironmentState, run: Run): EnvironmentState['current'] {
  if (run.outcome !== 'Succeeded') return state.current;
  const tag = run.writeBack?.ended?.tag ?? null;
  const commit = run.writeBack?.ended?.commit ?? null;
  // The patch tag stands on the restoring commit, whose contents are the good ones: from now on that is what runs
  // here.
  const version = tag !== null && commit !== null ? { commit, tag } : run.version;
  return {
    version,
    contents: run.contents,
    run: run.id,
    trigger: run.trigger,
    config: run.config,
    since: run.endedAt ?? run.openedAt,
    left: leftBy(state, run),
  };
}

/**
 * What people went away from stays so while they ask for one version after another, and when a failure comes between.
 */
function leftBy({ current }: EnvironmentState, run: Run): readonly Left[] {
  const before = current?.left ?? [];
  if (run.trigger === 'failure') return before;
  if (run.trigger !== 'request') return [];
  const { previous } = run;
  if (previous === null || before.some(({ version }) => version.commit === previous.version.commit)) return before;
  const newest = { version: previous.version, digest: previous.contents.digest };
  return before.length < LEFT_MAX
    ? [newest, ...before]
    : [newest, ...before.slice(0, LEFT_MAX - 2), ...before.slice(-1)];
}

function settledContents(state: EnvironmentState, run: Run): readonly KnownContents[] {
  if (run.outcome === null || run.outcome === 'Superseded' || run.startedAt === null) return state.contents;
  const before = state.contents.find((other) => other.digest === run.contents.digest);
  const known: KnownContents = {
    digest: run.contents.digest,
    version: run.version,
    run: run.id,
    outcome: run.outcome,
    inputs: run.contents.inputs,
    ...healthOf(state, run, before),
  };
  const others = state.contents.filter((other) => other.digest !== known.digest);
  return newestOfEach([known, ...others.map((other) => paused(other, run))]);
}

function newestOfEach(contents: readonly KnownContents[]): readonly KnownContents[] {
  const left = { good: GOOD_CONTENTS_MAX, other: OTHER_CONTENTS_MAX };
  return contents.filter(({ outcome }) => {
    const kind = outcome === 'Succeeded' ? 'good' : 'other';
    left[kind] -= 1;
    return left[kind] >= 0;
  });
}

/** A failure of the very contents starts their soak again. Back in place after another's failure, it only goes on. */
function healthOf(
  state: EnvironmentState,
  run: Run,
  before: KnownContents | undefined,
): Pick<KnownContents, 'healthySince' | 'healthyMs'> {
  if (run.outcome !== 'Succeeded') return { healthySince: null, healthyMs: 0 };
  const endedAt = run.endedAt ?? run.openedAt;
  if (before === undefined || before.outcome !== 'Succeeded') return { healthySince: endedAt, healthyMs: 0 };
  const failed = state.open.find((other) => other.id === run.cause);
  return { healthySince: endedAt, healthyMs: healthyUntil(before, failed?.startedAt ?? run.startedAt ?? endedAt) };
}

/**
 * Whatever else was in place is so no longer, once another run has touched the target. A rollback has said so before
 * the run that it answers ends.
 */
function paused(other: KnownContents, run: Run): KnownContents {
  const isReplaced = run.outcome === 'Succeeded' || (run.touched && run.outcome !== 'RolledBack');
  if (!isReplaced || other.healthySince === null) return other;
  return { ...other, healthySince: null, healthyMs: healthyUntil(other, run.startedAt ?? run.openedAt) };
}

function healthyUntil({ healthySince, healthyMs }: KnownContents, at: Instant): number {
  return Math.min(COUNT_MAX, healthyMs + (healthySince === null ? 0 : Math.max(0, at - healthySince)));
}

function settledQuarantine(state: EnvironmentState, run: Run): readonly Quarantined[] {
  const bad = badOf(run);
  if (bad === null) return state.quarantine;
  const entry = { ...bad, run: run.id, at: run.endedAt ?? run.openedAt };
  return [entry, ...state.quarantine.filter((other) => other.digest !== entry.digest)].slice(0, QUARANTINE_MAX);
}

/**
 * What a run's end proves bad: its own contents when it failed or people called it off (they would be offered again
 * at once); what it replaced when people rolled it back.
 */
function badOf(run: Run): Pick<Quarantined, 'digest' | 'version' | 'sentence'> | null {
  const isBad = run.outcome !== null && ['Failed', 'Errored', 'RolledBack', 'Cancelled'].includes(run.outcome);
  if (isBad && (run.kind === 'deploy' || run.trigger === 'revert')) {
    return { digest: run.contents.digest, version: run.version, sentence: run.failure?.sentence ?? run.sentence ?? '' };
  }
  if (run.outcome === 'Succeeded' && run.kind === 'rollback' && run.trigger === 'request' && run.previous !== null) {
    const { version, contents } = run.previous;
    if (contents.digest === run.contents.digest) return null;
    return { digest: contents.digest, version, sentence: `rolled back: ${run.reason ?? 'no reason given'}` };
  }
  return null;
}

function settledHeld(state: EnvironmentState, run: Run): Held | null {
  const ended = run.writeBack?.ended;
  if (run.outcome !== 'Succeeded') return state.held;
  if (run.writeBack === null || !ended) {
    // What `follow` brought and works is beyond what was held back.
    return run.kind === 'deploy' || run.trigger === 'revert' ? null : state.held;
  }
  if (ended.result !== 'held' || ended.commit === null) return null;
  const bad = run.previous?.contents.digest ?? '';
  return {
    run: run.id,
    branch: ended.branch,
    into: run.writeBack.branch,
    ...(ended.tip === undefined ? {} : { tip: ended.tip }),
    commit: ended.commit,
    badDigest: bad,
    goodDigest: run.contents.digest,
    sentence: ended.sentence,
    at: run.endedAt ?? run.openedAt,
  };
}

function settledStalled(state: EnvironmentState, run: Run, stalled: string | null): EnvironmentState['stalled'] {
  if (stalled !== null) return { sentence: stalled, run: run.id, at: run.endedAt ?? run.openedAt };
  // The rollback that was to follow did not happen: the target is in a state that nobody has confirmed.
  const isUnanswered = run.failure?.next === 'roll-back' && run.outcome !== 'RolledBack';
  if (isUnanswered)
    return state.stalled ?? { sentence: run.sentence ?? '', run: run.id, at: run.endedAt ?? run.openedAt };
  return run.outcome === 'Succeeded' && run.trigger === 'request' ? null : state.stalled;
}

function summary(run: Run): RunSummary {
  return {
    id: run.id,
    version: run.version,
    digest: run.contents.digest,
    kind: run.kind,
    trigger: run.trigger,
    cause: run.cause,
    outcome: run.outcome ?? 'Errored',
    sentence: run.sentence ?? '',
    openedAt: run.openedAt,
    endedAt: run.endedAt ?? run.openedAt,
  };
}
