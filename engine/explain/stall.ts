// When only a person can go on: a word that an alert can watch, and a sentence with who has to do what. What waits
// for time, for a rule or for an answer that a rule asks for is no such thing.

import type { Instant } from '../base/instant.ts';
import { problemLine } from '../base/problem.ts';
import type { StallReason } from '../model/environment-condition.ts';
import type { EnvironmentState } from '../model/environment-state.ts';
import type { Observed, ObservedEnvironment } from '../model/observed.ts';
import type { Needs } from '../model/remedy.ts';
import { type OwnCheck, ownIn } from '../model/verdict.ts';
import { movedFrom } from '../reconcile/ahead.ts';
import type { Assessment } from '../reconcile/assess.ts';
import { gatesPending } from '../reconcile/gates-pending.ts';
import { isGone } from '../reconcile/is-gone.ts';
import { sayHeld, sayStalled, stalledNeeds } from '../reconcile/ways-out.ts';

export type Stall = { readonly reason: StallReason; readonly sentence: string; readonly needs?: Needs };

/** What holds whatever is under way. */
export function stallOf(environment: ObservedEnvironment, observed: Observed, now: Instant): Stall | null {
  const { ledger, name } = environment;
  const { state } = ledger;
  if (ledger.type === 'damaged') {
    const sentence = `the ledger is damaged: ${ledger.sentence}; nothing is decided here until a person has looked`;
    return { reason: 'LedgerDamaged', sentence };
  }
  if (state.stalled !== null)
    return { reason: failedAs(state), sentence: sayStalled(state, state.stalled), needs: stalledNeeds(state) };
  const pending = gatesPending(environment, now);
  if (pending?.kind === 'upgrade' && pending.accepting === null) {
    return { reason: 'GatesUnknown', sentence: pending.waits };
  }
  // That it is gone was accepted: nothing is left to be fixed.
  if (environment.gates === null && isGone(environment)) return null;
  if (environment.gates === null) return { reason: 'ConfigurationBroken', sentence: sayBroken(environment, observed) };
  if (observed.repository.type === 'damaged') {
    const sentence = `the ledger of the whole repository is damaged: ${observed.repository.sentence}; nothing new starts in ${name} until a person has looked`;
    return { reason: 'LedgerDamaged', sentence };
  }
  return null;
}

/** What holds while no run is under way: what `follow` says cannot come, and no time or rule will change that. */
export function stallOfChoice(environment: ObservedEnvironment, { choice, verdict }: Assessment): Stall | null {
  const { state } = environment.ledger;
  const isHeld = state.held !== null && environment.holdLifted === null;
  if (choice.type === 'none') {
    if (isHeld && state.held !== null) return { reason: 'HeldBack', sentence: sayHeld(state.held) };
    return choice.why === 'quarantined' && choice.sentence !== null
      ? {
          reason: 'Quarantined',
          sentence: choice.sentence,
          ...(choice.needs === undefined ? {} : { needs: choice.needs }),
        }
      : null;
  }
  if (choice.type !== 'candidate') return null;
  const said = (name: OwnCheck) => {
    const own = verdict === null ? undefined : ownIn(verdict, name);
    return own?.status === 'allowed' ? undefined : own;
  };
  const [held, history, version, tag] = [said('held'), said('history'), said('version'), said('tag')];
  if (held !== undefined) return { reason: 'HeldBack', sentence: held.sentence };
  if (history !== undefined) return { reason: 'HistoryRewritten', sentence: history.sentence };
  const { offer } = choice.candidate;
  if (tag !== undefined && offer !== null && movedFrom(state, offer) !== null) {
    return { reason: 'TagMoved', sentence: tag.sentence };
  }
  return version === undefined ? null : { reason: 'VersionBroken', sentence: version.sentence };
}

function failedAs({ stalled, newest, current }: EnvironmentState): StallReason {
  const run = newest.find(({ id }) => id === stalled?.run);
  const answer = newest.find(({ cause }) => cause !== null && cause === stalled?.run);
  if (run?.kind === 'rollback' || answer !== undefined) return 'RollbackFailed';
  return current === null ? 'FirstDeploymentFailed' : 'DeploymentFailed';
}

function sayBroken({ name, problems }: ObservedEnvironment, { defaultBranch }: Observed): string {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const what = first === undefined ? `environments/${name} is not there` : problemLine(first);
  return `the configuration at the head of ${defaultBranch} cannot be used: ${what}${more}`;
}
