// Who holds a lock: every open run of another environment whose policies name it, and the one who took it last in the
// ledger of the whole repository and has not been seen to end. Where that cannot be known, it is held: two at once is
// worse than none.

import type { EnvironmentState } from '../../model/environment-state.ts';
import type { PolicyFacts } from '../../model/policy-facts.ts';
import { runNumber } from '../../model/run-id.ts';

type Holders = PolicyFacts['holders'];

type Standing = {
  readonly state: EnvironmentState;
  /** Its ledger can be read. */
  readonly isKnown: boolean;
};

export function holdersFor(
  environment: string,
  locks: ReadonlyMap<string, readonly string[]>,
  taken: EnvironmentState['locks'],
  standingOf: (environment: string) => Standing | undefined,
): Holders {
  const holders = new Map<string, Holders[number]>();
  const hold = (lock: string, other: string, run: string) =>
    holders.set(`${lock} ${other}`, { lock, environment: other, run });
  for (const [other, names] of locks) {
    const run = other === environment ? null : openRun(standingOf(other));
    if (run !== null) for (const lock of names) hold(lock, other, run);
  }
  for (const { lock, environment: other, run } of taken) {
    if (other !== environment && !hasEnded(run, standingOf(other))) hold(lock, other, run);
  }
  return [...holders.values()].sort((a, b) => (`${a.lock} ${a.environment}` < `${b.lock} ${b.environment}` ? -1 : 1));
}

/**
 * The outermost one: a rollback that answers its failure stands under it. One that waits at a gate and has not
 * touched its target holds only what it took: two that began before there was a lock would otherwise wait for each
 * other for ever.
 */
function openRun(standing: Standing | undefined): string | null {
  if (standing?.isKnown === false) return 'a run that nobody can read in its ledger';
  const [run, ...answers] = standing?.state.open ?? [];
  if (run === undefined) return null;
  return run.touched || run.lease !== null || answers.length > 0 ? run.id : null;
}

/** Runs are numbered as they open: one that is not open and not ahead of what was seen is over. */
function hasEnded(run: string, standing: Standing | undefined): boolean {
  if (standing === undefined || !standing.isKnown) return false;
  if (standing.state.open.some(({ id }) => id === run)) return false;
  return runNumber(run) <= standing.state.runs;
}
